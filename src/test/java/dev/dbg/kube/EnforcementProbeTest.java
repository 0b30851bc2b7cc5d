package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.http.HttpAnswer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With what a real API server answered to lies. */
class EnforcementProbeTest {
  private static final EnforcementProbe CREATOR =
      new EnforcementProbe(
          "dbg-session",
          "spec.user.username is not who creates the session: say what `kubectl auth whoami` says, or leave spec.user out where the cluster fills it in");
  private static final EnforcementProbe STATUS =
      new EnforcementProbe(
          "dbg-session-status",
          "a session's phase goes from none to Running and from Running to Ended, each once");
  private static final String UNPROVED =
      "it is not proved that the API server enforces the policy dbg-session, see dbg-kubernetes(7): to a request that it must refuse the answer was status ";

  private static HttpAnswer answer(int status, String body) {
    return new HttpAnswer(status, Map.of(), Optional.of(body.getBytes(StandardCharsets.UTF_8)));
  }

  private static ObjectNode recorded(String name) throws IOException {
    return StandInApiServer.recorded(name);
  }

  private static String unproved(int status, String body) {
    return unproved(answer(status, body));
  }

  private static String unproved(HttpAnswer answer) {
    return String.valueOf(
        assertThrows(IOException.class, () -> CREATOR.require("dbg-proof", answer)).getMessage());
  }

  @Test
  void a_refusal_by_the_policy_is_the_proof() throws IOException {
    HttpAnswer refused = answer(403, recorded("lie-refused.json").toString());
    assertDoesNotThrow(() -> CREATOR.require("dbg-proof", refused));
    HttpAnswer ended = answer(403, recorded("end-refused.json").toString());
    assertDoesNotThrow(() -> STATUS.require("web-1-87xmx", ended));
  }

  @Test
  void a_lie_that_is_taken_proves_that_the_policy_is_not_enforced() throws IOException {
    String taken = recorded("lie-taken.json").toString();
    for (int status : new int[] {200, 201}) {
      assertEquals(
          "the API server does not enforce the policy dbg-session: it accepted a request that this policy must refuse: start it with ValidatingAdmissionPolicy",
          unproved(status, taken));
      assertThrows(
          EnforcementProbe.Unproved.class,
          () -> CREATOR.require("dbg-proof", answer(status, taken)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lie-refused-by-webhook.json, admission webhook \"fake.example.com\" denied the request: ",
    "lie-refused-by-role.json, debugsessions.dbg.dev is forbidden: User ",
    "lie-refused-early.json, not yet ready to handle request",
    "end-refused.json, dbg-session-status",
  })
  void a_refusal_by_somebody_else_proves_nothing(String name, String said) throws IOException {
    String why = unproved(403, recorded(name).toString());
    assertTrue(why.startsWith(UNPROVED + "403, ") && why.contains(said), why);
  }

  /** What a policy of somebody's that matches sessions may answer, or another rule or binding. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'dbg-session' with | 'ticket' with
          binding 'dbg-session' | binding 'weak'
          dbg-proof | dbg-other
          spec.user.username is not | spec.user.uid is not
          debugsessions.dbg.dev | debugsessions.example.com
          """)
  void a_message_that_differs_at_all_proves_nothing(String what, String other) throws IOException {
    ObjectNode refused = recorded("lie-refused.json");
    String message = refused.get("message").asText();
    assertTrue(message.contains(what));
    for (String changed : List.of(message.replace(what, other), "x" + message, message + " x")) {
      refused.put("message", changed);
      assertTrue(unproved(403, refused.toString()).endsWith("403, " + changed));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "[]", "1", "{}", "{\"message\":{}}", "{\"message\":null}"})
  void an_answer_without_a_message_proves_nothing(String body) {
    assertTrue(unproved(403, body).startsWith(UNPROVED + "403, "));
    assertTrue(unproved(403, "[".repeat(100_000)).startsWith(UNPROVED + "403, "));
  }

  @Test
  void an_answer_that_was_too_long_to_read_proves_nothing() {
    HttpAnswer unread = new HttpAnswer(403, Map.of(), Optional.empty());
    assertTrue(unproved(unread).startsWith(UNPROVED + "403, "));
  }

  @Test
  void the_same_message_with_another_status_proves_nothing() throws IOException {
    String refused = recorded("lie-refused.json").toString();
    for (int status : new int[] {100, 302, 400, 401, 404, 409, 422, 429, 500, 503}) {
      assertTrue(unproved(status, refused).startsWith(UNPROVED + status + ", "));
      boolean saysNothing = status == 429 || status >= 500;
      assertEquals(
          !saysNothing,
          assertThrows(
                  IOException.class, () -> CREATOR.require("dbg-proof", answer(status, refused)))
              instanceof EnforcementProbe.Unproved);
    }
  }

  /** An API server that kept it would have no session. */
  @Test
  void the_lie_is_nobodys_session() throws IOException {
    JsonNode lie =
        new JsonMapper().readTree(Path.of("src/main/resources/dev/dbg/kube/lie.json").toFile());
    assertEquals(EnforcementProbe.LIE, lie.at("/metadata/name").asText());
    assertEquals("nobody", lie.at("/spec/user/username").asText());
    assertEquals("none", lie.at("/spec/nodeName").asText());
    assertEquals("0".repeat(64), lie.at("/spec/keyHash").asText());
    assertTrue(EnforcementProbe.LIE_AT.endsWith("?dryRun=All"));
  }
}
