package dev.dbg.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Samples;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunningSessionsTest {
  private static final Operator ANN = Samples.operator("ann");
  private static final Operator BOB = Operator.supposed(new Uid(1001), "bob", List.of());
  private static final Operator ROOT = Operator.supposed(Uid.ROOT, "root", List.of());

  private final RunningSessions sessions = new RunningSessions();

  private RunningSession begun(Operator operator, Optional<Target> target) {
    RunningSession session = new RunningSession();
    session.waits(
        new RunningSession.Facts(
            "0123456789abcdef",
            operator,
            target,
            "web",
            Set.of(NamespaceKind.NET),
            List.of(),
            "ss",
            List.of("-t"),
            false,
            false,
            Instant.now()));
    sessions.add(session);
    return session;
  }

  @Test
  void a_line_that_waits_is_seen_as_its_operators_sessions_are() {
    RunningSession running = begun(ANN, Optional.of(Samples.container("web")));
    RunningSession waiting = begun(ANN, Optional.empty());

    assertEquals(List.of(running, waiting), sessions.of(ANN));
    assertEquals(List.of(running, waiting), sessions.of(ROOT));
    assertEquals(List.of(), sessions.of(BOB));
  }

  @Test
  void only_tools_are_counted() {
    begun(ANN, Optional.empty());
    assertEquals(0, sessions.count());
    begun(BOB, Optional.of(Samples.container("web")));
    assertEquals(1, sessions.count());
  }

  @Test
  void the_first_order_counts() {
    RunningSession waiting = begun(ANN, Optional.empty());
    assertEquals(Optional.empty(), waiting.order());

    EndOrder kill = new EndOrder.Killed(ROOT, "fedcba9876543210");
    waiting.end(kill);
    sessions.stop("stopped");

    assertEquals(Optional.of(kill), waiting.order());
  }

  @Test
  void a_line_that_begins_to_wait_while_dbgd_stops_is_told_to_end() {
    sessions.stop("stopped");
    assertEquals(
        Optional.of(new EndOrder.Stopped("stopped")), begun(ANN, Optional.empty()).order());
  }

  @Test
  void whoever_waits_for_its_end_hears_when_it_is_removed() {
    RunningSession waiting = begun(ANN, Optional.empty());
    assertFalse(waiting.endsWithin(Duration.ofMillis(1)));
    sessions.remove(waiting);
    assertTrue(waiting.endsWithin(Duration.ZERO));
    assertEquals(List.of(), sessions.of(ROOT));
  }
}
