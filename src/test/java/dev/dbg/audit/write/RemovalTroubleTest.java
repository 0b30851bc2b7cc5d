package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.HostIdentity;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.verify.KnownAnchors;
import dev.dbg.audit.verify.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old segments on a full disk, on one that fails, and after a clock has jumped. */
class RemovalTroubleTest {
  @TempDir(factory = InMemory.class)
  private Path directory;

  private long free = Long.MAX_VALUE;

  private Instant now = Instant.parse("2026-11-24T12:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);

  @Test
  void without_room_to_compress_or_for_a_session_the_oldest_are_removed_for_the_size()
      throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      fill(log);
      assertEquals(4, Segment.in(directory).size());
      for (Segment segment : Segment.in(directory)) {
        cannotBeMade(segment.path().resolveSibling(segment.name() + ".gz.new"));
      }
      free = 0;
      while (isTaken(log)) {
        // What the file has beyond its reserve is used up.
      }

      SegmentRetention keeper = new SegmentRetention(log, sealer, Map::of, clock);
      IOException trouble = assertThrows(IOException.class, keeper::keep);

      assertTrue(trouble.toString().endsWith(".gz.new"), trouble.toString());
      assertEquals(List.of(Segment.CURRENT), firsts());
      assertEquals(3, removals());
    }
    assertTrue(new Verifier(directory, KnownAnchors.keys(Set.of())).verify().isUnbroken());
  }

  @Test
  void a_removal_that_fails_again_and_again_is_recorded_once() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      String session = "0".repeat(16);
      log.append(RecordBuilder.of(Event.RESULT).with("session", session));
      fill(log);
      Path stuck = Files.createDirectory(directory.resolve("recordings")).resolve(session + ".out");
      cannotBeMade(stuck);
      SegmentRetention keeper = new SegmentRetention(log, sealer, Map::of, clock);
      assertThrows(IOException.class, keeper::keep);
      assertThrows(IOException.class, keeper::keep);
      assertEquals(1, removals());
      Files.delete(stuck.resolve("file"));
      keeper.keep();
      assertEquals(3, removals());
    }
    assertTrue(new Verifier(directory, KnownAnchors.keys(Set.of())).verify().isUnbroken());
  }

  @Test
  void the_seals_of_what_is_removed_have_room_before_the_disk_is_full() throws Exception {
    try (AuditLog log = log(Optional.of(Duration.ofDays(1)), Optional.empty());
        Sealer sealer = Sealer.idle(log, clock)) {
      new SegmentRetention(log, sealer, Map::of, clock).keep();
    }
    Path seals = directory.resolve(RetiredSeals.FILE);
    assertEquals(0, Files.size(seals));
    Process stat = new ProcessBuilder("stat", "-c", "%b", seals.toString()).start();
    long blocks =
        Long.parseLong(
            new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
    assertTrue(512 * blocks >= 64 << 10, blocks + " blocks");
  }

  @Test
  void a_clock_that_jumps_years_ahead_removes_one_segment_and_not_the_log() throws Exception {
    try (AuditLog log = log(Optional.of(Duration.ofDays(10)), Optional.empty());
        Sealer sealer = Sealer.idle(log, clock)) {
      fill(log);
      List<Long> all = firsts();
      Clock jumped = Clock.offset(clock, Duration.ofDays(1000));
      SegmentRetention keeper = new SegmentRetention(log, sealer, Map::of, jumped);
      keeper.keep();
      keeper.keep();
      assertEquals(all.subList(1, all.size()), firsts());
    }
  }

  private static void cannotBeMade(Path file) throws IOException {
    Files.createFile(Files.createDirectory(file).resolve("file"));
  }

  private List<Long> firsts() throws IOException {
    return Segment.in(directory).stream().map(Segment::first).toList();
  }

  private int removals() throws IOException {
    return Newest.of(
            directory,
            100,
            r -> r.path("event").asText().equals("retention"),
            AuditReader.Read::line)
        .size();
  }

  /** Three segments and the current file, a record an hour. */
  private void fill(AuditLog log) throws AuditFailure {
    for (int i = 0; i < 17; i++) {
      now = now.plus(Duration.ofHours(1));
      assertTrue(isTaken(log));
    }
  }

  private static boolean isTaken(AuditLog log) {
    try {
      log.append(RecordBuilder.of(Event.DENIED).with("reason", "x".repeat(5000)));
      return true;
    } catch (AuditFailure e) {
      return false;
    }
  }

  private AuditLog log(Optional<Duration> keep, Optional<Long> size) throws AuditFailure {
    return AuditLog.open(
        new AuditSettings(
            directory,
            20_000,
            Duration.ofDays(1),
            keep,
            size,
            1000,
            Duration.ofMinutes(5),
            64 << 10),
        Logs.BOOT,
        HostIdentity.UNKNOWN,
        clock,
        _ -> {},
        (file, now, wanted) -> wanted - now <= free);
  }
}
