package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SessionLimitsTest {
  private static final Uid ANN = new Uid(1000);
  private static final Uid BOB = new Uid(1001);

  @Test
  void a_user_s_limit_is_the_user_s_alone() throws Exception {
    SessionLimits limits = new SessionLimits(10, 2);
    assertEquals(2, takenUntilFull(limits, ANN));
    assertEquals(
        "you have 2 sessions, lines that wait included, the most for a user: dbg sessions lists them, dbg kill ends one (limits.sessions-per-user)",
        full(limits, ANN));
    assertEquals(2, takenUntilFull(limits, BOB));
  }

  @Test
  void the_last_quarter_is_for_those_who_have_none() throws Exception {
    SessionLimits limits = new SessionLimits(8, 7);
    assertEquals(6, takenUntilFull(limits, ANN));
    assertEquals(1, takenUntilFull(limits, BOB));
    assertEquals(
        "you have 1 sessions, lines that wait included, and the last places are for users who have none: dbg sessions lists them, dbg kill ends one (limits.sessions)",
        full(limits, BOB));
    assertEquals(1, takenUntilFull(limits, Uid.ROOT));
    assertEquals(0, takenUntilFull(limits, new Uid(1002)));
  }

  @Test
  void the_limit_of_all_holds_for_everybody_root_included() throws Exception {
    SessionLimits limits = new SessionLimits(2, 2);
    var _ = limits.take(ANN);
    assertEquals(1, takenUntilFull(limits, BOB));
    for (Uid user : List.of(ANN, BOB, Uid.ROOT)) {
      assertEquals(
          "there are 2 sessions, the most at once: try again (limits.sessions)",
          full(limits, user));
    }
  }

  @Test
  void a_place_given_back_is_free_for_whoever_comes() throws Exception {
    SessionLimits limits = new SessionLimits(1, 1);
    for (int i = 0; i < 1000; i++) {
      try (SessionLimits.Place _ = limits.take(i % 2 == 0 ? ANN : BOB)) {
        full(limits, ANN);
        full(limits, BOB);
      }
    }
  }

  @Test
  void a_container_holds_few_tools_of_an_operator_s_sessions_that_have_ended() throws Exception {
    SessionLimits limits = new SessionLimits(8, 8);
    SessionLimits.Holder holder = new SessionLimits.Holder("docker 1", true, false);
    List<CompletableFuture<Void>> tools = held(limits, ANN, holder, 4);

    Refusal refused = assertThrows(Refusal.class, () -> limits.requireFewHeld(ANN, holder));
    assertTrue(refused.message().startsWith("4 of your tools were killed here"), refused::message);
    limits.requireFewHeld(ANN, new SessionLimits.Holder("docker 1", false, true));
    limits.requireFewHeld(ANN, new SessionLimits.Holder("docker 1", false, false));
    limits.requireFewHeld(ANN, new SessionLimits.Holder("docker 2", true, false));
    limits.hold(ANN, holder, CompletableFuture.completedFuture(null));
    tools.getFirst().complete(null);
    limits.requireFewHeld(ANN, holder);
  }

  /** An operator can have tools held, too: their client has an end of their pipes. */
  @Test
  void an_operator_s_tools_that_are_held_keep_nobody_else_out_of_the_container() throws Exception {
    SessionLimits limits = new SessionLimits(8, 8);
    var _ = held(limits, ANN, inContainer(1), 20);

    limits.requireFewHeld(BOB, inContainer(1));
    var _ = held(limits, BOB, inContainer(1), 1);
    assertThrows(Refusal.class, () -> limits.requireFewHeld(BOB, inContainer(1)));
    limits.requireFewHeld(Uid.ROOT, inContainer(1));
  }

  @Test
  void an_operator_s_tools_that_are_held_keep_nobody_else_out_of_all_containers() throws Exception {
    SessionLimits limits = new SessionLimits(8, 8);
    var _ = held(limits, ANN, inContainer(1), 16);

    assertThrows(Refusal.class, () -> limits.requireFewHeld(ANN, inContainer(2)));
    limits.requireFewHeld(BOB, inContainer(2));
    var _ = held(limits, BOB, inContainer(1), 8);
    assertThrows(Refusal.class, () -> limits.requireFewHeld(BOB, inContainer(2)));
    limits.requireFewHeld(Uid.ROOT, inContainer(2));
  }

  @Test
  void an_operator_s_tools_that_see_no_files_count_too() throws Exception {
    SessionLimits limits = new SessionLimits(8, 8);
    for (int i = 0; i < 16; i++) {
      var _ = held(limits, ANN, new SessionLimits.Holder("docker " + i, false, false), 1);
    }

    SessionLimits.Holder other = new SessionLimits.Holder("docker 99", false, false);
    assertThrows(Refusal.class, () -> limits.requireFewHeld(ANN, other));
    limits.requireFewHeld(BOB, other);
    limits.requireFewHeld(BOB, inContainer(2));
  }

  /** Otherwise who has many containers could shut an operator out of all the others. */
  @Test
  void an_operator_with_held_tools_keeps_sessions_in_other_containers() throws Exception {
    SessionLimits limits = new SessionLimits(8, 2);
    List<CompletableFuture<Void>> tools = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      tools.addAll(held(limits, ANN, inContainer(i), 1));
    }

    assertThrows(Refusal.class, () -> limits.requireFewHeld(ANN, inContainer(1)));
    limits.requireFewHeld(ANN, inContainer(8));
    limits.requireFewHeld(ANN, new SessionLimits.Holder("docker 1", false, false));
    limits.requireFewHeld(BOB, inContainer(1));
    tools.getFirst().completeExceptionally(new IllegalStateException());
    limits.requireFewHeld(ANN, inContainer(1));
  }

  @Test
  void no_more_tools_are_held_in_all_than_dbgd_can_bear() throws Exception {
    SessionLimits limits = new SessionLimits(2, 2);
    List<CompletableFuture<Void>> tools = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      limits.requireFewHeld(new Uid(i), inContainer(i));
      tools.addAll(held(limits, new Uid(i), inContainer(i), 1));
    }

    assertThrows(Refusal.class, () -> limits.requireFewHeld(ANN, inContainer(8)));
    limits.requireFewHeld(ANN, new SessionLimits.Holder("docker 8", false, false));
    tools.getFirst().complete(null);
    limits.requireFewHeld(ANN, inContainer(8));
  }

  private static SessionLimits.Holder inContainer(int number) {
    return new SessionLimits.Holder("docker " + number, true, false);
  }

  private static List<CompletableFuture<Void>> held(
      SessionLimits limits, Uid user, SessionLimits.Holder holder, int count) {
    List<CompletableFuture<Void>> tools = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      CompletableFuture<Void> gone = new CompletableFuture<>();
      limits.hold(user, holder, gone);
      tools.add(gone);
    }
    return tools;
  }

  @Test
  void a_refusal_takes_no_place() throws Exception {
    SessionLimits limits = new SessionLimits(2, 1);
    try (SessionLimits.Place _ = limits.take(ANN)) {
      for (int i = 0; i < 10; i++) {
        full(limits, ANN);
      }
      try (SessionLimits.Place _ = limits.take(BOB)) {
        full(limits, Uid.ROOT);
      }
      limits.take(BOB).close();
    }
  }

  @Test
  void a_place_given_back_twice_is_one_place() throws Exception {
    SessionLimits limits = new SessionLimits(2, 2);
    SessionLimits.Place kept = limits.take(ANN);
    SessionLimits.Place given = limits.take(ANN);
    given.close();
    given.close();
    SessionLimits.Place again = limits.take(ANN);
    full(limits, ANN);
    full(limits, BOB);
    kept.close();
    again.close();
  }

  @Test
  void many_threads_never_hold_more_than_the_limit() throws Exception {
    SessionLimits limits = new SessionLimits(5, 3);
    AtomicInteger held = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(12)) {
      List<Callable<Void>> users = new ArrayList<>();
      for (int t = 0; t < 12; t++) {
        Uid user = new Uid(1000 + t % 3);
        users.add(
            () -> {
              for (int i = 0; i < 2000; i++) {
                try (SessionLimits.Place _ = limits.take(user)) {
                  most.accumulateAndGet(held.incrementAndGet(), Math::max);
                  held.decrementAndGet();
                } catch (Refusal e) {
                  Thread.onSpinWait();
                }
              }
              return null;
            });
      }
      for (Future<Void> user : threads.invokeAll(users)) {
        user.get();
      }
    }
    assertTrue(most.get() <= 5, "held at once: " + most);
    int taken = 0;
    for (long uid = 1; uid <= 9; uid++) {
      taken += takenUntilFull(limits, new Uid(uid));
    }
    assertEquals(5, taken);
  }

  @Test
  void a_rule_s_places_are_an_operator_s_and_that_rule_s_own() throws Exception {
    SessionLimits limits = new SessionLimits(9, 9);
    SessionLimits.Place held = limits.takeUnder("p.toml:1", ANN, 1);
    assertEquals(
        "you have 1 sessions by the rule at p.toml:1, the most it permits: dbg sessions lists them, dbg kill ends one",
        assertThrows(Refusal.class, () -> limits.takeUnder("p.toml:1", ANN, 1)).message());
    limits.takeUnder("p.toml:1", BOB, 1).close();
    limits.takeUnder("p.toml:2", ANN, 1).close();
    held.close();
    held.close();
    SessionLimits.Place again = limits.takeUnder("p.toml:1", ANN, 1);
    assertThrows(Refusal.class, () -> limits.takeUnder("p.toml:1", ANN, 1));
    again.close();
  }

  /** Takes sessions for a user until none is left, and returns their number. */
  private static int takenUntilFull(SessionLimits limits, Uid user) {
    for (int taken = 0; taken < 100; taken++) {
      try {
        var _ = limits.take(user);
      } catch (Refusal e) {
        return taken;
      }
    }
    throw new AssertionError("no limit");
  }

  private static String full(SessionLimits limits, Uid user) {
    return assertThrows(Refusal.class, () -> limits.take(user)).message();
  }
}
