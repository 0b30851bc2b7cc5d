package dev.dbg.nativetests.log;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Faults;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Disk;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log's disk is full, fails, or is read-only: nothing runs unrecorded, and dbgd says why. */
@Tag("native")
@Tag("whole")
final class BadDiskTest {
  private static final int SIGTERM = 15;

  /** The length of one argument: the two records of a session take about as much of the log. */
  private static final int LARGE = 4000;

  /** More sessions than fit into the space that is kept for a log beyond its reserve. */
  private static final int ENOUGH = 100;

  private static final String NEARLY_FULL =
      "is nearly full: what is left is for the ends of running sessions: make room there";

  private static final String MEND =
      ": nothing is run until it can: repair that, then systemctl restart dbgd";

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING).startedByTheClass();

  private static Disk disk;

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-disk");
    disk = Disk.over(Files.createDirectory(host.directory().resolve("audit")), "8m");
    Files.writeString(
        host.config().file(),
        Files.readString(host.config().file()).replace("[policy]", "reserve = \"64K\"\n[policy]"));
    host.daemon().starts();
  }

  @AfterAll
  static void end() {
    host.daemon().stops();
    disk.close();
  }

  @Test
  void while_the_disk_is_full_none_begins_those_that_run_end_on_record_and_room_is_enough() {
    Running running = host.bob().starts("dbgt-disk net -- act wait").prints("waiting");
    disk.isFilled();

    Ran turnedAway = runUntilOneIsTurnedAway();

    turnedAway.exits(DBG_FAILED).prints("").says(NEARLY_FULL);
    assertTrue(host.daemon().log().contains(NEARLY_FULL), host.daemon().log());
    long intents = host.audit().count("intent");
    // A refusal that cannot be recorded is not reported as a refusal.
    host.ann().runs("dbgt-disk net -- nosuch").exits(DBG_FAILED).prints("").says(NEARLY_FULL);
    running.gets("TERM").ends().diesBy(SIGTERM).isRecorded();

    disk.isFreed();
    host.ann().runs("dbgt-disk net -- ss -tlnH").exits(0).isRecorded();
    assertEquals(intents + 1, host.audit().count("intent"));
    host.audit().keepsItsChain();
    host.installed().verifies().exits(0);
  }

  private static Ran runUntilOneIsTurnedAway() {
    for (int i = 0; i < ENOUGH; i++) {
      Ran ran = host.ann().runs("dbgt-disk net -- look namespaces " + "x".repeat(LARGE));
      if (!ran.err().isEmpty()) {
        return ran;
      }
      ran.exits(0).isRecorded();
    }
    throw new AssertionError("there is room for all of them");
  }

  @ParameterizedTest
  @CsvSource({
    "fdatasync:error=EIO, Input/output error",
    "write:error=EIO, Input/output error",
    "write:error=ENOSPC, No space left on device",
  })
  void after_a_write_or_sync_that_failed_nothing_runs_until_the_next_start(
      String fault, String reason) {
    Running running = host.bob().starts("dbgt-disk net -- act wait").prints("waiting");
    String session = host.audit().last("intent").text("/session");
    Running faults = Faults.on(host, host.audit().file(), fault);

    runsNothing(reason);
    // The disk is sound again, but dbgd does not know what it holds of the log.
    faults.gets("INT").ends();
    runsNothing(reason);
    running.gets("TERM").ends().exits(DBG_FAILED).says(reason + MEND);
    assertTrue(host.daemon().log().contains(reason + MEND), host.daemon().log());

    host.daemon().stops();
    host.daemon().starts();
    host.audit().waitsFor("orphaned", session).says("/operator/user", host.bob().name());
    host.ann().runs("dbgt-disk net -- ss -tlnH").exits(0).isRecorded();
    everySessionHasItsEnd();
  }

  @Test
  void a_write_that_takes_nothing_is_gone_on_with() {
    Running faults = Faults.on(host, host.audit().file(), "write:retval=0:when=1");
    host.ann().runs("dbgt-disk net -- ss -tlnH").exits(0).isRecorded();
    faults.gets("INT").ends();
    everySessionHasItsEnd();
  }

  @Test
  void a_record_that_fits_in_part_runs_nothing_and_the_log_goes_on_after_it() throws IOException {
    // The limit must be reached by the log itself, not by dbgd's messages.
    while (Files.size(host.audit().file()) < 2L * host.daemon().log().length() + LARGE) {
      host.ann().runs("dbgt-disk net -- look namespaces " + "x".repeat(LARGE)).exits(0);
    }
    long whole = Files.size(host.audit().file());
    Faults.noFileBeyond(host, whole + 100);

    runsNothing("File too large");
    assertEquals(whole + 100, Files.size(host.audit().file()), "a part of the record");

    host.daemon().stops();
    host.daemon().starts();
    everySessionHasItsEnd();
    host.daemon().stops();
    withoutTheTornLine();
    host.daemon().starts();
    host.ann().runs("dbgt-disk net -- ss -tlnH").exits(0).isRecorded();
  }

  /**
   * The other tests read the log line by line. A file that is cut has no preallocated space left.
   */
  private static void withoutTheTornLine() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(host.audit().file()));
    assertTrue(lines.removeIf(line -> !line.endsWith("\"}")), "no line is torn");
    Files.write(host.audit().file(), lines);
  }

  @Test
  void dbgd_does_not_start_on_a_disk_that_is_read_only() {
    host.daemon().stops();
    disk.becomesReadOnly();

    Ran ran =
        host.installed()
            .startsAnother(host.config().file())
            .exits(DBG_FAILED)
            .says("Read-only file system");
    assertEquals(1, ran.err().lines().count(), ran::toString);

    disk.becomesWritable();
    host.daemon().starts();
    host.ann().runs("dbgt-disk net -- ss -tlnH").exits(0);
    everySessionHasItsEnd();
  }

  /** Asserts that no output of a tool appears, and that the message lets an administrator act. */
  private static void runsNothing(String reason) {
    host.ann()
        .runs("dbgt-disk net -- ss -tlnH")
        .exits(DBG_FAILED)
        .prints("")
        .says("the audit log " + host.audit().file() + " cannot be written", reason + MEND);
  }

  private static void everySessionHasItsEnd() {
    Set<String> open = sessions("intent");
    open.removeAll(sessions("result"));
    open.removeAll(sessions("orphaned"));
    assertEquals(Set.of(), open, "sessions without an end");
    host.installed().verifies().exits(0);
  }

  private static Set<String> sessions(String event) {
    return host.audit().wholeRecords().stream()
        .filter(record -> record.event().equals(event))
        .map((AuditRecord record) -> record.text("/session"))
        .collect(Collectors.toSet());
  }
}
