package dev.dbg.nativetests.limits;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.words.Packet;
import dev.dbg.session.AlteredSession;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tool ends in time, also if dbgd is slow, or fails, while the tool runs. */
@Tag("native")
@Tag("whole")
final class SlowAndFailingAgentTest {
  /** Longer than a tool takes to end whose time limit is one second. */
  private static final Duration LATER = Duration.ofSeconds(4);

  /** Long enough that a busy machine sees the tool run. */
  private static final Duration TIME_LIMIT = Duration.ofSeconds(6);

  /** After the time limit, and before the streams are handed over. */
  private static final Duration BETWEEN = Duration.ofSeconds(9);

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /**
   * It hands a client its streams twenty seconds after the start of the tool. No client can bring
   * this about by not reading: the few packets before fit into the socket's buffer.
   */
  @RegisterExtension static final Host slow = host.inWhich(AlteredSession.Slow.class);

  @RegisterExtension static final Host slowAndLenient = slow.inWhich(AlteredSession.Lenient.class);

  /** It fails when the tool has run for a second. */
  @RegisterExtension static final Host failing = host.inWhich(AlteredSession.Failing.class);

  @RegisterExtension
  static final Host failingAndLenient = failing.inWhich(AlteredSession.LenientAfterFailure.class);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-slow");
  }

  /** A client that never reads anything, so that it never takes its streams. */
  private static Running deaf(Host at, Duration limit) {
    byte[] request =
        Packet.request(
            "--timeout", limit.toSeconds() + "s", "dbgt-slow", "net", "--", "act", "wait");
    return at.ann()
        .startsProgramReading(request, "speak", at.socket().toString(), "ignore", "60000");
  }

  @Test
  void a_client_that_never_takes_its_streams_has_no_more_time() {
    Running client = deaf(host, Duration.ofSeconds(1));
    host.audit().waitsForCount("result", 1);
    AuditRecord result = host.audit().last("result").says("/outcome/timeout", true);
    assertTrue(result.json().at("/outcome/duration_us").asLong() < 30_000_000, result::toString);
    assertTrue(Processes.isAlive(client.pid()));
    Ran _ = client.gets("KILL").ends();
  }

  @Test
  void the_time_limit_begins_before_the_client_has_its_streams() {
    assertTrue(endsMeanwhile(slow));
  }

  @Test
  void where_it_begins_later_the_tool_runs_on() {
    assertFalse(endsMeanwhile(slowAndLenient));
  }

  /** Whether a tool with a time limit ends before its client gets its streams. */
  private static boolean endsMeanwhile(Host at) {
    Running client = deaf(at, TIME_LIMIT);
    Patience.until("the tool runs", () -> !at.processes().tools().isEmpty());
    Patience.sleeps(BETWEEN);
    boolean ended = at.processes().tools().isEmpty();
    assertTrue(at.audit().records().stream().noneMatch(r -> r.event().equals("result")));
    at.audit().waitsForCount("result", 1);
    at.audit().last("result").says("/outcome/timeout", true);
    Ran _ = client.gets("KILL").ends();
    return ended;
  }

  @Test
  void when_dbgd_fails_the_tool_is_killed_and_the_session_has_a_result() {
    failing
        .ann()
        .runs("dbgt-slow net -- act call")
        .exits(DBG_FAILED)
        .says("the tool was killed: internal error", "the tests want it");
    Patience.until("no tool is left", () -> failing.processes().tools().isEmpty());
    failing.audit().waitsForCount("result", 1);
    failing.audit().last("result").mentions("/outcome/failed", "the tests want it");
  }

  @Test
  void where_it_is_not_killed_it_runs_on_and_there_is_no_result() {
    failingAndLenient
        .ann()
        .runs("dbgt-slow net -- act call")
        .exits(DBG_FAILED)
        .says("internal error", "the tests want it");
    Patience.sleeps(LATER);
    assertFalse(failingAndLenient.processes().tools().isEmpty());
    assertTrue(
        failingAndLenient.audit().records().stream().noneMatch(r -> r.event().equals("result")));
  }
}
