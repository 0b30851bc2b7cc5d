package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCheckTest {
  private static final SessionObject SESSION = SessionReaderTest.RECORDED;

  private static final SessionLine LINE = new SessionLine("shop", "web-1-2rvft", SESSION.keyHash());

  private static final Instant SOON = SESSION.created().plusSeconds(5);

  private static Optional<String> refusal(SessionObject session) {
    return SessionCheck.refusal(LINE, session, "node1", SOON);
  }

  /** The recorded object with a text somewhere, as the API server would show it. */
  private static SessionObject with(String place, String field, String text) throws IOException {
    ObjectNode object = StandInApiServer.recorded("session.json");
    object.withObject(place).put(field, text);
    return SessionReader.read(object.toString().getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_session_of_the_line_is_granted() {
    assertEquals(Optional.empty(), refusal(SESSION));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "60e0", "60E05BD1", "other"})
  void without_the_key_nobody_learns_anything(String keyHash) throws Exception {
    SessionObject other = with("/spec", "keyHash", keyHash);
    assertEquals(Optional.of(SessionCheck.UNKNOWN), refusal(other));
    for (SessionObject worse :
        new SessionObject[] {
          with("/spec", "nodeName", "node2"),
          with("/metadata", "deletionTimestamp", "2026-11-29T19:37:46Z"),
          with("/status", "phase", "Running")
        }) {
      SessionLine wrong = new SessionLine("shop", "web-1-2rvft", "0".repeat(64));
      assertEquals(
          Optional.of(SessionCheck.UNKNOWN), SessionCheck.refusal(wrong, worse, "node1", SOON));
    }
  }

  /** An API server that shows another object than it was asked for is not believed. */
  @ParameterizedTest
  @CsvSource({"name, web-2", "namespace, vault", "uid, ''", "resourceVersion, ''"})
  void another_object_is_refused(String field, String text) throws Exception {
    assertEquals(Optional.of(SessionCheck.UNKNOWN), refusal(with("/metadata", field, text)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node2", "", "node1 ", "\u001b[2J"})
  void a_session_of_another_node_is_refused_and_its_node_is_not_told(String node) throws Exception {
    assertEquals(
        Optional.of("the session is for another node than node1"),
        refusal(with("/spec", "nodeName", node)));
  }

  @Test
  void a_session_that_was_deleted_is_refused() throws Exception {
    assertEquals(
        Optional.of("the session was deleted"),
        refusal(with("/metadata", "deletionTimestamp", "2026-11-29T19:37:46Z")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Running", "Ended", ""})
  void a_session_that_has_a_status_is_refused(String phase) throws Exception {
    assertEquals(
        Optional.of("the session was begun before: type the line again"),
        refusal(with("/status", "phase", phase)));
  }

  @Test
  void a_session_is_new_for_a_minute() {
    for (int seconds : new int[] {-60, 0, 60}) {
      Instant now = SESSION.created().plusSeconds(seconds);
      assertEquals(Optional.empty(), SessionCheck.refusal(LINE, SESSION, "node1", now));
    }
    for (int seconds : new int[] {-61, 61, 3600, 1 << 30}) {
      Instant now = SESSION.created().plusSeconds(seconds);
      assertEquals(
          Optional.of("the session was not made within the last 60 seconds: type the line again"),
          SessionCheck.refusal(LINE, SESSION, "node1", now));
    }
  }
}
