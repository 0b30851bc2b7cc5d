package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.Logs;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.verify.KnownAnchors;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.model.Samples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecoveryStateTest {
  @TempDir private Path directory;

  /** A log of several segments; its dbgd dies with sessions from before and after its last seal. */
  @BeforeEach
  void write() throws Exception {
    try (AuditLog log = AuditLog.open(Logs.settings(directory), Logs.BOOT, Logs.CLOCK)) {
      Sealer sealer = Sealer.idle(log, Logs.CLOCK);
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      begin(log, "ended-early");
      sealer.seal();
      for (int i = 0; i < 60; i++) {
        begin(log, "short-" + i);
        end(log, "short-" + i);
      }
      end(log, "ended-early");
      begin(log, "left-before");
      begin(log, "ended-late");
      sealer.seal();
      end(log, "ended-late");
      begin(log, "left-after");
      begin(log, "ended-last");
      end(log, "ended-last");
    }
  }

  private static void begin(AuditLog log, String session) throws AuditFailure {
    log.append(
        RecordBuilder.of(Event.INTENT)
            .with("session", session)
            .with(Samples.operator("ann", "dns-ops")));
  }

  private static void end(AuditLog log, String session) throws AuditFailure {
    log.append(RecordBuilder.of(Event.RESULT).with("session", session));
  }

  @Test
  void sessions_are_open_that_began_before_the_last_seal_or_after_it() throws Exception {
    assertEquals(List.of("left-before", "left-after"), open());
  }

  private List<String> open() throws IOException {
    return RecoveryState.of(directory).open().stream().map(RecoveryState.Open::session).toList();
  }

  @Test
  void nothing_is_read_from_before_what_the_last_seal_says() throws Exception {
    Path first = directory.resolve("audit-000000000001.jsonl");
    Files.delete(first);
    Files.createDirectory(first);
    assertEquals(List.of("left-before", "left-after"), open());

    // A dbgd of before did not say it.
    Path current = Logs.file(directory);
    Files.writeString(current, Files.readString(current).replaceAll(",\"open_from\":[0-9]+", ""));
    assertThrows(IOException.class, this::open);
  }

  @Test
  void a_log_without_open_sessions_is_read_back_to_its_seal() throws Exception {
    try (AuditLog log = AuditLog.open(Logs.settings(directory), Logs.BOOT, Logs.CLOCK)) {
      Sealer.idle(log, Logs.CLOCK).seal();
    }
    List<String> lines = Logs.lines(directory);
    String seal = lines.getLast();
    long seq = Long.parseLong(seal.replaceAll("\\{\"seq\":([0-9]+),.*", "$1"));
    assertEquals(
        ",\"open_from\":%d,".formatted(seq), seal.replaceAll(".*(,\"open_from\":[0-9]+,).*", "$1"));
    assertEquals(List.of(), open());
  }

  /** The next file is ready and has not taken the name, or the one before has given it up. */
  @Test
  void a_crash_at_any_step_of_an_exchange_of_files_leaves_a_log_that_goes_on() throws Exception {
    Path next = directory.resolve("audit.jsonl.new");
    Files.createFile(next);
    goesOn();
    assertFalse(Files.exists(next));

    Path current = Logs.file(directory);
    String first = Logs.lines(directory).getFirst().replaceAll("\\{\"seq\":([0-9]+),.*", "$1");
    Files.move(current, Segment.pathOf(directory, Long.parseLong(first)));
    Files.createFile(next);
    // So that no other file gets its number.
    Files.createLink(directory.resolve("held"), next);
    Object ready = Files.readAttributes(next, BasicFileAttributes.class).fileKey();
    assertEquals(List.of(), open());
    goesOn();
    assertFalse(Files.exists(next));
    // With the room that it has.
    assertEquals(ready, Files.readAttributes(current, BasicFileAttributes.class).fileKey());
    assertEquals(1, Logs.lines(directory).size());
  }

  private void goesOn() throws Exception {
    try (AuditLog log = AuditLog.open(Logs.settings(directory), Logs.BOOT, Logs.CLOCK)) {
      log.append(RecordBuilder.of(Event.DENIED));
    }
    assertTrue(new Verifier(directory, KnownAnchors.keys(Set.of())).verify().isUnbroken());
  }
}
