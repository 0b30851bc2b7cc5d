package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.kube.StandInApiServer.Answer;
import dev.dbg.wire.BehalfPacket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The agent between a client and the real {@code dbg stdio}; the API server and dbgd are stood in
 * for.
 */
class ClusterAgentTest {
  @TempDir private static Path all;

  private static Certificates certificates;

  @TempDir private Path directory;

  private AgentScene scene;
  private StandInApiServer api;
  private StandInDaemon daemon;
  private int port;

  @BeforeAll
  static void certify() throws Exception {
    certificates = new Certificates(all.resolve("its"));
  }

  @BeforeEach
  void start() throws Exception {
    scene =
        new AgentScene(certificates, directory, Duration.ofHours(1), 200, Duration.ofSeconds(1));
    api = scene.api;
    daemon = scene.daemon;
    port = scene.port;
  }

  @AfterEach
  void stop() throws Exception {
    scene.close();
  }

  private String answer(String line) throws IOException {
    try (AgentClient client = new AgentClient(port)) {
      client.say(line);
      String answer = client.line();
      assertTrue(answer.endsWith("ok") || client.isOver(), answer);
      return answer;
    }
  }

  /** The answer to the one who has the key of a session. */
  private String answerFor(String name) throws IOException {
    return answer("dbg-session 1 shop %s %s\n".formatted(name, AgentClient.KEY));
  }

  @Test
  void who_has_the_key_speaks_with_dbgd_on_behalf_of_who_made_the_session() throws Exception {
    SessionObject made = session(api.makeSession("web-1-x"));
    try (AgentClient client = AgentClient.of(port, "web-1-x")) {
      assertEquals("dbg-agent 1 ok", client.line());
      StandInDaemon.Asking asking = daemon.next();
      assertEquals(made.behalf("dbg-4xv9q"), BehalfPacket.read(asking.packet()));
      assertEquals("Running", scene.status("web-1-x").path("phase").asText());
      assertEquals("dbg-4xv9q", scene.status("web-1-x").path("agent").asText());

      client.greet();
      client.say(StandInDaemon.frame(AgentScene.REQUEST));
      assertArrayEquals(AgentScene.REQUEST, asking.packet());
      assertTrue(client.line().startsWith("dbg-stdio 1 3 "));
      asking.exit(7);
      assertArrayEquals(new byte[] {(byte) 0x83, 3, 0, 0, 0, 7}, client.packet());
      assertTrue(client.isOver());
    }
    scene.awaitPhase("web-1-x", "Ended");
    assertEquals(7, scene.status("web-1-x").path("exitCode").asInt(-1));
    Instant started = Instant.parse(scene.status("web-1-x").path("startedAt").asText());
    Instant ended = Instant.parse(scene.status("web-1-x").path("endedAt").asText());
    assertFalse(ended.isBefore(started));
  }

  private static SessionObject session(ObjectNode object) throws IOException {
    return SessionReader.read(object.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void what_a_client_says_with_the_line_is_for_dbgd() throws Exception {
    ObjectNode _ = api.makeSession("web-1-x");
    try (AgentClient client = new AgentClient(port)) {
      byte[] frame = StandInDaemon.frame(AgentScene.REQUEST);
      client.say("dbg-session 1 shop web-1-x %s\ndbg-H 1 3 test\n".formatted(AgentClient.KEY));
      client.say(frame);
      StandInDaemon.Asking asking = daemon.next();
      byte[] _ = asking.packet();
      assertArrayEquals(AgentScene.REQUEST, asking.packet());
    }
  }

  @Test
  void a_line_that_is_none_is_refused() throws Exception {
    for (String line :
        new String[] {
          "\n",
          "dbg-session 2 shop web-1-x " + AgentClient.KEY + "\n",
          "GET / HTTP/1.1\r\n",
          "x".repeat(512)
        }) {
      assertEquals(
          "dbg-agent 1 refused the first line is not dbg-session 1 NAMESPACE NAME KEY: use kubectl dbg of the agent's version",
          answer(line));
    }
    assertEquals(List.of(), api.taken());
  }

  @Test
  void without_the_object_or_its_key_there_is_no_session() throws Exception {
    String unknown = "dbg-agent 1 refused there is no such session with this key";
    assertEquals(unknown, answerFor("web-1-x"));
    ObjectNode _ = api.makeSession("web-1-x");
    assertEquals(unknown, answer("dbg-session 1 shop web-1-x " + "1".repeat(64) + "\n"));
    assertEquals(unknown, answer("dbg-session 1 vault web-1-x " + AgentClient.KEY + "\n"));
    assertTrue(scene.status("web-1-x").isMissingNode());
    assertTrue(daemon.isUnasked());
  }

  @ParameterizedTest
  @CsvSource({
    "/spec, nodeName, node2, the session is for another node than node1",
    "/metadata, deletionTimestamp, 2026-11-29T19:37:46Z, the session was deleted",
    "/metadata, creationTimestamp, 2026-11-29T19:36:49Z, the session was not made within the last 60 seconds: type the line again",
    "/status, phase, Running, the session was begun before: type the line again",
    "/status, phase, '', the session was begun before: type the line again",
    "/spec/user, username, '', dbgd cannot be told who asks for what: a user's name is empty",
    "/spec/user, username, '\u001b[2J', dbgd cannot be told who asks for what: a user's name holds a character that a terminal may obey",
    "/spec, pod, 'a\u202eb', dbgd cannot be told who asks for what: a pod holds a character that a terminal may obey",
    "/spec, command, x, the API server's answer is not an object DebugSession",
  })
  @Tag("whole")
  void an_object_that_is_not_as_it_must_be_begins_nothing(
      String place, String field, String text, String why) throws Exception {
    ObjectNode object = api.makeSession("web-1-x");
    object.withObject(place).put(field, text);
    JsonNode before = object.deepCopy();
    assertEquals("dbg-agent 1 refused " + why, answerFor("web-1-x"));
    assertEquals(before, api.objects.get(SessionRef.path("shop", "web-1-x")));
    assertTrue(daemon.isUnasked());
  }

  @Test
  void a_user_with_more_groups_than_dbgd_takes_is_told_so() throws Exception {
    ArrayNode groups = (ArrayNode) api.makeSession("web-1-x").at("/spec/user/groups");
    for (int i = 0; i < 1024; i++) {
      groups.add("group-" + i);
    }
    assertEquals(
        "dbg-agent 1 refused dbgd cannot be told who asks for what: it has 1027 groups, more than 1024",
        answerFor("web-1-x"));
  }

  @Test
  void while_a_policy_is_not_in_force_nobody_is_believed() throws Exception {
    ObjectNode _ = api.makeSession("web-1-x");
    ObjectNode binding = api.object(StandInApiServer.policy(true, "dbg-session"));
    ((ObjectNode) binding.get("spec")).putArray("validationActions").add("Audit");
    assertEquals(
        "dbg-agent 1 refused no session is believed: validatingadmissionpolicybindings/dbg-session is not as this version of dbg needs it: kubectl replace it",
        answerFor("web-1-x"));
    assertTrue(scene.status("web-1-x").isMissingNode());
  }

  @Test
  void while_the_api_server_takes_lies_nobody_is_believed() throws Exception {
    ObjectNode _ = api.makeSession("web-1-x");
    ObjectNode taken = StandInApiServer.recorded("lie-taken.json");
    api.manner =
        question ->
            question.method().equals("POST")
                ? Optional.of(Answer.of(201, taken))
                : Optional.empty();
    assertEquals(
        "dbg-agent 1 refused no session is believed: the API server does not enforce the policy dbg-session: it accepted a request that this policy must refuse: start it with ValidatingAdmissionPolicy",
        answerFor("web-1-x"));
    assertTrue(scene.status("web-1-x").isMissingNode());
    assertTrue(daemon.isUnasked());
  }

  /** Others could say that it ended, or did not begin. */
  @Test
  void where_anybody_may_say_what_becomes_of_a_session_it_does_not_begin() throws Exception {
    for (int status : new int[] {200, 403, 422, 500, 409, 404}) {
      String name = "web-" + status;
      ObjectNode object = api.makeSession(name);
      api.manner =
          question ->
              question.path().endsWith("/status?dryRun=All")
                  ? Optional.of(
                      status == 200 ? Answer.of(200, object) : Answer.wrong(status, "Reason"))
                  : Optional.empty();
      String why =
          switch (status) {
            case 200 ->
                "no session is believed: the API server does not enforce the policy dbg-session-status: it accepted a request that this policy must refuse: start it with ValidatingAdmissionPolicy";
            case 409, 404 ->
                "the session was begun by another agent, or changed: type the line again";
            default ->
                "no session is believed: it is not proved that the API server enforces the policy dbg-session-status, see dbg-kubernetes(7): to a request that it must refuse the answer was status %d, debugsessions.dbg.dev: Reason"
                    .formatted(status);
          };
      assertEquals("dbg-agent 1 refused " + why, answerFor(name));
      assertTrue(scene.status(name).isMissingNode());
    }
    assertTrue(daemon.isUnasked());
  }

  /** An end would be the truth then, and no lie that is taken. */
  @Test
  void a_session_that_another_begins_while_it_is_lied_about_is_refused_without_alarm()
      throws Exception {
    ObjectNode object = api.makeSession("web-1-x");
    api.manner =
        question -> {
          if (question.path().endsWith("/status?dryRun=All")) {
            object.withObject("/status").put("phase", "Running");
            object.withObject("/metadata").put("resourceVersion", "4711");
          }
          return Optional.empty();
        };
    assertEquals(
        "dbg-agent 1 refused the session was begun by another agent, or changed: type the line again",
        answerFor("web-1-x"));
    assertTrue(daemon.isUnasked());
  }

  @Test
  void an_api_server_that_does_not_answer_as_it_must_begins_nothing() throws Exception {
    ObjectNode _ = api.makeSession("web-1-x");
    for (int status : new int[] {401, 403, 500, 302}) {
      api.manner = question -> Optional.of(Answer.wrong(status, "Reason"));
      assertEquals(
          "dbg-agent 1 refused the API server does not show the session: status %d%s"
              .formatted(status, status == 500 ? ", for the moment: try again" : ""),
          answerFor("web-1-x"));
    }
    api.manner = question -> Optional.of(Answer.of(200, "x".repeat(1 << 20)));
    assertEquals("dbg-agent 1 refused the session's object is too long", answerFor("web-1-x"));
    api.manner = question -> Optional.empty();
    api.now = Optional.empty();
    assertEquals(
        "dbg-agent 1 refused the API server does not say what time it is", answerFor("web-1-x"));
    api.close();
    String unanswered = answerFor("web-1-x");
    assertTrue(
        unanswered.startsWith("dbg-agent 1 refused the API server does not answer: "), unanswered);
    assertTrue(daemon.isUnasked());
  }

  @Test
  void a_session_that_another_has_begun_or_changed_meanwhile_is_refused() throws Exception {
    for (int status : new int[] {409, 422, 404}) {
      String name = "web-" + status;
      ObjectNode _ = api.makeSession(name);
      api.manner =
          question ->
              question.path().endsWith("/status")
                  ? Optional.of(Answer.wrong(status, "Reason"))
                  : Optional.empty();
      assertEquals(
          status == 409
              ? "dbg-agent 1 refused the session was begun by another agent, or changed: type the line again"
              : "dbg-agent 1 refused the API server does not note that the session runs: status "
                  + status,
          answerFor(name));
      assertEquals(
          "dbg-agent 1 refused the session was begun before: type the line again", answerFor(name));
    }
    assertTrue(daemon.isUnasked());
  }

  @Test
  void one_of_many_clients_with_one_key_begins() throws Exception {
    ObjectNode _ = api.makeSession("web-1-x");
    List<AgentClient> clients = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      clients.add(AgentClient.of(port, "web-1-x"));
    }
    int begun = 0;
    for (AgentClient client : clients) {
      String answer = client.line();
      begun += answer.equals("dbg-agent 1 ok") ? 1 : 0;
      assertTrue(
          answer.endsWith(" ok") || answer.endsWith("was begun before: type the line again"),
          answer);
    }
    assertEquals(1, begun);
    for (AgentClient client : clients) {
      client.close();
    }
  }
}
