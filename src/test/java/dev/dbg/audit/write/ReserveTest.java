package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.Logs;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.verify.KnownAnchors;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.kernel.file.Preallocation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a nearly full disk no session begins, and the ends of running sessions are recorded. */
class ReserveTest {
  @TempDir private Path directory;

  private long free = Long.MAX_VALUE;

  @Test
  void without_room_no_session_begins_and_those_that_run_end_on_record() throws Exception {
    try (AuditLog log = log(1 << 30)) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", "running"));

      free = 0;
      useUp(log);
      assertThrows(
          AuditFailure.class,
          () -> log.append(RecordBuilder.of(Event.INTENT).with("session", "not begun")));
      log.append(RecordBuilder.of(Event.RESULT).with("session", "running"));
      assertNull(log.failure());

      free = Long.MAX_VALUE;
      log.append(RecordBuilder.of(Event.INTENT).with("session", "there is room again"));
    }
    List<JsonNode> records = Logs.verified(directory);
    List<String> sessions =
        records.stream().map(r -> r.path("session").asText()).filter(s -> !s.isEmpty()).toList();
    assertEquals(List.of("running", "running", "there is room again"), sessions);
  }

  /** First what the file has beyond its reserve. */
  private static void useUp(AuditLog log) {
    AuditFailure full = null;
    for (int i = 0; i < 1000 && full == null; i++) {
      try {
        log.append(RecordBuilder.of(Event.DENIED).with("reason", "x".repeat(8000)));
      } catch (AuditFailure e) {
        full = e;
      }
    }
    assertTrue(
        full != null && full.message().contains("is nearly full: what is left is for the ends"),
        String.valueOf(full));
  }

  @Test
  void a_file_is_not_exchanged_for_one_without_its_room() throws Exception {
    try (AuditLog log = log(1)) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", "running"));
      free = 0;
      useUp(log);
      log.append(RecordBuilder.of(Event.RESULT).with("session", "running"));
      assertEquals(1, Segment.in(directory).size());
      assertFalse(Files.exists(directory.resolve("audit.jsonl.new")));

      free = Long.MAX_VALUE;
      log.append(RecordBuilder.of(Event.INTENT).with("session", "there is room again"));
      assertEquals(2, Segment.in(directory).size());
      assertEquals(1, Logs.lines(directory).size());
      assertEquals(
          PosixFilePermissions.fromString("rw-------"),
          Files.getPosixFilePermissions(Logs.file(directory)));
    }
    assertTrue(new Verifier(directory, KnownAnchors.keys(Set.of())).verify().isUnbroken());
  }

  /** They help, or are in force whether they are recorded or not. */
  @Test
  void without_room_a_new_policy_a_removal_and_roots_kill_are_recorded_and_no_operators_kill()
      throws Exception {
    try (AuditLog log = log(1 << 30)) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", "running"));
      free = 0;
      useUp(log);
      log.append(RecordBuilder.of(Event.POLICY));
      log.append(RecordBuilder.of(Event.RETENTION));
      log.append(kill(0));
      assertThrows(AuditFailure.class, () -> log.append(kill(1000)));
    }
  }

  private static RecordBuilder kill(int uid) {
    return RecordBuilder.of(Event.KILL).with("operator", Map.of("uid", uid, "user", "somebody"));
  }

  @Test
  void room_is_kept_for_a_file_without_changing_its_length() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "abc");
    Preallocation.keep(file, 1 << 20);
    assertEquals(3, Files.size(file));
    long blocks = 512 * Long.parseLong(stat(file));
    assertTrue(blocks >= 1 << 20, blocks + " bytes of blocks");
    Files.writeString(file, "d", StandardOpenOption.APPEND);
    assertEquals("abcd", Files.readString(file));
  }

  private static String stat(Path file) throws Exception {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
  }

  private AuditLog log(long segmentBytes) throws AuditFailure {
    return AuditLog.open(
        new AuditSettings(
            directory,
            segmentBytes,
            Duration.ofDays(1),
            Optional.empty(),
            Optional.empty(),
            1000,
            Duration.ofMinutes(5),
            64 << 10),
        Logs.BOOT,
        HostIdentity.UNKNOWN,
        Logs.CLOCK,
        _ -> {},
        (file, now, size) -> size - now <= free);
  }
}
