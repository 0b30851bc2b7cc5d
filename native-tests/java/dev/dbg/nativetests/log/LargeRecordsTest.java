package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.read.AlteredRead;
import dev.dbg.audit.record.AlteredRecord;
import dev.dbg.audit.write.AlteredWrite;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.words.ForgedLines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The log as a weapon: large records, written by refusals, that exhaust the reader's memory. */
@Tag("native")
@Tag("whole")
final class LargeRecordsTest {
  private static final int REFUSALS = 150;

  /** Together 75 megabytes: more than the heap of dbgd, and of what reads for it. */
  private static final int TOO_LONG = 100;

  private static final int MANY = 1_000;
  private static final int ASKING = 6;
  private static final int MOST_OF_A_LINE = 16 * 1024;
  private static final int MEGABYTE = 1 << 20;

  /**
   * dbgd's heap may be 64 MB. With what a JVM needs besides it takes this much, and does not grow.
   */
  private static final long MOST_RESIDENT = 140L * MEGABYTE;

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** A reader that holds all records that it will show. */
  @RegisterExtension static final Host careless = host.inWhich(AlteredRead.Careless.class);

  /** A dbgd that writes records at full length. */
  @RegisterExtension
  static final Host verbose =
      host.inWhich(AlteredRecord.Verbose.class, AlteredWrite.Unlimited.class);

  /** They read nothing until they are told to end. */
  private static void areThere(Host at, int count) {
    Patience.until(
        "all are there", () -> at.processes().startedAs("sleep", "3600").size() == count);
  }

  private static void readersEnd(Host at) {
    Processes.signal("TERM", at.processes().startedAs("sleep", "3600"));
  }

  private static void hasAForgedLog(Host at) throws IOException {
    at.daemon().stops();
    ForgedLines.write(at.audit().file(), TOO_LONG, ForgedLines.TOO_LONG, at.ann());
    at.daemon().starts();
  }

  @Test
  void readers_of_megabyte_lines_hold_none_and_dbgd_survives() throws Exception {
    hasAForgedLog(host);
    long pid = host.daemon().pid();
    List<String> readings = new ArrayList<>();
    for (String format : List.of("jsonl", "ecs", "ocsf", "html")) {
      readings.add("audit export --format " + format);
    }
    readings.addAll(
        List.of(
            "audit -n 1000",
            "audit -n 1000 --json",
            "audit -n 1000 --container dbgt-* --tool ss",
            "audit summary"));
    for (String reading : readings) {
      host.root().runsAll(1, List.of(reading)).forEach(ran -> ran.exits(0));
      isAliveAndSmall(pid, reading);
    }
    for (String reading : List.of("audit show %016x".formatted(TOO_LONG), "audit verify")) {
      Ran _ = host.root().runsAll(1, List.of(reading)).getFirst();
      isAliveAndSmall(pid, reading);
    }
    for (Ran ran : host.root().runsAll(4, Collections.nCopies(4, "audit -n 1000 --json"))) {
      assertEquals(0, count(ran.out(), "\\u0001"));
    }
    isAliveAndSmall(pid, "four at once");
    host.bob().runs("tools").exits(0);
  }

  @Test
  void a_follower_that_does_not_read_delays_no_other_reader() throws Exception {
    hasAForgedLog(host);
    long pid = host.daemon().pid();
    List<Running> idle = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      idle.add(host.ann().startsInto("sleep 3600", "audit --follow --json -n 1000"));
    }
    areThere(host, 6);
    host.bob().runsAll(1, List.of("audit -n 10")).forEach(ran -> ran.exits(0));
    host.root().runsAll(1, List.of("audit -n 1000")).forEach(ran -> ran.exits(0));
    isAliveAndSmall(pid, "six that do not read");
    // dbgd notices with the next record that a client that follows the log is gone.
    readersEnd(host);
    host.ann().runs("dbgt-none net -- ss").fails(DBG_FAILED, "no container 'dbgt-none'");
    idle.forEach(running -> running.endsWithinMinutes(1));
    isAliveAndSmall(pid, "six that are gone");
  }

  @Test
  void who_takes_an_answer_too_slowly_is_told_that_it_is_not_whole() throws Exception {
    host.daemon().stops();
    ForgedLines.write(host.audit().file(), MANY, ForgedLines.LONG, host.ann());
    host.daemon().starts();
    long before = socketsWithoutWork();
    Running slow = host.ann().startsInto("{ sleep 3600; cat >/dev/null; }", "audit export");
    try {
      Patience.until("it is answered", () -> sockets() > before);
      Patience.until("it is given up", () -> sockets() <= before);
    } finally {
      readersEnd(host);
    }
    slow.endsWithinMinutes(1).exits(DBG_FAILED).says("the answer is not whole");
  }

  /** The connection of a client that has just ended may still be there for a moment. */
  private static long socketsWithoutWork() {
    var least = new AtomicLong();
    Patience.until(
        "nobody is answered",
        () -> {
          host.ann().runs("audit -n 1").exits(0);
          LongSummaryStatistics looks =
              LongStream.generate(LargeRecordsTest::socketsLater).limit(10).summaryStatistics();
          least.set(looks.getMin());
          return looks.getMin() > 0 && looks.getMin() == looks.getMax();
        });
    return least.get();
  }

  private static long socketsLater() {
    Patience.sleeps(Duration.ofMillis(100));
    return sockets();
  }

  /** The most that a process has which reads for dbgd; without work it ends. */
  private static long sockets() {
    return host.processes().readers().stream()
        .mapToLong(LargeRecordsTest::socketsOf)
        .max()
        .orElse(0);
  }

  private static long socketsOf(long reader) {
    try {
      return Processes.descriptorLinks(reader).stream()
          .filter(to -> to.startsWith("socket:"))
          .count();
    } catch (UncheckedIOException e) {
      return 0;
    }
  }

  /** Together they would hold ninety megabytes, more than the heap of what reads for them. */
  private static long readerOfManyWhoDoNotTakeWhatTheyAskedFor(Host at, List<Running> asking)
      throws IOException {
    at.daemon().stops();
    ForgedLines.write(at.audit().file(), MANY, ForgedLines.LONG, at.ann());
    at.daemon().starts();
    at.root().runs("audit -n 1").exits(0);
    long reader = at.processes().readers().getFirst();
    for (int i = 0; i < ASKING; i++) {
      asking.add(at.root().startsInto("sleep 3600", "audit -n %d --json".formatted(MANY)));
    }
    areThere(at, ASKING);
    return reader;
  }

  @Test
  void a_long_list_of_records_holds_few_of_them() throws Exception {
    List<Running> asking = new ArrayList<>();
    long reader = readerOfManyWhoDoNotTakeWhatTheyAskedFor(host, asking);
    Patience.sleeps(Duration.ofSeconds(8));
    readersEnd(host);
    asking.forEach(running -> running.endsWithinMinutes(1));
    assertEquals(List.of(reader), host.processes().readers());
  }

  @Test
  void without_that_bound_the_reader_ends_and_nothing_else() throws Exception {
    List<Running> asking = new ArrayList<>();
    long reader = readerOfManyWhoDoNotTakeWhatTheyAskedFor(careless, asking);
    Patience.until("the reader ends", () -> !Processes.isAlive(reader));
    readersEnd(careless);
    asking.forEach(running -> running.endsWithinMinutes(1));
    isAliveAndSmall(careless.daemon().pid(), "its reader has ended");
    careless.root().runs("audit -n 1").exits(0);
  }

  @Test
  void refusals_of_large_requests_leave_a_small_log() throws Exception {
    host.daemon().stops();
    ForgedLines.write(host.audit().file(), 0, ForgedLines.LONG, host.ann());
    host.daemon().starts();
    refusesMuch(host);
    host.daemon().stops();

    long size = Files.size(host.audit().file());
    assertTrue(size < MEGABYTE / 2, size + " bytes");
    for (String line : Files.readAllLines(host.audit().file(), StandardCharsets.US_ASCII)) {
      assertTrue(line.length() <= MOST_OF_A_LINE, line.length() + " bytes");
    }
    // Each refusal is on record, in its own record or in a count.
    long all = 0;
    for (AuditRecord record : host.audit().records()) {
      if (record.event().equals("denied")) {
        all += record.json().at("/unwritten/count").asLong(1);
        record.mentions("/tool/argv_typed/0", " bytes, sha256 ");
      }
    }
    assertEquals(REFUSALS, all);
    assertTrue(host.daemon().log().contains("dbgt-ann (uid"), host.daemon().log());
    assertTrue(host.daemon().log().contains("no records of their own"), host.daemon().log());
    assertFalse(host.daemon().log().contains("x".repeat(5000)), "the journal has what was typed");
    host.audit().keepsItsChain();
    host.daemon().starts();
  }

  private static void refusesMuch(Host at) {
    String script =
        "large=$(head -c 63000 /dev/zero | tr '\\0' x); for i in $(seq %d); do $DBG dbgt-x net -- ss $i$large 2>/dev/null; [ $? = 126 ] || exit 1; done"
            .formatted(REFUSALS);
    at.ann().runsScript(script).exits(0);
  }

  @Test
  void without_the_limits_they_fill_the_disk() throws Exception {
    refusesMuch(verbose);
    assertTrue(Files.size(verbose.audit().file()) > 5 * MEGABYTE);
  }

  @Test
  void a_refusal_says_what_failed_and_what_to_do_and_not_all_that_was_typed() {
    for (String line :
        List.of(
            "dbgt-x net -- ss " + "x".repeat(60_000),
            "x".repeat(60_000) + " net -- ss",
            "dbgt-x net -- " + "x".repeat(60_000),
            "dbgt-x " + "x".repeat(60_000) + " -- ss")) {
      Ran ran = host.ann().runs(line);
      assertTrue(ran.err().startsWith("dbg: ") && ran.err().length() < 5000, ran.err());
    }
  }

  private static void isAliveAndSmall(long pid, String what) {
    assertTrue(Processes.isAlive(pid), "dbgd has ended: " + what);
    long resident = Processes.resident(pid);
    assertTrue(resident < MOST_RESIDENT, () -> what + ": " + resident);
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }
}
