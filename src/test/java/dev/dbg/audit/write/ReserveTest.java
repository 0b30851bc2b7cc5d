package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.kernel.file.Preallocation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a nearly full disk no session begins, and the ends of running sessions are recorded. */
class ReserveTest {
  @TempDir private Path directory;

  private long free = Long.MAX_VALUE;

  @Test
  void without_room_no_session_begins_and_those_that_run_end_on_record() throws Exception {
    try (AuditLog log = log()) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", "running"));

      free = 0;
      // First use up the reserve.
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

  private AuditLog log() throws AuditFailure {
    return AuditLog.open(
        new AuditSettings(
            directory,
            1 << 30,
            Duration.ofDays(1),
            Optional.empty(),
            Optional.empty(),
            1000,
            Duration.ofMinutes(5),
            64 << 10),
        Logs.BOOT,
        HostIdentity.UNKNOWN,
        Logs.CLOCK,
        (file, now, size) -> size - now <= free);
  }
}
