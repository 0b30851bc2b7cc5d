package dev.dbg.nativetests.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Holdings;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.target.BareProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Thousands of sessions, with every kind of root directory, leave nothing of dbgd behind. */
@Tag("native")
@Tag("whole")
final class LeaksTest {
  /** Loops that run at once. */
  private static final int AT_ONCE = 8;

  /** A control group has up to three directories, one for each hierarchy. */
  private static final int POOLED = 3;

  /** Runs of each line: eight lines, a quarter of which go through a terminal. */
  private static final int WARM_UP = Whole.orPart(250, 150);

  private static final int MEASURED = Whole.orPart(1250, 300);

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-leaks", "pid://*"]
      namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
      tools = ["look", "ls", "ss"]
      user-switch = true
      """;

  @RegisterExtension
  static final Host host = Host.with(POLICY).limitedTo("sessions-per-user = 32").inOwnMounts();

  private static BareProcess process;

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-leaks");
    process =
        BareProcess.firstIn(
            List.of("act", "wait"),
            "--user",
            "--map-root-user",
            "--mount",
            "--mount-proc",
            "--net",
            "--uts",
            "--ipc",
            "--cgroup",
            "--time");
  }

  @AfterAll
  static void end() {
    process.ends();
  }

  private static List<String> lines() {
    return List.of(
        "dbgt-leaks net -- ss -tlnH",
        "dbgt-leaks mnt -- ls /",
        "dbgt-leaks pid -- look namespaces",
        "dbgt-leaks net,mnt,pid -- look namespaces",
        process.name() + " all -- look namespaces",
        "-u 0 " + process.name() + " user -- look confinement");
  }

  private static List<String> linesAtTerminal() {
    return List.of(
        "-t dbgt-leaks net -- look namespaces", "-t " + process.name() + " all -- look directory");
  }

  /** Runs every line so many times, each started by a separate loop. */
  private static void runs(int times) {
    List<Running> all = new ArrayList<>();
    for (String line : lines()) {
      all.add(host.ann().startsScript(loop(times, line + " >/dev/null")));
    }
    for (String line : linesAtTerminal()) {
      all.add(host.ann().atTerminal().startsScript(loop(times, line)));
    }
    for (Running loop : all) {
      Ran ran = loop.endsWithinMinutes(20).exits(0);
      assertTrue(ran.out().stripTrailing().endsWith("all " + times), ran::toString);
    }
  }

  private static String loop(int times, String line) {
    return "i=0; while [ $i -lt %d ]; do $DBG %s || exit 1; i=$((i+1)); done; echo all $i"
        .formatted(times, line);
  }

  @Test
  void thousands_of_sessions_leave_everything_as_it_was() {
    runs(WARM_UP);
    Holdings before = Holdings.idle(host);

    runs(MEASURED);

    Holdings after = Holdings.idleLike(before, host);
    assertTrue(after.countsNoMore(before), () -> before + ", then " + after);
    before
        .pools()
        .forEach(
            (what, count) ->
                assertTrue(
                    after.pools().getOrDefault(what, 0L) <= count + AT_ONCE * POOLED,
                    () -> what + ": " + before + ", then " + after));
    assertTrue(after.isNoLarger(before), () -> "resident: %s, then %s".formatted(before, after));
    assertEquals(8L * (WARM_UP + MEASURED), host.audit().countLines("\"event\":\"result\""));
  }
}
