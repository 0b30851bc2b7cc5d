package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.apiserver.ApiServer;
import dev.dbg.kube.StandInApiServer.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session does not run for ever because the API server was away when it ended. */
class PendingEndNotesTest {
  private static final Instant THEN = Instant.parse("2026-11-30T01:02:03Z");

  @TempDir private Path directory;

  private StandInApiServer server;
  private ApiServer api;
  private EndedSessions ended;
  private PendingEndNotes unnoted;

  @BeforeEach
  void start() throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    server = new StandInApiServer(certificates, "IP:127.0.0.1");
    api = server.client(directory, certificates);
    SessionStatus status = new SessionStatus(api, "dbg-4xv9q", Clock.fixed(THEN, ZoneOffset.UTC));
    ended = new EndedSessions(status, Duration.ZERO, System::nanoTime);
    unnoted = new PendingEndNotes(status, ended);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static SessionRef ref(String name) {
    return new SessionRef("shop", name, "uid-of-" + name, "alice");
  }

  private ObjectNode status(String name) {
    return server.object(ref(name).path()).withObject("/status");
  }

  private void runs(String name) throws Exception {
    var _ = server.makeSession(name);
    status(name).put("phase", "Running");
  }

  private void isAway(int answer) {
    server.manner = question -> Optional.of(Answer.wrong(answer, "away"));
  }

  private void isBack() {
    server.manner = question -> Optional.empty();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 504, 429})
  @Tag("whole")
  void an_end_is_noted_when_the_api_server_is_back_with_its_time(int answer) throws Exception {
    runs("a");
    runs("b");
    isAway(answer);
    unnoted.note(ref("a"), OptionalInt.of(3));
    unnoted.note(ref("b"), OptionalInt.empty());
    unnoted.noteAgain();
    assertEquals("Running", status("a").path("phase").asText());
    isBack();
    unnoted.noteAgain();
    assertEquals("Ended", status("a").path("phase").asText());
    assertEquals("2026-11-30T01:02:03Z", status("a").path("endedAt").asText());
    assertEquals(3, status("a").path("exitCode").asInt());
    assertEquals("Ended", status("b").path("phase").asText());
    server.asked.clear();
    unnoted.noteAgain();
    assertEquals(List.of(), server.taken());
    ended.removeOld();
    assertFalse(server.objects.containsKey(ref("a").path()));
  }

  /** While it is away, one question is asked, and not one for each. */
  @Test
  void an_api_server_that_is_away_is_not_asked_for_each() throws Exception {
    isAway(503);
    IntStream.range(0, 5).forEach(i -> unnoted.note(ref("a" + i), OptionalInt.empty()));
    server.asked.clear();
    unnoted.noteAgain();
    assertEquals(1, server.taken().size());
  }

  @Test
  void an_end_whose_object_is_gone_is_not_tried_again() throws Exception {
    isAway(404);
    unnoted.note(ref("a"), OptionalInt.empty());
    server.asked.clear();
    unnoted.noteAgain();
    ended.removeOld();
    assertEquals(List.of(), server.taken());
  }

  /** One that has just started does not know yet what an agent may do. */
  @ParameterizedTest
  @ValueSource(ints = {401, 403, 409})
  void what_the_api_server_refuses_is_tried_a_few_times(int answer) throws Exception {
    runs("a");
    isAway(answer);
    unnoted.note(ref("a"), OptionalInt.of(3));
    unnoted.noteAgain();
    isBack();
    unnoted.noteAgain();
    assertEquals("Ended", status("a").path("phase").asText());
    assertEquals(3, status("a").path("exitCode").asInt());
  }

  @Test
  void the_object_of_an_end_that_is_never_noted_is_removed() throws Exception {
    runs("a");
    isAway(422);
    unnoted.note(ref("a"), OptionalInt.empty());
    server.asked.clear();
    IntStream.range(0, 100).forEach(_ -> unnoted.noteAgain());
    assertEquals(PendingEndNotes.REFUSALS, server.taken().size());
    isBack();
    ended.removeOld();
    assertFalse(server.objects.containsKey(ref("a").path()));
  }

  /** The watch over those that run comes after them. */
  @Test
  @Tag("whole")
  void of_many_some_are_tried_at_a_time() throws Exception {
    isAway(503);
    IntStream.range(0, 40).forEach(i -> unnoted.note(ref("a" + i), OptionalInt.empty()));
    isAway(404);
    server.asked.clear();
    unnoted.noteAgain();
    assertEquals(PendingEndNotes.MOST_AT_ONCE, server.taken().size());
  }

  @Test
  void of_more_than_are_remembered_the_oldest_are_forgotten() {
    IntStream.rangeClosed(0, PendingEndNotes.MOST).forEach(i -> unnoted.noteLater(ref("a" + i)));
    List<SessionRef> left = unnoted.takeAll();
    assertEquals(PendingEndNotes.MOST, left.size());
    assertEquals("a1", left.getFirst().name());
    assertEquals(List.of(), unnoted.takeAll());
  }
}
