package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.verify.KnownAnchors;
import dev.dbg.audit.verify.Verification;
import dev.dbg.audit.verify.Verifier;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {
  @TempDir(factory = InMemory.class)
  private Path directory;

  @Test
  void a_used_key_is_on_the_disk_no_more() throws Exception {
    String _ = KeyFile.setUp(directory);
    String before = keyFile();
    List<String> secrets =
        Arrays.stream(before.split("\n"))
            .filter(line -> line.contains("secret"))
            .map(line -> line.replaceAll(".*secret ([0-9a-f]{64}).*", "$1"))
            .toList();
    assertEquals(2, secrets.size());
    try (AuditLog log = log();
        Sealer sealer = Sealer.idle(log, Logs.CLOCK)) {
      log.append(RecordBuilder.of(Event.DENIED));
      sealer.seal();
      assertFalse(keyFile().contains(secrets.get(0)), "the used key is still there");
      assertTrue(keyFile().contains(secrets.get(1)), "the next key is gone");
      log.append(RecordBuilder.of(Event.DENIED));
      sealer.seal();
      assertFalse(keyFile().contains(secrets.get(1)), "the used key is still there");
    }
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve(KeyFile.FILE))));
  }

  @Test
  void keys_that_are_there_are_never_replaced() throws Exception {
    String _ = KeyFile.setUp(directory);
    String before = keyFile();
    assertThrows(FileAlreadyExistsException.class, () -> KeyFile.setUp(directory));
    assertEquals(before, keyFile());
    assertFalse(Files.exists(directory.resolve(KeyFile.FILE + ".new")), "secrets are left about");
  }

  /** A crash came before they had one name alone. */
  @Test
  void the_keys_have_no_other_name_once_they_are_used() throws Exception {
    String _ = KeyFile.setUp(directory);
    Path other = directory.resolve(KeyFile.FILE + ".new");
    Files.createLink(other, directory.resolve(KeyFile.FILE));
    try (AuditLog log = log();
        Sealer _ = Sealer.idle(log, Logs.CLOCK)) {
      assertFalse(Files.exists(other));
    }
  }

  /** With the file that an administrator copies, each part of such a log is verified. */
  @Test
  void the_verifying_keys_are_in_a_file_beside_the_log_which_gets_those_of_new_keys()
      throws Exception {
    String first = KeyFile.setUp(directory);
    Path verifying = directory.resolve(KeyFile.VERIFYING);
    assertEquals(List.of(first), Files.readAllLines(verifying));
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(verifying)));

    Files.delete(directory.resolve(KeyFile.FILE));
    String second = KeyFile.setUp(directory);

    assertEquals(List.of(first, second), Files.readAllLines(verifying));

    // A full disk took a part of it, and the keys were never in force.
    Files.writeString(verifying, "\n" + first.substring(0, 30), StandardOpenOption.APPEND);
    Files.delete(directory.resolve(KeyFile.FILE));
    assertEquals(KeyFile.setUp(directory), Files.readAllLines(verifying).getLast());
  }

  @Test
  void nothing_new_needs_no_seal_and_the_end_is_sealed_at_the_close() throws Exception {
    String key = KeyFile.setUp(directory);
    try (AuditLog log = log();
        Sealer sealer = Sealer.idle(log, Logs.CLOCK)) {
      sealer.seal();
      log.append(RecordBuilder.of(Event.DENIED));
      sealer.seal();
      sealer.seal();
      log.append(RecordBuilder.of(Event.DENIED));
    }
    assertEquals(2, seals().size());
    Verification found = verify(key);
    assertTrue(found.isUnbroken(), found.findings().toString());
    assertEquals(3, found.sealed().orElseThrow().seq());
  }

  /** After any number of kills, each start seals what the previous dbgd left. */
  @Test
  void records_of_a_killed_dbgd_are_sealed_at_the_next_start() throws Exception {
    String key = KeyFile.setUp(directory);
    for (int killed = 0; killed < 3; killed++) {
      try (AuditLog log = log()) {
        log.append(RecordBuilder.of(Event.DENIED));
      }
      long left = Logs.lines(directory).size();
      try (AuditLog log = log();
          Sealer _ = Sealer.start(log, Logs.CLOCK)) {
        assertEquals(left, verify(key).sealed().orElseThrow().seq());
      }
    }
    assertEquals(3, seals().size());
    assertEquals(List.of(), verify(key).findings());
  }

  /** A crash can occur before, between and after the three writes of a seal. */
  @Test
  void a_crash_at_any_step_of_a_seal_leaves_a_chain_of_seals_that_goes_on() throws Exception {
    String key = KeyFile.setUp(directory);
    byte[] before = Files.readAllBytes(directory.resolve(KeyFile.FILE));
    try (AuditLog log = log();
        Sealer sealer = Sealer.idle(log, Logs.CLOCK)) {
      log.append(RecordBuilder.of(Event.DENIED));
      sealer.seal();
    }
    byte[] after = Files.readAllBytes(directory.resolve(KeyFile.FILE));
    List<String> lines = Logs.lines(directory);
    for (boolean sealWritten : List.of(true, false)) {
      // The slot that was being overwritten may have the old content, the new content, or a
      // mixture.
      for (int torn : List.of(0, 1, 20, 60, 150, 512)) {
        byte[] file = before.clone();
        System.arraycopy(after, 0, file, 0, torn);
        if (!sealWritten && torn > 0) {
          continue;
        }
        Files.write(directory.resolve(KeyFile.FILE), file);
        Files.write(Logs.file(directory), lines.subList(0, sealWritten ? 2 : 1));
        try (AuditLog log = log();
            Sealer sealer = Sealer.idle(log, Logs.CLOCK)) {
          log.append(RecordBuilder.of(Event.DENIED));
          sealer.seal();
          log.append(RecordBuilder.of(Event.DENIED));
          sealer.seal();
        }
        Verification found = verify(key);
        assertEquals(List.of(), found.findings(), sealWritten + " " + torn);
        assertEquals(sealWritten ? 3 : 2, seals().size());
      }
    }
  }

  @Test
  void seals_come_after_so_many_records_and_after_so_long() throws Exception {
    AuditSettings settings =
        new AuditSettings(
            directory,
            1 << 20,
            Duration.ofDays(1),
            Optional.empty(),
            Optional.empty(),
            5,
            Duration.ofMillis(300),
            0);
    try (AuditLog log = AuditLog.open(settings, Logs.BOOT, Logs.CLOCK);
        Sealer _ = Sealer.start(log, Logs.CLOCK)) {
      long begun = System.nanoTime();
      log.append(RecordBuilder.of(Event.DENIED));
      assertTrue(log.awaitBeyond(1, Duration.ofSeconds(20)), "no seal after the time");
      assertTrue(System.nanoTime() - begun > 250_000_000L, "sealed at once");
      for (int i = 0; i < 20; i++) {
        log.append(RecordBuilder.of(Event.DENIED));
      }
      assertTrue(log.awaitBeyond(22, Duration.ofSeconds(20)), "no seal after the records");
    }
    assertNotEquals(1, seals().size());
  }

  @Test
  void sixteen_writers_and_a_sealer_leave_a_log_that_is_intact() throws Exception {
    String key = KeyFile.setUp(directory);
    AuditSettings settings =
        new AuditSettings(
            directory,
            20_000,
            Duration.ofDays(1),
            Optional.empty(),
            Optional.empty(),
            10,
            Duration.ofSeconds(5),
            0);
    try (AuditLog log = AuditLog.open(settings, Logs.BOOT, Logs.CLOCK);
        Sealer sealer = Sealer.start(log, Logs.CLOCK)) {
      List<Thread> writers = new ArrayList<>();
      for (int t = 0; t < 16; t++) {
        writers.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int i = 0; i < 50; i++) {
                        try {
                          log.append(RecordBuilder.of(Event.DENIED));
                        } catch (AuditFailure e) {
                          throw new IllegalStateException(e);
                        }
                      }
                    }));
      }
      for (Thread writer : writers) {
        writer.join();
      }
      new SegmentRetention(log, sealer, Map::of, Logs.CLOCK).keep();
    }
    Verification found = verify(key);
    assertEquals(List.of(), found.findings());
    assertTrue(found.records() > 16 * 50, "no seals");
    assertTrue(Segment.in(directory).size() > 5, "no segments");
  }

  private AuditLog log() throws AuditFailure {
    return AuditLog.open(Logs.settings(directory), Logs.BOOT, Logs.CLOCK);
  }

  private String keyFile() throws Exception {
    return Files.readString(directory.resolve(KeyFile.FILE)).replace("\0", "");
  }

  private List<JsonNode> seals() throws Exception {
    return Logs.verified(directory).stream()
        .filter(record -> record.path("event").asText().equals("seal"))
        .toList();
  }

  private Verification verify(String key) throws Exception {
    return new Verifier(directory, KnownAnchors.keys(Set.of(key))).verify();
  }
}
