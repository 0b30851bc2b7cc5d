package dev.dbg.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.LogTail;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.verify.KnownAnchors;
import dev.dbg.audit.verify.Verification;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.AuditSettings;
import dev.dbg.audit.write.Sealer;
import dev.dbg.audit.write.SegmentRetention;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads a log while dbgd writes it, begins new files and compresses old ones. */
class WhileWrittenTest {
  private static final Duration LOOKED_AT = Duration.ofSeconds(1);

  /** With segments of so few records dbgd renames files all the time. */
  private static final long A_RECORD_OR_TWO = 600;

  @TempDir(factory = InMemory.class)
  private Path directory;

  /** A way to read the log, which must always find it complete. */
  private interface Look {
    void at(Path log) throws Exception;
  }

  @Test
  void no_harm_is_told_of_a_log_whose_files_are_renamed_meanwhile() throws Exception {
    meanwhile(
        log ->
            assertEquals(
                List.of(), new Verifier(log, KnownAnchors.keys(Set.of())).verify().findings()));
  }

  @Test
  void no_record_is_passed_over_or_shown_twice_backwards() throws Exception {
    meanwhile(
        log -> {
          List<Long> seqs = new ArrayList<>();
          AuditReader.backward(log, Query.ALL, record -> true, read -> seqs.add(seq(read)));
          assertEquals(consecutive(seqs.size()), seqs.reversed());
        });
  }

  @Test
  @Tag("whole")
  void no_record_is_passed_over_or_shown_twice_forwards() throws Exception {
    meanwhile(
        log -> {
          List<Long> seqs = new ArrayList<>();
          AuditReader.forward(log, Query.ALL, record -> true, read -> seqs.add(seq(read)));
          assertEquals(consecutive(seqs.size()), seqs);
        });
  }

  @Test
  void no_record_is_passed_over_or_given_twice_to_who_follows() throws Exception {
    AtomicLong last = new AtomicLong();
    try (LogTail tail = new LogTail(directory, ChainHead.NONE)) {
      meanwhile(
          settings(A_RECORD_OR_TWO, Optional.empty()),
          log -> {
            for (AuditReader.Read read : tail.next(50, 1 << 20, Long.MAX_VALUE)) {
              assertEquals(last.get() + 1, seq(read));
              last.set(seq(read));
            }
          });
      assertFalse(tail.isRewound());
    }
    assertTrue(last.get() > 0);
  }

  @Test
  void a_log_whose_oldest_files_are_removed_meanwhile_is_read_on_behind_them() throws Exception {
    meanwhile(
        settings(7500, Optional.of(20_000L)),
        log -> {
          List<Long> seqs = new ArrayList<>();
          AuditReader.backward(log, Query.ALL, record -> true, read -> seqs.add(seq(read)));
          assertEquals(
              LongStream.rangeClosed(seqs.getLast(), seqs.getFirst()).boxed().toList(),
              seqs.reversed());
          List<Long> ascending = new ArrayList<>();
          AuditReader.forward(log, Query.ALL, record -> true, read -> ascending.add(seq(read)));
          assertEquals(ascending.stream().sorted().distinct().toList(), ascending);
        });
  }

  @Test
  void of_a_log_whose_oldest_files_are_removed_meanwhile_no_harm_is_told_either() throws Exception {
    AtomicInteger whole = new AtomicInteger();
    meanwhile(
        settings(7500, Optional.of(20_000L)),
        log -> {
          try {
            assertEquals(
                List.of(), new Verifier(log, KnownAnchors.keys(Set.of())).verify().findings());
            whole.incrementAndGet();
          } catch (IOException e) {
            assertTrue(e.toString().contains("while it was read: verify it again"), e::toString);
          }
        },
        () -> whole.get() > 0);
  }

  /** As in dbgd, sessions write, one thread seals, and another compresses and removes segments. */
  @Test
  @Tag("whole")
  void no_harm_is_told_while_many_write_and_it_is_sealed_and_compressed_beside_them()
      throws Exception {
    Set<String> key = Set.of(KeyFile.setUp(directory));
    AtomicBoolean written = new AtomicBoolean(true);
    // In memory, thousands are written before a thread that seals gets its turn.
    Semaphore unsealed = new Semaphore(0);
    try (AuditLog log = AuditLog.open(Logs.settings(directory), Logs.BOOT, Clock.systemUTC());
        Sealer sealer = Sealer.idle(log, Clock.systemUTC());
        SegmentRetention keeper = new SegmentRetention(log, sealer, Map::of, Clock.systemUTC())) {
      log.append(RecordBuilder.of(Event.DENIED));
      sealer.seal();
      List<Future<Void>> all = new ArrayList<>();
      try (ExecutorService threads = Executors.newCachedThreadPool()) {
        for (int i = 0; i < 8; i++) {
          all.add(
              threads.submit(
                  () ->
                      again(
                          written,
                          () -> {
                            if (unsealed.tryAcquire(1, TimeUnit.MILLISECONDS)) {
                              log.append(RecordBuilder.of(Event.DENIED));
                            }
                          })));
        }
        all.add(
            threads.submit(
                () ->
                    again(
                        written,
                        () -> {
                          sealer.seal();
                          int _ = unsealed.drainPermits();
                          unsealed.release(Logs.settings(directory).sealRecords());
                        })));
        all.add(threads.submit(() -> again(written, keeper::keep)));
        try {
          long end = System.nanoTime() + LOOKED_AT.toNanos();
          while (System.nanoTime() < end) {
            assertEquals(
                List.of(), new Verifier(directory, KnownAnchors.keys(key)).verify().findings());
          }
        } finally {
          written.set(false);
        }
      }
      for (Future<Void> one : all) {
        one.get();
      }
    }
    Verification whole = new Verifier(directory, KnownAnchors.keys(key)).verify();
    assertEquals(List.of(), whole.findings());
    assertFalse(whole.tornTail());
  }

  private interface Work {
    void done() throws Exception;
  }

  private static Void again(AtomicBoolean wanted, Work work) throws Exception {
    while (wanted.get()) {
      work.done();
    }
    return null;
  }

  private static long seq(AuditReader.Read read) {
    return read.fields().path("seq").asLong();
  }

  private AuditSettings settings(long segment, Optional<Long> kept) {
    AuditSettings all = Logs.settings(directory);
    return new AuditSettings(
        directory,
        segment,
        all.segmentAge(),
        all.keepAge(),
        kept,
        all.sealRecords(),
        all.sealEvery(),
        all.reserve());
  }

  private static List<Long> consecutive(int count) {
    return LongStream.rangeClosed(1, count).boxed().toList();
  }

  private void meanwhile(Look look) throws Exception {
    meanwhile(Logs.settings(directory), look);
  }

  private void meanwhile(AuditSettings settings, Look look) throws Exception {
    meanwhile(settings, look, () -> true);
  }

  /** Looks for a while, and until it has seen enough. */
  private void meanwhile(AuditSettings settings, Look look, BooleanSupplier enough)
      throws Exception {
    AtomicBoolean written = new AtomicBoolean(true);
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
    }
    try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
      Future<Void> writing = writer.submit(() -> writes(settings, written));
      try {
        long end = System.nanoTime() + LOOKED_AT.toNanos();
        while ((System.nanoTime() < end || !enough.getAsBoolean()) && !writing.isDone()) {
          look.at(directory);
        }
      } finally {
        written.set(false);
      }
      writing.get();
    }
  }

  private static Void writes(AuditSettings settings, AtomicBoolean written) throws Exception {
    try (AuditLog log = AuditLog.open(settings, Logs.BOOT, Logs.CLOCK);
        Sealer sealer = Sealer.idle(log, Logs.CLOCK);
        SegmentRetention keeper = new SegmentRetention(log, sealer, Map::of, Logs.CLOCK)) {
      while (written.get()) {
        for (int i = 0; i < 200; i++) {
          log.append(RecordBuilder.of(Event.DENIED).with("session", "00000000000000aa"));
        }
        keeper.keep();
      }
    }
    return null;
  }
}
