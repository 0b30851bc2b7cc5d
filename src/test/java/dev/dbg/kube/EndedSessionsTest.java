package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.apiserver.ApiServer;
import dev.dbg.kube.StandInApiServer.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndedSessionsTest {
  @TempDir private Path directory;

  private final AtomicLong nanos = new AtomicLong(-7);
  private StandInApiServer server;
  private ApiServer api;
  private EndedSessions ended;

  @BeforeEach
  void start() throws Exception {
    Certificates certificates = new Certificates(directory.resolve("its"));
    server = new StandInApiServer(certificates, "IP:127.0.0.1");
    api = server.client(directory, certificates);
    ended =
        new EndedSessions(
            new SessionStatus(api, "dbg-4xv9q", Clock.systemUTC()),
            Duration.ofMinutes(1),
            nanos::get);
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private static SessionRef ref(String name) {
    return new SessionRef("shop", name, "uid-of-" + name, "alice");
  }

  private void end(String name) throws Exception {
    var _ = server.makeSession(name);
    ended.add(ref(name));
  }

  private List<String> left() {
    return server.objects.keySet().stream()
        .filter(path -> path.contains("/debugsessions/"))
        .map(path -> path.replaceFirst(".*/", ""))
        .sorted()
        .toList();
  }

  @Test
  void each_is_removed_when_its_time_is_over() throws Exception {
    end("a");
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    end("b");
    ended.removeOld();
    assertEquals(List.of("a", "b"), left());
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    ended.removeOld();
    assertEquals(List.of("b"), left());
    server.asked.clear();
    ended.removeOld();
    assertEquals(List.of(), server.taken());
  }

  /** Otherwise an API server that answers each removal with an error fills the agent's memory. */
  @Test
  void of_very_many_the_oldest_are_forgotten() throws Exception {
    end("a");
    for (int i = 0; i < 2 * 4096; i++) {
      ended.add(ref("b"));
    }
    server.manner = question -> Optional.of(Answer.wrong(500, "InternalError"));
    ended.removeOld();
    assertEquals(List.of("DELETE " + SessionRef.path("shop", "b")), server.taken());
  }

  @Test
  void all_are_removed_at_the_end() throws Exception {
    end("a");
    end("b");
    ended.removeAll(System.nanoTime() - 1);
    assertEquals(List.of("a", "b"), left());
    end("c");
    ended.removeAll(System.nanoTime() + Duration.ofMinutes(5).toNanos());
    assertEquals(List.of(), left());
  }

  @Test
  void another_object_of_the_same_name_stays() throws Exception {
    end("a");
    server.object(ref("a").path()).withObject("/metadata").put("uid", "another");
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    ended.removeOld();
    assertEquals(List.of("a"), left());
  }

  @Test
  void one_that_cannot_be_removed_stops_no_other() throws Exception {
    end("a");
    end("b");
    server.manner =
        question ->
            question.path().endsWith("/a")
                ? Optional.of(Answer.wrong(403, "Forbidden"))
                : Optional.empty();
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    ended.removeOld();
    assertEquals(List.of("a"), left());
  }

  /** Otherwise its object would stay for as long as its pod. */
  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void a_session_whose_removal_was_put_off_is_removed_later(int status) throws Exception {
    end("a");
    server.manner = question -> Optional.of(Answer.wrong(status, "away"));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    ended.removeOld();
    assertEquals(1, server.taken().size());
    server.manner = question -> Optional.empty();
    ended.removeOld();
    assertEquals(List.of(), left());
  }

  /** An agent that is stopped in between removes the rest itself. */
  @Test
  void those_that_an_api_server_that_is_away_did_not_remove_are_removed_later() throws Exception {
    end("a");
    end("b");
    server.manner = question -> Optional.of(new Answer(200, "", "", false));
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    Thread stopped = Thread.ofVirtual().start(ended::removeOld);
    AgentScene.await(() -> !server.asked.isEmpty());
    stopped.interrupt();
    assertTrue(stopped.join(Duration.ofSeconds(60)), "an interrupt ends the request");
    assertEquals(1, server.taken().size());
    server.manner = question -> Optional.empty();
    ended.removeAll(System.nanoTime() + Duration.ofMinutes(5).toNanos());
    assertEquals(List.of(), left());
  }

  @Test
  void of_more_than_are_remembered_the_oldest_go_early() throws Exception {
    IntStream.range(0, 4096).forEach(i -> ended.add(ref("none-" + i)));
    server.asked.clear();
    ended.removeOld();
    assertEquals(List.of(), server.taken());
    ended.add(ref("none"));
    ended.removeOld();
    assertEquals(List.of("DELETE " + ref("none-0").path()), server.taken());
  }
}
