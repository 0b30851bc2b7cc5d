package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.kube.StandInApiServer.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How sessions of the agent end, and that many run at once. */
class ClusterAgentEndsTest {
  private static final int MANY = 200;

  @TempDir private static Path all;

  private static Certificates certificates;

  @TempDir private Path directory;

  private AgentScene scene;
  private final List<AgentClient> clients = new ArrayList<>();

  @BeforeAll
  static void certify() throws Exception {
    certificates = new Certificates(all.resolve("its"));
  }

  @BeforeEach
  void start() throws Exception {
    scene =
        new AgentScene(certificates, directory, Duration.ofHours(1), MANY, Duration.ofMillis(50));
  }

  private void startAgain(Duration keep, int mostPerUser, Duration every) throws Exception {
    scene.close();
    scene = new AgentScene(certificates, directory, keep, mostPerUser, every);
  }

  @AfterEach
  void stop() throws Exception {
    for (AgentClient client : clients) {
      client.close();
    }
    scene.close();
  }

  private AgentClient ask(String name) throws IOException {
    ObjectNode _ = scene.api.makeSession(name);
    AgentClient client = AgentClient.of(scene.port, name);
    clients.add(client);
    return client;
  }

  private StandInDaemon.Asking begin(String name) throws Exception {
    assertEquals("dbg-agent 1 ok", ask(name).line());
    StandInDaemon.Asking asking = scene.daemon.next();
    assertTrue(asking.packet().length > 0);
    return asking;
  }

  @Test
  void a_session_whose_object_is_removed_ends() throws Exception {
    StandInDaemon.Asking asking = begin("web-1");
    StandInDaemon.Asking other = begin("web-2");
    scene.api.objects.remove(SessionRef.path("shop", "web-1"));
    assertEquals(0, asking.packet().length);
    assertTrue(clients.getFirst().line().startsWith("dbg-stdio "));
    assertTrue(clients.getFirst().isOver());
    other.exit(0);
    scene.awaitPhase("web-2", "Ended");
  }

  @Test
  void an_api_server_that_is_slow_to_remove_what_has_ended_keeps_nothing_running()
      throws Exception {
    startAgain(Duration.ZERO, MANY, Duration.ofMillis(50));
    CountDownLatch isHeld = new CountDownLatch(1);
    CountDownLatch goesOn = new CountDownLatch(1);
    AtomicBoolean isLate = new AtomicBoolean();
    scene.api.manner =
        question -> {
          try {
            if (question.method().equals("DELETE")) {
              isHeld.countDown();
              isLate.set(!goesOn.await(2, TimeUnit.MINUTES));
            }
            return Optional.empty();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    begin("web-1").exit(0);
    StandInDaemon.Asking deleted = begin("web-2");
    assertTrue(isHeld.await(2, TimeUnit.MINUTES));
    scene.api.objects.remove(SessionRef.path("shop", "web-2"));
    assertEquals(0, deleted.packet().length);
    assertFalse(isLate.get());
    goesOn.countDown();
    AgentScene.await(() -> scene.isRemoved("web-1"));
  }

  @Test
  void a_session_whose_object_is_deleted_and_stays_yet_ends_without_an_exit_status()
      throws Exception {
    StandInDaemon.Asking asking = begin("web-1");
    scene
        .api
        .object(SessionRef.path("shop", "web-1"))
        .withObject("/metadata")
        .put("deletionTimestamp", "2026-11-29T19:37:55Z");
    assertEquals(0, asking.packet().length);
    scene.awaitPhase("web-1", "Ended");
    assertFalse(scene.status("web-1").has("exitCode"));
  }

  @Test
  @Tag("whole")
  void a_session_whose_object_is_another_or_cannot_be_read_any_more_ends() throws Exception {
    StandInDaemon.Asking replaced = begin("web-1");
    scene
        .api
        .object(SessionRef.path("shop", "web-1"))
        .withObject("/metadata")
        .put("uid", "another");
    assertEquals(0, replaced.packet().length);
    for (Answer answer :
        List.of(Answer.of(200, "x".repeat(1 << 20)), Answer.of(200, "{\"spec\":1}"))) {
      scene.api.manner = question -> Optional.empty();
      StandInDaemon.Asking unread = begin("web-" + answer.body().length());
      scene.api.manner = question -> Optional.of(answer);
      assertEquals(0, unread.packet().length);
    }
  }

  @Test
  void an_api_server_that_does_not_answer_ends_no_session() throws Exception {
    StandInDaemon.Asking asking = begin("web-1");
    for (int status : new int[] {500, 401, 403, 429}) {
      scene.api.manner = question -> Optional.of(Answer.wrong(status, "Reason"));
      scene.api.asked.clear();
      AgentScene.await(() -> scene.api.asked.size() >= 2);
    }
    scene.api.close();
    asking.exit(5);
    assertTrue(clients.getFirst().line().startsWith("dbg-stdio "));
    assertEquals(5, clients.getFirst().packet()[5]);
  }

  @Test
  @Tag("whole")
  void an_api_server_that_puts_off_each_question_once_has_a_session_begin_and_its_end_noted()
      throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    scene.api.manner =
        question ->
            seen.add(question + question.body().replaceAll("[0-9]", ""))
                ? Optional.of(Answer.putOff("1"))
                : Optional.empty();
    StandInDaemon.Asking asking = begin("web-1");
    scene.awaitPhase("web-1", "Running");
    asking.exit(7);
    scene.awaitPhase("web-1", "Ended");
    assertEquals(7, scene.status("web-1").path("exitCode").asInt());
  }

  @Test
  void a_session_ends_with_its_client() throws Exception {
    StandInDaemon.Asking asking = begin("web-1");
    clients.getFirst().close();
    assertEquals(0, asking.packet().length);
    scene.awaitPhase("web-1", "Ended");
  }

  @Test
  void the_object_of_an_ended_session_is_removed_after_a_while() throws Exception {
    startAgain(Duration.ZERO, MANY, Duration.ofMillis(50));
    StandInDaemon.Asking asking = begin("web-1");
    assertFalse(scene.isRemoved("web-1"));
    asking.exit(0);
    AgentScene.await(() -> scene.isRemoved("web-1"));
  }

  @Test
  void an_agent_that_is_stopped_lets_its_sessions_end_by_themselves_for_a_while() throws Exception {
    scene.close();
    Duration hour = Duration.ofHours(1);
    scene = new AgentScene(certificates, directory, hour, MANY, Duration.ofMillis(50), hour);
    StandInDaemon.Asking asking = begin("web-1");
    Thread stopping = Thread.ofPlatform().start(scene.agent::close);
    AgentScene.await(() -> stopping.getState() == Thread.State.TIMED_WAITING);
    asking.exit(7);
    stopping.join();
    assertTrue(
        scene.api.asked.stream()
            .filter(one -> one.path().endsWith("/web-1/status"))
            .anyMatch(one -> one.body().contains("\"exitCode\":7")));
  }

  @Test
  void an_agent_that_is_stopped_ends_its_sessions_and_removes_what_has_ended() throws Exception {
    begin("web-1").exit(0);
    scene.awaitPhase("web-1", "Ended");
    StandInDaemon.Asking asking = begin("web-2");
    AgentClient silent = new AgentClient(scene.port);
    clients.add(silent);
    scene.agent.close();
    assertEquals(0, asking.packet().length);
    assertTrue(scene.isRemoved("web-1"));
    assertTrue(scene.isRemoved("web-2"));
    assertTrue(
        scene.api.asked.stream()
            .filter(one -> one.path().endsWith("/web-2/status"))
            .anyMatch(one -> one.body().contains("\"phase\":\"Ended\"")));
  }

  @Test
  @Tag("whole")
  void a_user_has_no_more_than_their_places() throws Exception {
    startAgain(Duration.ofHours(1), 2, Duration.ofSeconds(5));
    StandInDaemon.Asking first = begin("web-1");
    StandInDaemon.Asking _ = begin("web-2");
    String full = "dbg-agent 1 refused 2 sessions of yours run on this node: end one";
    assertEquals(full, ask("web-3").line());
    ObjectNode others = scene.api.makeSession("web-4");
    others.withObject("/spec/user").put("username", "bob");
    AgentClient bob = AgentClient.of(scene.port, "web-4");
    clients.add(bob);
    assertEquals("dbg-agent 1 ok", bob.line());

    first.exit(0);
    scene.awaitPhase("web-1", "Ended");
    // The one that was refused was not begun.
    AgentScene.await(
        () -> {
          try (AgentClient again = AgentClient.of(scene.port, "web-3")) {
            return again.line().equals("dbg-agent 1 ok");
          } catch (IOException e) {
            return false;
          }
        });
  }

  @Test
  @Tag("whole")
  void many_silent_connections_keep_no_client_out() throws Exception {
    for (int i = 0; i < 300; i++) {
      clients.add(new AgentClient(scene.port));
    }
    // The oldest were ended.
    assertEquals("", clients.getFirst().line());
    assertEquals("dbg-agent 1 ok", ask("web-1").line());
  }

  /** Whoever comes later is sent away, and told so. */
  @Test
  @Tag("whole")
  void who_has_said_a_line_keeps_the_place_in_the_queue() throws Exception {
    CountDownLatch answering = new CountDownLatch(1);
    scene.api.manner =
        question -> {
          awaited(answering);
          return Optional.of(Answer.wrong(404, "NotFound"));
        };
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    for (int i = 0; i < 300; i++) {
      AgentClient client = ask("web-" + i);
      Thread _ = Thread.ofPlatform().daemon().start(() -> heard.add(lineOf(client)));
    }

    assertEquals(
        "dbg-agent 1 refused too many ask this agent at once: try again",
        heard.poll(1, TimeUnit.MINUTES));

    answering.countDown();
    List<String> all = new ArrayList<>();
    for (int i = 1; i < 300; i++) {
      all.add(heard.poll(1, TimeUnit.MINUTES));
    }
    assertFalse(all.contains(""), all::toString);
    assertFalse(all.contains(null), all::toString);
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String lineOf(AgentClient client) {
    try {
      return client.line();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  @Tag("whole")
  void hundreds_of_sessions_run_at_once() throws Exception {
    startAgain(Duration.ofHours(1), MANY, Duration.ofSeconds(5));
    for (int i = 0; i < MANY; i++) {
      AgentClient _ = ask("web-" + i);
    }
    List<StandInDaemon.Asking> asking = new ArrayList<>();
    for (AgentClient client : clients) {
      assertEquals("dbg-agent 1 ok", client.line());
      asking.add(scene.daemon.next());
    }
    for (StandInDaemon.Asking one : asking) {
      one.exit(3);
    }
    for (int i = 0; i < MANY; i++) {
      assertTrue(clients.get(i).line().startsWith("dbg-stdio "));
      assertEquals(3, clients.get(i).packet()[5]);
      scene.awaitPhase("web-" + i, "Ended");
    }
  }
}
