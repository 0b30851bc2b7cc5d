package dev.dbg.audit.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.verify.KnownAnchors;
import dev.dbg.audit.verify.TrustAnchors;
import dev.dbg.audit.verify.Verification;
import dev.dbg.audit.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentRetentionTest {
  @TempDir(factory = InMemory.class)
  private Path directory;

  private Instant now = Instant.parse("2026-11-24T12:00:00Z");

  /** A clock that the test sets. */
  private final Clock clock =
      new Clock() {
        @Override
        public ZoneOffset getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  @Test
  void a_segment_is_begun_when_the_file_is_large_and_when_it_is_old() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.empty())) {
      write(log, 35);
      assertEquals(3, Segment.in(directory).size());
      now = now.plus(Duration.ofDays(2));
      write(log, 1);
      assertEquals(4, Segment.in(directory).size());
    }
    // A reopened log knows the age of its file.
    now = now.plus(Duration.ofDays(2));
    try (AuditLog log = log(Optional.empty(), Optional.empty())) {
      write(log, 1);
    }
    assertEquals(5, Segment.in(directory).size());
    assertIntact(37, 0);
  }

  @Test
  void complete_segments_are_compressed_and_read_as_before() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.empty());
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 35);
      List<String> before = all();
      new SegmentRetention(log, sealer, Map::of, clock).keep();
      assertEquals(
          List.of(true, true, false),
          Segment.in(directory).stream().map(Segment::compressed).toList());
      assertEquals(before, all());
      assertEquals(
          before.reversed().subList(0, 20).reversed(),
          Newest.of(directory, 20, record -> true, AuditReader.Read::line));
    }
    assertIntact(36, 1);
  }

  @Test
  void a_session_whose_end_is_torn_is_orphaned() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.empty())) {
      log.append(RecordBuilder.of(Event.INTENT).with("session", "left"));
      log.append(RecordBuilder.of(Event.RESULT).with("session", "left"));
    }
    Path file = directory.resolve(Segment.FILE);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() - 20));
    log(Optional.empty(), Optional.empty()).close();
    JsonNode last = Newest.of(directory, 1, record -> true, AuditReader.Read::fields).get(0);
    assertEquals("orphaned", last.path("event").asText());
  }

  @Test
  void a_crash_while_a_segment_is_compressed_loses_nothing() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.empty());
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 35);
      Path plain = Segment.in(directory).get(0).path();
      byte[] whole = Files.readAllBytes(plain);
      // A crash during compression.
      Files.write(Path.of(plain + ".gz.new"), new byte[] {1, 2, 3});
      new SegmentRetention(log, sealer, Map::of, clock).keep();
      assertFalse(Files.exists(Path.of(plain + ".gz.new")));
      // A crash after the rename and before the removal of the old file.
      Files.write(plain, whole);
      assertEquals(36, new Verifier(directory, KnownAnchors.keys(Set.of())).verify().records() + 1);
      new SegmentRetention(log, sealer, Map::of, clock).keep();
      assertFalse(Files.exists(plain));
    }
    assertIntact(36, 1);
  }

  @Test
  void an_open_session_is_found_in_an_older_segment_and_orphaned() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.empty());
        Sealer sealer = Sealer.idle(log, clock)) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      log.append(RecordBuilder.of(Event.INTENT).with("session", "left"));
      write(log, 40);
      new SegmentRetention(log, sealer, Map::of, clock).keep();
    }
    log(Optional.empty(), Optional.empty()).close();
    JsonNode last = Newest.of(directory, 1, record -> true, AuditReader.Read::fields).get(0);
    assertEquals("orphaned", last.path("event").asText());
    assertEquals(2, last.path("intent").asLong());
  }

  @Test
  void old_segments_are_removed_and_the_rest_is_intact() throws Exception {
    String key = KeyFile.setUp(directory);
    try (AuditLog log = log(Optional.of(Duration.ofDays(10)), Optional.empty());
        Sealer sealer = Sealer.idle(log, clock)) {
      log.writtenOn(Logs.LONGEST_HOST);
      for (int i = 0; i < 4; i++) {
        write(log, 6);
        sealer.seal();
        write(log, 6);
        sealer.seal();
        now = now.plus(Duration.ofDays(3));
        new SegmentRetention(log, sealer, Map::of, clock).keep();
      }
    }
    JsonNode retention =
        Newest.of(
                directory,
                1,
                r -> r.path("event").asText().equals("retention"),
                AuditReader.Read::fields)
            .get(0);
    assertEquals("older than audit.keep", retention.path("why").asText());
    Verification found = new Verifier(directory, KnownAnchors.keys(Set.of(key))).verify();
    assertEquals(List.of(), found.findings());
    assertEquals(retention.path("last").asLong() + 1, found.first());

    // The same without the record that announces the removal.
    Segment oldest = Segment.in(directory).get(0);
    Files.delete(oldest.path());
    assertFalse(new Verifier(directory, KnownAnchors.keys(Set.of(key))).verify().isUnbroken());
  }

  /** Else the seal behind the part would be none, and the log broken for ever. */
  @Test
  void a_part_of_a_seal_that_a_full_disk_let_through_takes_no_other_with_it() throws Exception {
    String key = KeyFile.setUp(directory);
    try (AuditLog log = log(Optional.empty(), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 3);
      sealer.seal();
      String seal = Logs.lines(directory).getLast();
      write(log, 60);
      Files.writeString(directory.resolve(RetiredSeals.FILE), seal.substring(0, 400));
      new SegmentRetention(log, sealer, Map::of, clock).keep();
    }
    Verification found = new Verifier(directory, KnownAnchors.keys(Set.of(key))).verify();
    assertEquals(List.of(), found.findings());
    assertTrue(found.first() > 4, "the seal is with its segment");
  }

  @Test
  void the_oldest_go_while_there_is_more_than_is_kept_and_the_current_file_never()
      throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 60);
      new SegmentRetention(log, sealer, Map::of, clock).keep();
      assertTrue(Segment.in(directory).getLast().isCurrent());
      assertTrue(
          Newest.of(
                      directory,
                      100,
                      r -> r.path("why").asText().equals("larger than audit.keep-size"),
                      AuditReader.Read::line)
                  .size()
              >= 2);
    }
    Verification found = new Verifier(directory, KnownAnchors.keys(Set.of())).verify();
    assertEquals(List.of(), found.findings());
    assertTrue(found.first() > 1);
  }

  /** The removal is recorded and sealed, and then dbgd crashes. */
  @Test
  void a_segment_that_a_crash_has_left_though_it_was_to_go_is_no_harm() throws Exception {
    List<Segment> removed = new ArrayList<>();
    List<byte[]> bytes = new ArrayList<>();
    try (AuditLog log = log(Optional.empty(), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 60);
      for (Segment segment : Segment.in(directory)) {
        removed.add(segment);
        bytes.add(Files.readAllBytes(segment.path()));
      }
      new SegmentRetention(log, sealer, Map::of, clock).keep();
      removed.removeLast();
    }
    assertTrue(removed.size() > 2);
    for (int i = removed.size() - 1; i >= 0; i--) {
      Files.write(removed.get(i).path(), bytes.get(i));
      Verification found = new Verifier(directory, KnownAnchors.keys(Set.of())).verify();
      assertEquals(List.of(), found.findings());
      assertEquals(removed.get(i).first(), found.first());
    }
  }

  /** The record of the removal comes after the head up to which the log is verified. */
  @Test
  void a_segment_that_went_since_the_head_was_known_is_no_harm() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 60);
      TrustAnchors.Claim head =
          new TrustAnchors.Claim(OptionalLong.of(log.head().seq()), log.head().hash());
      new SegmentRetention(log, sealer, Map::of, clock).keep();
      Verification found =
          new Verifier(directory, KnownAnchors.of(Set.of(), List.of(head), true, true)).verify();
      assertEquals(List.of(), found.findings());
      assertTrue(found.first() > 1);
    }
  }

  @Test
  @Tag("whole")
  void a_head_of_what_was_removed_is_known_by_its_seal() throws Exception {
    List<ChainHead> heads = new ArrayList<>();
    try (AuditLog log = log(Optional.empty(), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      for (int i = 0; i < 60; i++) {
        write(log, 1);
        heads.add(log.head());
        if (i % 10 == 0) {
          sealer.seal();
        }
      }
      new SegmentRetention(log, sealer, Map::of, clock).keep();
    }
    long first = new Verifier(directory, KnownAnchors.keys(Set.of())).verify().first();
    ChainHead before =
        heads.stream().filter(head -> head.seq() == first - 1).findAny().orElseThrow();
    assertEquals(List.of(), compared(before.seq(), before.hash()));
    for (int i = 0; i < 60; i++) {
      ChainHead head = heads.get(i);
      boolean known = i % 10 == 0 || head.seq() >= first - 1;
      assertEquals(
          known ? List.of() : List.of(Verification.Kind.SEGMENT_MISSING),
          compared(head.seq(), head.hash()),
          head.toString());
      assertFalse(compared(head.seq(), "ab".repeat(32)).isEmpty(), head.toString());
    }
  }

  private List<Verification.Kind> compared(long seq, String hash) throws Exception {
    TrustAnchors.Claim head = new TrustAnchors.Claim(OptionalLong.of(seq), hash);
    return new Verifier(directory, KnownAnchors.of(Set.of(), List.of(head), false, true))
        .verify().findings().stream().map(Verification.Damage::kind).toList();
  }

  @Test
  void undelivered_segments_stay_however_old_they_are() throws Exception {
    Map<String, Long> had = new HashMap<>(Map.of("siem", 0L, "journal", Long.MAX_VALUE));
    try (AuditLog log = log(Optional.of(Duration.ofDays(10)), Optional.empty());
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 35);
      now = now.plus(Duration.ofDays(20));
      SegmentRetention keeper = new SegmentRetention(log, sealer, () -> had, clock);
      keeper.keep();
      List<Segment> all = Segment.in(directory);
      assertEquals(3, all.size());

      // The receiver has reached the last record of the first segment, the one before the next
      // segment.
      had.put("siem", all.get(1).first() - 2);
      keeper.keep();
      assertEquals(3, Segment.in(directory).size());
      had.put("siem", all.get(1).first() - 1);
      keeper.keep();
      assertEquals(all.get(1), Segment.in(directory).getFirst());
      assertEquals(List.of(), retentions("undelivered"));
    }
    assertIntact(all().size(), 1);
  }

  @Test
  void for_its_size_it_goes_and_the_record_says_who_has_not_had_it() throws Exception {
    try (AuditLog log = log(Optional.of(Duration.ofDays(10)), Optional.of(1L));
        Sealer sealer = Sealer.idle(log, clock)) {
      write(log, 35);
      now = now.plus(Duration.ofDays(20));
      new SegmentRetention(log, sealer, () -> Map.of("siem", 3L, "other", 1000L), clock).keep();
      assertEquals(List.of("[\"siem\"]", "[\"siem\"]"), retentions("undelivered"));
      assertEquals(31, Segment.in(directory).getFirst().first());
    }
  }

  /** As when dbgd ends in between: verify would miss the beginning without being told why. */
  @Test
  void what_cannot_be_recorded_under_a_seal_is_kept() throws Exception {
    try (AuditLog log = log(Optional.empty(), Optional.of(1L))) {
      Sealer sealer = Sealer.idle(log, clock);
      write(log, 35);
      sealer.close();
      SegmentRetention keeper = new SegmentRetention(log, sealer, Map::of, clock);

      IOException kept = assertThrows(IOException.class, keeper::keep);

      assertEquals(
          "audit-000000000001.jsonl.gz is kept: its removal is not sealed", kept.getMessage());
      assertEquals(1, Segment.in(directory).getFirst().first());
    }
    assertTrue(new Verifier(directory, KnownAnchors.keys(Set.of())).verify().isUnbroken());
  }

  private List<String> retentions(String member) throws Exception {
    return Newest.of(
        directory,
        100,
        r -> r.path("event").asText().equals("retention") && r.has(member),
        read -> read.fields().path(member).toString());
  }

  private AuditLog log(Optional<Duration> keep, Optional<Long> size) throws AuditFailure {
    return AuditLog.open(
        new AuditSettings(
            directory, 4000, Duration.ofDays(1), keep, size, 1000, Duration.ofMinutes(5), 0),
        Logs.BOOT,
        clock);
  }

  private static void write(AuditLog log, int records) throws AuditFailure {
    for (int i = 0; i < records; i++) {
      log.append(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
    }
  }

  private List<String> all() throws Exception {
    List<String> lines = new ArrayList<>();
    for (Segment segment : Segment.in(directory)) {
      try (LineReader in = new LineReader(segment.open())) {
        while (in.next()) {
          lines.add(in.text());
        }
      }
    }
    return lines;
  }

  private void assertIntact(long records, long seals) throws Exception {
    Verification found = new Verifier(directory, KnownAnchors.keys(Set.of())).verify();
    assertEquals(List.of(), found.findings());
    assertEquals(records, found.records());
    assertEquals(seals > 0, found.sealed().isPresent());
  }
}
