package dev.dbg.audit.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.Logs;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import dev.dbg.audit.write.SegmentRetention;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
  @TempDir private Path directory;

  @Test
  void records_come_as_they_are_written_through_every_rotation() throws Exception {
    try (AuditLog log = log();
        LogTail tail = new LogTail(directory, ChainHead.NONE)) {
      List<Long> got = new ArrayList<>();
      for (int i = 1; i <= 120; i++) {
        write(log, 1);
        if (i % 3 == 0) {
          got.addAll(numbers(tail));
          assertEquals(i, got.size());
        }
      }
      assertTrue(Segment.in(directory).size() > 3, "nothing was rotated");
      assertEquals(upTo(120), got);
      assertEquals(log.head(), tail.last());
    }
  }

  @Test
  void whoever_was_away_is_given_all_from_where_they_left_compressed_or_not() throws Exception {
    List<ChainHead> heads = new ArrayList<>(List.of(ChainHead.NONE));
    try (AuditLog log = log();
        Sealer sealer = Sealer.idle(log, Logs.CLOCK)) {
      for (int i = 1; i <= 100; i++) {
        write(log, 1);
        heads.add(log.head());
        if (i == 60) {
          new SegmentRetention(log, sealer, Map::of, Logs.CLOCK).keep();
        }
      }
      assertTrue(Segment.in(directory).getFirst().compressed());
      for (ChainHead from : heads) {
        try (LogTail tail = new LogTail(directory, from)) {
          assertEquals(upTo(100).subList((int) from.seq(), 100), numbers(tail), "from " + from);
          assertFalse(tail.isRewound());
        }
      }
    }
  }

  @Test
  void a_segment_that_is_compressed_while_it_is_read_is_read_to_its_end() throws Exception {
    try (AuditLog log = log();
        Sealer sealer = Sealer.idle(log, Logs.CLOCK);
        LogTail tail = new LogTail(directory, ChainHead.NONE)) {
      write(log, 80);
      List<Long> got = new ArrayList<>(seqs(tail.next(5, 1 << 20, Long.MAX_VALUE)));
      new SegmentRetention(log, sealer, Map::of, Logs.CLOCK).keep();
      got.addAll(numbers(tail));
      assertEquals(upTo(80), got);
    }
  }

  @Test
  void nothing_is_given_beyond_what_is_on_the_disk_and_no_more_than_is_asked_for()
      throws Exception {
    try (AuditLog log = log();
        LogTail tail = new LogTail(directory, ChainHead.NONE)) {
      write(log, 20);
      assertEquals(upTo(7), seqs(tail.next(100, 1 << 20, 7)));
      assertEquals(List.of(), tail.next(100, 1 << 20, 7));
      assertEquals(7, tail.last().seq());
      assertEquals(List.of(8L, 9L), seqs(tail.next(2, 1 << 20, 20)));
      assertEquals(List.of(10L), seqs(tail.next(100, 1, 20)));
      assertEquals(upTo(20).subList(10, 20), seqs(tail.next(100, 1 << 20, 20)));
    }
  }

  @Test
  void half_a_line_waits_for_its_rest_and_what_a_crash_tore_is_no_record() throws Exception {
    try (AuditLog log = log()) {
      write(log, 3);
    }
    Path file = Logs.file(directory);
    byte[] whole = Files.readAllBytes(file);
    int half = whole.length - 50;
    Files.write(file, Arrays.copyOf(whole, half));
    try (LogTail tail = new LogTail(directory, ChainHead.NONE)) {
      assertEquals(upTo(2), numbers(tail));
      Files.write(file, Arrays.copyOfRange(whole, half, whole.length), StandardOpenOption.APPEND);
      assertEquals(List.of(3L), numbers(tail));
      Files.writeString(file, "{\"seq\":4,\"ti", StandardOpenOption.APPEND);
      assertEquals(List.of(), numbers(tail));
      try (AuditLog log = log()) {
        write(log, 2);
      }
      assertEquals(List.of(4L, 5L), numbers(tail));
    }
  }

  @Test
  void records_that_were_removed_meanwhile_are_missing_and_the_rest_comes() throws Exception {
    try (AuditLog log = log()) {
      write(log, 80);
    }
    List<Segment> segments = Segment.in(directory);
    try (LogTail tail = new LogTail(directory, ChainHead.NONE)) {
      assertEquals(upTo(2), seqs(tail.next(2, 1 << 20, Long.MAX_VALUE)));
      // The open file can still be read; the next one is gone.
      Files.delete(segments.get(0).path());
      Files.delete(segments.get(1).path());
      List<Long> rest = numbers(tail);
      assertEquals(3, rest.getFirst());
      assertFalse(rest.contains(segments.get(1).first()));
      assertTrue(rest.contains(segments.get(2).first()));
      assertEquals(80, rest.getLast());
      assertFalse(tail.isRewound());
    }
    try (LogTail tail = new LogTail(directory, new ChainHead(1, "0".repeat(64)))) {
      assertEquals(segments.get(2).first(), numbers(tail).getFirst());
      assertFalse(tail.isRewound());
    }
  }

  /**
   * The disk lost records that a receiver already has, in a power failure, or somebody cut the log.
   */
  @Test
  void a_log_that_went_on_otherwise_is_given_again_from_the_beginning_of_its_file()
      throws Exception {
    ChainHead had;
    try (AuditLog log = log()) {
      write(log, 50);
      had = log.head();
    }
    Path file = Logs.file(directory);
    List<String> lines = Logs.lines(directory);
    Files.writeString(
        file,
        String.join("\n", lines.subList(0, lines.size() - 2)) + "\n",
        StandardCharsets.US_ASCII);
    long first = Segment.in(directory).size() > 1 ? 50 - lines.size() + 1 : 1;
    try (LogTail tail = new LogTail(directory, had)) {
      assertEquals(first, numbers(tail).getFirst());
      assertTrue(tail.isRewound());
      assertEquals(48, tail.last().seq());
    }
    try (AuditLog log = log()) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "another"));
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "more"));
    }
    try (LogTail tail = new LogTail(directory, had)) {
      List<Long> again = numbers(tail);
      assertTrue(tail.isRewound());
      assertEquals(51, again.getLast());
      assertTrue(again.contains(49L), "the new 49 is not given: " + again);
    }
  }

  @Test
  void before_there_is_a_log_there_is_nothing_and_then_there_is() throws Exception {
    try (LogTail tail = new LogTail(directory, ChainHead.NONE)) {
      assertEquals(List.of(), numbers(tail));
      try (AuditLog log = log()) {
        assertEquals(List.of(), numbers(tail));
        write(log, 2);
        assertEquals(upTo(2), numbers(tail));
      }
    }
  }

  private AuditLog log() throws AuditFailure {
    return AuditLog.open(Logs.settings(directory), Logs.BOOT, Logs.CLOCK);
  }

  private static void write(AuditLog log, int records) throws AuditFailure {
    for (int i = 0; i < records; i++) {
      log.append(
          RecordBuilder.of(Event.DENIED).with("session", "s" + i).with("why", "w".repeat(100)));
    }
  }

  private static List<Long> numbers(LogTail tail) throws IOException {
    return seqs(tail.next(Integer.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE));
  }

  private static List<Long> seqs(List<AuditReader.Read> records) {
    return records.stream().map(record -> record.fields().path("seq").asLong()).toList();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
