package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Traces;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.SessionGroups;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.measure.Whole;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * dbgd is killed between two system calls of a session, from the client's connection to the last
 * packet. Every build tries the last call of each kind, and both calls that make a record durable;
 * with {@code native-tests/run --whole} every call is tried, which takes minutes.
 */
@Tag("native")
@Tag("whole")
final class KilledAtEachStepTest {
  private static final String SESSION = "dbgt-steps net -- look namespaces";
  private static final String RECORDED = "--record " + SESSION;

  /** Calls that only a recording makes, and calls that make its INTENT and its RESULT durable. */
  private static final Set<String> OF_A_RECORDING = Set.of("rename", "fsync", "fdatasync");

  /** A dbgd's first sessions of a kind load classes, and make more calls. */
  private static final int WARM_UP = 2;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING).without().startedByTheClass();

  /** Each dbgd is in this mount namespace, in which other programs of the host mount nothing. */
  private static Running mounts;

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-steps");
    mounts = host.daemon().keepsMounts();
    host.daemon().startsInMountsOf(mounts);
    warmUp();
  }

  private static void warmUp() {
    for (int i = 0; i < WARM_UP; i++) {
      host.ann().runs(SESSION).exits(0).isRecorded();
      host.ann().runs(RECORDED).exits(0).isRecorded();
    }
  }

  @Test
  void dbgd_killed_before_a_call_loses_no_record_of_what_ran_and_leaves_nothing() {
    // Checks that the search finds what runs: otherwise it would not find leftovers either.
    Running waiting = host.ann().starts("dbgt-steps net -- act wait").prints("waiting");
    assertEquals(2, left().size(), "the tool, and the process that keeps the empty namespaces");
    waiting.gets("TERM").ends();

    killsBeforeEach(SESSION, KilledAtEachStepTest::lastOfEachKind);
  }

  @Test
  void shown_output_of_a_recorded_session_is_always_kept() {
    killsBeforeEach(RECORDED, KilledAtEachStepTest::thoseOfARecording);
  }

  private static void killsBeforeEach(String line, Function<List<String>, Set<Integer>> sample) {
    List<String> calls = calls(line);
    Set<Integer> steps = Whole.isWanted() ? all(calls) : few(sample.apply(calls), calls);
    List<String> kills = new ArrayList<>();
    for (int step : steps) {
      kills.add(killsBefore(step, line));
    }

    assertTrue(kills.stream().anyMatch("nothing ran"::equals), kills::toString);
    assertTrue(kills.stream().anyMatch("it ran"::equals), kills::toString);
    everySessionHasItsEnd();
    host.installed().verifies().exits(0);
  }

  /** The kinds of the system calls of a session, in their order. */
  private static List<String> calls(String line) {
    Running strike = host.daemon().strikes(0).prints("ready");
    host.ann().runs(line).exits(0).isRecorded();
    return strike.gets("TERM").ends().lines().stream()
        .filter(call -> call.startsWith("call "))
        .map(call -> call.split(" ", -1)[2])
        .toList();
  }

  private static Set<Integer> all(List<String> calls) {
    return IntStream.rangeClosed(1, calls.size())
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Every fourth one. The first and the last are always there, of which one ran and one did not,
   * and the call that makes the first record durable.
   */
  private static Set<Integer> few(Set<Integer> sample, List<String> calls) {
    List<Integer> sorted = sample.stream().sorted().toList();
    Set<Integer> few = new TreeSet<>(Whole.orEvery(4, sorted));
    few.add(sorted.getFirst());
    few.add(sorted.getLast());
    few.add(calls.indexOf("fdatasync") + 1);
    return few;
  }

  private static Set<Integer> thoseOfARecording(List<String> calls) {
    return IntStream.rangeClosed(1, calls.size())
        .filter(call -> OF_A_RECORDING.contains(calls.get(call - 1)))
        .boxed()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<Integer> lastOfEachKind(List<String> calls) {
    Set<Integer> steps = new TreeSet<>();
    for (String kind : new HashSet<>(calls)) {
      steps.add(calls.lastIndexOf(kind) + 1);
    }
    steps.add(calls.indexOf("fdatasync") + 1);
    return steps;
  }

  /**
   * Kills dbgd before this call of a session, starts it again, and describes the session's traces.
   */
  private static String killsBefore(int step, String line) {
    Traces before = Traces.of(host);
    long daemon = host.daemon().pid();
    Set<String> intents = sessions("intent");
    Set<String> results = sessions("result");
    Running strike = host.daemon().strikes(step).prints("ready");

    Ran ran = host.ann().runs(line);

    // dbgd makes its last calls after the client has ended, and there may be fewer this time.
    host.daemon().isKilledByNow();
    Ran struck = strike.ends();
    assertTrue(ran.err().isEmpty() || struck.out().contains("struck"), ran::toString);
    String what = "killed before call %d: %s%n%s".formatted(step, strike, ran);
    Patience.until("nothing is left, " + what, () -> left().isEmpty());
    host.daemon().startsInMountsOf(mounts);

    Patience.until("no group is left, " + what, () -> SessionGroups.homesOf(daemon).isEmpty());
    Patience.until(
        "the mounts are as before, " + what,
        () -> {
          List<String> more = new ArrayList<>(Traces.of(host).mounts());
          more.removeAll(before.mounts());
          return more.isEmpty();
        });
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
    everyRecordingHasItsRecord();
    if (line.equals(RECORDED) && isRun) {
      String session = begun.iterator().next();
      host.ann().runs("audit replay " + session).exits(0).prints(ran.bytes());
    }
    host.audit().keepsItsChain();
    warmUp();
    return isRun ? "it ran" : "nothing ran";
  }

  /** The processes of sessions that still run. */
  private static List<Long> left() {
    List<Long> all = new ArrayList<>(host.processes().executing(host.installed().helper()));
    all.addAll(host.processes().executing(host.program("look")));
    all.addAll(host.processes().executing(host.program("act")));
    return all;
  }

  private static void everySessionHasItsEnd() {
    Set<String> open = sessions("intent");
    open.removeAll(sessions("result"));
    open.removeAll(sessions("orphaned"));
    assertEquals(Set.of(), open, "sessions without an end");
  }

  /** Each recording has two files, and there is no recording of a session without a record. */
  private static void everyRecordingHasItsRecord() {
    Set<String> wanted =
        host.audit().records().stream()
            .filter(record -> !record.text("/recording/sha256").isEmpty())
            .map(record -> record.text("/session"))
            .flatMap(session -> Stream.of(session + ".out", session + ".timing"))
            .collect(Collectors.toCollection(TreeSet::new));
    String[] there = host.audit().file().resolveSibling("recordings").toFile().list();
    assertEquals(wanted, there == null ? Set.of() : new TreeSet<>(Set.of(there)));
  }

  private static Set<String> sessions(String event) {
    return host.audit().records().stream()
        .filter(record -> record.event().equals(event))
        .map((AuditRecord record) -> record.text("/session"))
        .collect(Collectors.toCollection(HashSet::new));
  }
}
