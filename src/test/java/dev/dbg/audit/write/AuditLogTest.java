package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.model.RawText;
import dev.dbg.model.Samples;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  @TempDir private Path directory;

  @Test
  void a_record_is_one_line_bound_to_the_one_before() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      log.append(
          RecordBuilder.of(Event.INTENT)
              .with("session", "s1")
              .with(Samples.operator("ann", "dns-ops"))
              .with("reason", null));
    }
    List<JsonNode> records = Logs.verified(directory);
    assertEquals(2, records.size());
    JsonNode intent = records.get(1);
    assertEquals(
        List.of("seq", "time", "boot", "event", "session", "operator", "prev", "hash"),
        intent.properties().stream().map(Map.Entry::getKey).toList());
    assertEquals("2026-11-24T12:00:00.123456Z", intent.path("time").asText());
    assertEquals(Logs.BOOT, intent.path("boot").asText());
    assertEquals("intent", intent.path("event").asText());
    assertEquals("ann", intent.path("operator").path("user").asText());
    assertEquals(1000, intent.path("operator").path("loginuid").asLong());
    assertFalse(intent.path("operator").has("tty"));
  }

  @Test
  void each_record_names_its_host_and_a_new_name_counts_from_then_on() throws Exception {
    AuditSettings settings = AuditSettings.plain(directory);
    HostIdentity before = HostIdentity.of("web-7", "0a".repeat(16));
    try (AuditLog log = AuditLog.open(settings, Logs.BOOT, before, Logs.CLOCK, _ -> {})) {
      log.append(RecordBuilder.of(Event.DAEMON));
      log.writtenOn(HostIdentity.of("web-8", "uninitialized"));
      log.append(RecordBuilder.of(Event.DAEMON));
      log.writtenOn(HostIdentity.of("\"},\"event\":\"seal\"\u001b[2J" + "x".repeat(99), ""));
      log.append(RecordBuilder.of(Event.DAEMON));
    }
    List<JsonNode> records = Logs.verified(directory);
    assertEquals(
        List.of("seq", "time", "boot", "host", "event", "prev", "hash"),
        records.get(0).properties().stream().map(Map.Entry::getKey).toList());
    assertEquals(
        "{\"name\":\"web-7\",\"id\":\"%s\"}".formatted("0a".repeat(16)),
        records.get(0).path("host").toString());
    assertEquals("{\"name\":\"web-8\"}", records.get(1).path("host").toString());
    String odd = records.get(2).path("host").path("name").asText();
    assertEquals("},event:seal[2J" + "x".repeat(64 - 15), odd);
    assertEquals("daemon", records.get(2).path("event").asText());
  }

  @Test
  void nobody_but_root_reads_the_log() throws Exception {
    Path below = directory.resolve("a/b");
    try (AuditLog log = Logs.open(below)) {
      log.append(RecordBuilder.of(Event.DAEMON));
    }
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(below)));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(Logs.file(below))));
  }

  @Test
  void an_edited_a_removed_and_a_moved_line_are_seen() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      for (int i = 0; i < 4; i++) {
        log.append(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
      }
    }
    List<String> lines = Logs.lines(directory);
    assertEquals(4, Logs.verified(lines).size());

    List<String> edited = new ArrayList<>(lines);
    edited.set(1, edited.get(1).replace("\"s1\"", "\"s9\""));
    assertThrows(AssertionError.class, () -> Logs.verified(edited));
    List<String> removed = new ArrayList<>(lines);
    removed.remove(1);
    assertThrows(AssertionError.class, () -> Logs.verified(removed));
    List<String> moved = List.of(lines.get(0), lines.get(2), lines.get(1), lines.get(3));
    assertThrows(AssertionError.class, () -> Logs.verified(moved));
    assertThrows(AssertionError.class, () -> Logs.verified(lines.subList(1, 4)));
  }

  @Test
  void sixteen_threads_lose_nothing_and_leave_no_gap() throws Exception {
    int threads = 16;
    int each = 60;
    try (AuditLog log = Logs.open(directory);
        ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int number = t;
        writers.add(
            () -> {
              for (int i = 0; i < each; i++) {
                String session = number + "-" + i;
                log.append(RecordBuilder.of(Event.DENIED).with("session", session));
                // After append has returned, the record is in the file.
                assertTrue(
                    i % 20 != 0
                        || Files.readString(Logs.file(directory)).contains('"' + session + '"'));
              }
              return null;
            });
      }
      for (Future<Void> writer : executor.invokeAll(writers)) {
        writer.get();
      }
    }
    List<JsonNode> records = Logs.verified(directory);
    TreeSet<String> sessions = new TreeSet<>();
    records.forEach(record -> sessions.add(record.path("session").asText()));
    assertEquals(threads * each, records.size());
    assertEquals(threads * each, sessions.size());
  }

  @Test
  void a_reopened_log_goes_on_where_it_ended() throws Exception {
    for (int i = 0; i < 3; i++) {
      try (AuditLog log = Logs.open(directory)) {
        log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
        log.append(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
        log.append(RecordBuilder.of(Event.DAEMON).with("action", "stop"));
      }
    }
    assertEquals(9, Logs.verified(directory).size());
  }

  @Test
  void an_intent_without_a_result_is_orphaned_at_the_next_start_and_only_once() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      log.append(intent("ended"));
      log.append(intent("left"));
      log.append(RecordBuilder.of(Event.RESULT).with("session", "ended"));
      log.append(intent("left too"));
      log.append(RecordBuilder.of(Event.DENIED).with("session", "denied"));
    }
    for (int i = 0; i < 3; i++) {
      try (AuditLog log = Logs.open(directory)) {
        log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      }
    }
    List<JsonNode> records = Logs.verified(directory);
    List<JsonNode> orphaned =
        records.stream().filter(r -> r.path("event").asText().equals("orphaned")).toList();
    assertEquals(
        List.of("left", "left too"),
        orphaned.stream().map(r -> r.path("session").asText()).toList());
    assertEquals(List.of(3L, 5L), orphaned.stream().map(r -> r.path("intent").asLong()).toList());
    assertEquals("ann", orphaned.get(0).path("operator").path("user").asText());
    assertEquals(List.of(7L, 8L), orphaned.stream().map(r -> r.path("seq").asLong()).toList());
  }

  @Test
  void a_session_whose_recording_is_gone_at_the_next_start_says_so() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(intent("plain"));
      log.append(intent("recorded").with("recorded", true));
    }
    try (AuditLog log = Logs.open(directory)) {
      assertEquals(4, log.head().seq());
    }
    List<JsonNode> records = Logs.verified(directory);
    assertFalse(records.get(2).has("recording"), records::toString);
    assertEquals("it is gone", records.get(3).at("/recording/failed").asText());
  }

  @Test
  void a_start_that_dies_at_once_orphans_nothing_twice() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(intent("left"));
    }
    // dbgd records that the session is orphaned, and ends before it records its start.
    Logs.open(directory).close();
    Logs.open(directory).close();
    assertEquals(
        List.of("intent", "orphaned"),
        Logs.verified(directory).stream().map(r -> r.path("event").asText()).toList());
  }

  @Test
  void a_session_of_before_the_last_start_is_not_looked_for() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(intent("older than the start"));
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
    }
    Logs.open(directory).close();
    assertEquals(2, Logs.verified(directory).size());
  }

  @Test
  @Tag("whole")
  void a_line_torn_anywhere_is_kept_and_the_chain_goes_on_after_it() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      log.append(RecordBuilder.of(Event.DENIED).with("session", "whole"));
      log.append(RecordBuilder.of(Event.DENIED).with("session", "torn"));
    }
    byte[] whole = Files.readAllBytes(Logs.file(directory));
    List<String> lines = Logs.lines(directory);
    int torn = whole.length - lines.get(2).length() - 1;
    for (int length = torn; length < whole.length; length++) {
      Path copy = Files.createDirectory(directory.resolve("cut-" + length));
      byte[] cut = Arrays.copyOf(whole, length);
      Files.write(Logs.file(copy), cut);
      try (AuditLog log = Logs.open(copy)) {
        log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      }
      assertTrue(
          Files.readString(Logs.file(copy)).startsWith(new String(cut, StandardCharsets.US_ASCII)),
          "the bytes of the torn line are gone");
      List<String> after = new ArrayList<>(Logs.lines(copy));
      boolean recordIsWhole = length == whole.length - 1;
      if (length > torn && !recordIsWhole) {
        assertEquals(4, after.size());
        assertEquals(lines.get(2).substring(0, length - torn), after.remove(2));
      }
      assertEquals(recordIsWhole ? 4 : 3, Logs.verified(after).size());
    }
  }

  @Test
  void a_torn_line_of_a_log_s_first_record_is_survived() throws Exception {
    Files.writeString(Logs.file(directory), "{\"seq\":1,\"time\":\"20");
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DAEMON));
    }
    List<String> lines = Logs.lines(directory);
    assertEquals("{\"seq\":1,\"time\":\"20", lines.get(0));
    assertEquals(1, Logs.verified(lines.subList(1, 2)).size());
  }

  @Test
  void an_intent_in_a_whole_record_without_its_line_s_end_is_orphaned() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(intent("left"));
    }
    String text = Files.readString(Logs.file(directory));
    Files.writeString(Logs.file(directory), text.stripTrailing());
    Logs.open(directory).close();
    assertEquals(
        List.of("intent", "orphaned"),
        Logs.verified(directory).stream().map(r -> r.path("event").asText()).toList());
  }

  @Test
  void what_a_crash_leaves_of_a_page_is_survived() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DENIED).with("session", "s"));
    }
    Files.write(Logs.file(directory), new byte[5000], StandardOpenOption.APPEND);
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DENIED).with("session", "t"));
    }
    List<String> lines = new ArrayList<>(Logs.lines(directory));
    assertEquals("\0".repeat(5000), lines.remove(1));
    assertEquals(2, Logs.verified(lines).size());
  }

  @Test
  void no_argument_splits_a_line_or_paints_a_terminal() throws Exception {
    List<String> argv =
        List.of(
            "\n{\"seq\":99}\n",
            "\r\n",
            "\u001b[2J\u001b]0;x\u0007",
            "\"},\"hash\":\"",
            "\\\"",
            "\0",
            "\u009b1m",
            "\u2028\u2029\u0085",
            "\u202eevil",
            "ä€😀",
            "\u007f",
            RawText.decode(new byte[] {(byte) 0xff, (byte) 0x80, 'x', (byte) 0xc3}),
            "\ud800",
            "");
    try (AuditLog log = Logs.open(directory)) {
      log.append(
          RecordBuilder.of(Event.DENIED).with("argv", argv).with("reason", String.join("", argv)));
      log.append(RecordBuilder.of(Event.DENIED).with("target", Map.of(argv.get(0), argv.get(2))));
    }
    byte[] bytes = Files.readAllBytes(Logs.file(directory));
    for (byte b : bytes) {
      assertTrue(b == '\n' || (b >= ' ' && b < 0x7f), "a byte of 0x%02x".formatted(b));
    }
    List<JsonNode> records = Logs.verified(directory);
    assertEquals(2, records.size());
    List<String> read = new ArrayList<>();
    records.get(0).path("argv").forEach(word -> read.add(word.textValue()));
    assertEquals(argv, read);
    assertEquals(String.join("", argv), records.get(0).path("reason").textValue());
  }

  @Test
  void an_interrupted_thread_s_record_is_written_and_the_log_lives_on() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      Thread.currentThread().interrupt();
      log.append(RecordBuilder.of(Event.DENIED).with("session", "interrupted"));
      assertTrue(Thread.interrupted(), "the interrupt was swallowed");
      log.append(RecordBuilder.of(Event.DENIED).with("session", "after"));
    }
    assertEquals(2, Logs.verified(directory).size());
  }

  @Test
  void a_second_daemon_on_the_same_log_is_refused_and_harms_nothing() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      log.append(intent("running"));
      AuditFailure failure = assertThrows(AuditFailure.class, () -> Logs.open(directory));
      assertTrue(failure.message().contains("another dbgd"), failure.message());
      log.append(RecordBuilder.of(Event.RESULT).with("session", "running"));
    }
    assertEquals(2, Logs.verified(directory).size());
    Logs.open(directory).close();
  }

  @Test
  void a_directory_that_cannot_be_made_is_said_with_advice() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");
    for (Path wrong : List.of(file, file.resolve("below"), Path.of("/proc/dbg"))) {
      String message = assertThrows(AuditFailure.class, () -> Logs.open(wrong)).message();
      assertTrue(
          message.matches(
              "the audit log .*/audit.jsonl cannot be written: .+: .+: nothing is run until it can: repair that, then systemctl restart dbgd"),
          message);
    }
  }

  /** As the shipped unit makes each directory but the default one. */
  @Test
  void a_directory_that_the_unit_keeps_read_only_is_said_with_the_setting() {
    IOException why = new FileSystemException("/srv/log", null, "Read-only file system");
    assertEquals(
        "the audit log /srv/log/audit.jsonl cannot be written: /srv/log: Read-only file system, see ReadWritePaths= of dbgd.service: nothing is run until it can: repair that, then systemctl restart dbgd",
        AuditFailure.unwritable(Path.of("/srv/log/audit.jsonl"), why).message());
  }

  @Test
  void a_log_that_is_a_directory_is_said_with_advice() throws Exception {
    Files.createDirectory(Logs.file(directory));
    assertTrue(
        assertThrows(AuditFailure.class, () -> Logs.open(directory))
            .message()
            .contains("nothing is run until it can"));
  }

  /** A write to /dev/full fails, as on a full disk. */
  @Test
  void after_a_failed_write_every_later_append_fails_too() throws Exception {
    Path disk = Files.createSymbolicLink(Logs.file(directory), Path.of("/dev/full"));
    try (AuditLog log = Logs.open(directory)) {
      assertNull(log.failure());
      String full =
          assertThrows(AuditFailure.class, () -> log.append(RecordBuilder.of(Event.DENIED)))
              .message();
      assertTrue(full.contains("No space left on device: nothing is run until it can"), full);
      assertEquals(full, log.failure());

      // The disk has space again, but which records it holds is still unknown.
      Files.delete(disk);
      Files.writeString(disk, "");
      for (int i = 0; i < 3; i++) {
        assertEquals(
            full,
            assertThrows(AuditFailure.class, () -> log.append(RecordBuilder.of(Event.DENIED)))
                .message());
      }
      assertEquals("", Files.readString(disk));
    }
  }

  /**
   * Otherwise a dbgd whose disk has failed ends, with all sessions, when refusals fill its heap.
   */
  @Test
  void records_after_a_failed_write_are_not_kept_in_memory() throws Exception {
    Path _ = Files.createSymbolicLink(Logs.file(directory), Path.of("/dev/full"));
    try (AuditLog log = Logs.open(directory)) {
      assertThrows(AuditFailure.class, () -> log.append(RecordBuilder.of(Event.DENIED)));
      WeakReference<FittedRecord> refused = refused(log);
      for (int i = 0; i < 100 && refused.get() != null; i++) {
        System.gc();
        Thread.sleep(10);
      }
      assertNull(refused.get());
    }
  }

  private static WeakReference<FittedRecord> refused(AuditLog log) {
    FittedRecord record = FittedRecord.of(RecordBuilder.of(Event.DENIED));
    assertThrows(AuditFailure.class, () -> log.append(record));
    return new WeakReference<>(record);
  }

  @Test
  void all_who_wait_for_a_failed_write_are_told() throws Exception {
    Path _ = Files.createSymbolicLink(Logs.file(directory), Path.of("/dev/full"));
    try (AuditLog log = Logs.open(directory);
        ExecutorService executor = Executors.newFixedThreadPool(8)) {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        writers.add(
            () -> {
              assertThrows(AuditFailure.class, () -> log.append(RecordBuilder.of(Event.DENIED)));
              return null;
            });
      }
      for (Future<Void> writer : executor.invokeAll(writers)) {
        writer.get();
      }
    }
  }

  @Test
  void a_closed_log_takes_nothing() throws Exception {
    AuditLog log = Logs.open(directory);
    log.close();
    String message =
        assertThrows(AuditFailure.class, () -> log.append(RecordBuilder.of(Event.DENIED)))
            .message();
    assertFalse(message.contains("null"), message);
    assertEquals(List.of(), Logs.lines(directory));
  }

  /** No writer should submit such a record, but it must not block the other writers forever. */
  @Test
  void an_entry_that_cannot_be_written_leaves_nobody_waiting() throws Exception {
    try (AuditLog log = Logs.open(directory)) {
      List<String> strange =
          new AbstractList<>() {
            @Override
            public String get(int index) {
              throw new IllegalStateException("never");
            }

            @Override
            public int size() {
              return 1;
            }
          };
      assertThrows(
          Exception.class, () -> log.append(RecordBuilder.of(Event.DENIED).with("x", strange)));
      log.append(RecordBuilder.of(Event.DENIED));
      assertEquals(1, log.head().seq());
    }
  }

  private static RecordBuilder intent(String session) {
    return RecordBuilder.of(Event.INTENT).with("session", session).with(Samples.operator("ann"));
  }
}
