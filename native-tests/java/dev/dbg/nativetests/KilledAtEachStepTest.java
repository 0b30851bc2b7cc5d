package dev.dbg.nativetests;

import static dev.dbg.nativetests.scene.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.AuditRecord;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Patience;
import dev.dbg.nativetests.scene.Processes;
import dev.dbg.nativetests.scene.Ran;
import dev.dbg.nativetests.scene.Running;
import dev.dbg.nativetests.scene.SessionGroups;
import dev.dbg.nativetests.scene.Traces;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * dbgd is killed between two system calls of a session, from the client's coming to its last word.
 * Every build tries the last call of each kind, and both that make a record durable; with {@code
 * -Ddbg.every-step=true} every call is tried, which takes minutes.
 */
@Tag("native")
final class KilledAtEachStepTest {
  private static final String SESSION = "dbgt-steps net -- look namespaces";

  /** A dbgd's first sessions load classes, and are longer. */
  private static final int WARM_UP = 2;

  /** Without the sessions that dbgd rehearses, which would be struck in the operator's stead. */
  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING).inWhich("Dbgd.java", "    Rehearsal.soon(house);\n", "");

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-steps");
    warmUp();
  }

  private static void warmUp() {
    for (int i = 0; i < WARM_UP; i++) {
      host.ann().runs(SESSION).exits(0).isRecorded();
    }
  }

  @Test
  void dbgd_killed_before_a_call_loses_no_record_of_what_ran_and_leaves_nothing() {
    // It is looked for as it is there: else nothing would be found of what is left.
    Running waiting = host.ann().starts("dbgt-steps net -- act wait").prints("waiting");
    assertEquals(1, left().size());
    waiting.gets("TERM").ends();

    List<String> calls = calls();
    Set<Integer> steps = Boolean.getBoolean("dbg.every-step") ? all(calls) : sample(calls);
    List<String> kills = new ArrayList<>();
    for (int step : steps) {
      kills.add(killsBefore(step));
    }

    assertTrue(kills.stream().anyMatch("nothing ran"::equals), kills::toString);
    assertTrue(kills.stream().anyMatch("it ran"::equals), kills::toString);
    everySessionHasItsEnd();
    host.verifies().exits(0);
  }

  /** The kinds of the calls of a session, one after another. */
  private static List<String> calls() {
    Running strike = host.strikes(0).prints("ready");
    host.ann().runs(SESSION).exits(0).isRecorded();
    return strike.gets("TERM").ends().lines().stream()
        .filter(line -> line.startsWith("call "))
        .map(line -> line.split(" ", -1)[2])
        .toList();
  }

  private static Set<Integer> all(List<String> calls) {
    return IntStream.rangeClosed(1, calls.size())
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Integer> sample(List<String> calls) {
    Set<Integer> steps = new TreeSet<>();
    for (String kind : new HashSet<>(calls)) {
      steps.add(calls.lastIndexOf(kind) + 1);
    }
    steps.add(calls.indexOf("fdatasync") + 1);
    return steps;
  }

  /** Kills dbgd before this call of a session, starts it again, and says what there was of it. */
  private static String killsBefore(int step) {
    Traces before = Traces.of(host);
    long daemon = host.daemonPid();
    Set<String> intents = sessions("intent");
    Set<String> results = sessions("result");
    Running strike = host.strikes(step).prints("ready");

    Ran ran = host.ann().runs(SESSION);

    // Its last calls are made when the client has ended, and may be fewer this time.
    host.isKilledByNow();
    Ran struck = strike.ends();
    assertTrue(ran.err().isEmpty() || struck.out().contains("struck"), ran::toString);
    String what = "killed before call %d: %s%n%s".formatted(step, strike, ran);
    Patience.until("nothing is left, " + what, () -> left().isEmpty());
    host.starts();

    assertEquals(List.of(), SessionGroups.homesOf(daemon), what);
    Patience.until(
        "the mounts are as before, " + what,
        () -> before.mounts().equals(Traces.of(host).mounts()));
    Set<String> begun = sessions("intent");
    begun.removeAll(intents);
    assertTrue(begun.size() <= 1, what);
    boolean isRun = !ran.out().isEmpty();
    assertFalse(isRun && begun.isEmpty(), "no record of a tool that ran: " + what);
    Set<String> ended = sessions("result");
    ended.removeAll(results);
    if (ran.err().isEmpty()) {
      ran.exits(0);
      assertEquals(begun, ended, "its operator heard of its end, and its log did not: " + what);
    } else {
      ran.exits(DBG_FAILED);
    }
    everySessionHasItsEnd();
    host.keepsItsChain();
    warmUp();
    return isRun ? "it ran" : "nothing ran";
  }

  /** Processes of sessions. */
  private static List<Long> left() {
    List<Long> all = new ArrayList<>(Processes.executing(host.helper()));
    all.addAll(Processes.executing(host.program("look")));
    all.addAll(Processes.executing(host.program("act")));
    return all;
  }

  private static void everySessionHasItsEnd() {
    Set<String> open = sessions("intent");
    open.removeAll(sessions("result"));
    open.removeAll(sessions("orphaned"));
    assertEquals(Set.of(), open, "sessions without an end");
  }

  private static Set<String> sessions(String event) {
    return host.records().stream()
        .filter(record -> record.event().equals(event))
        .map((AuditRecord record) -> record.text("/session"))
        .collect(Collectors.toCollection(HashSet::new));
  }
}
