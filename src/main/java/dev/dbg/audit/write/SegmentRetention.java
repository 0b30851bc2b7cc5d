package dev.dbg.audit.write;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLines;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.seal.RetiredSeals;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses complete segments and removes the oldest, as {@link AuditSettings} say, in its own
 * thread.
 *
 * <p>A record names each removed segment and the hash of its last record, so that verify knows
 * where the rest begins. That record is sealed before the file is removed.
 *
 * <p>A segment that is not delivered to all receivers is not removed for its age. It is removed for
 * the log's size, since a full disk ends all sessions; the record then names these receivers. On a
 * full disk too: what that needs has its room already.
 */
public final class SegmentRetention implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("audit");
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final String HALF = ".new";

  private final AuditLog log;
  private final Sealer sealer;
  private final Receivers receivers;
  private final Clock clock;
  private final RemovalPace pace = new RemovalPace(System::nanoTime);
  private final Path directory;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("segments").daemon().factory());

  /** The first record of the segment whose removal is recorded, and that record's number. */
  private long announced;

  private long announcement;

  private String said = "";
  private String waitedFor = "";

  /** Without a thread, for tests. */
  public SegmentRetention(AuditLog log, Sealer sealer, Receivers receivers, Clock clock) {
    this.log = log;
    this.sealer = sealer;
    this.receivers = receivers;
    this.clock = clock;
    this.directory = log.settings().directory();
  }

  public static SegmentRetention start(
      AuditLog log, Sealer sealer, Receivers receivers, Clock clock) {
    SegmentRetention keeper = new SegmentRetention(log, sealer, receivers, clock);
    ScheduledFuture<?> _ =
        keeper.timer.scheduleWithFixedDelay(
            keeper::keepAndTell, 0, PAUSE.toSeconds(), TimeUnit.SECONDS);
    return keeper;
  }

  private void keepAndTell() {
    if (log.isOver()) {
      return;
    }
    String trouble = "";
    try {
      keep();
    } catch (IOException | AuditFailure | RuntimeException e) {
      trouble = e.getMessage() == null ? e.toString() : e.getMessage();
    }
    if (!trouble.isEmpty() && !trouble.equals(said)) {
      LOG.error("old segments of the log cannot be compressed or removed: {}", trouble);
    }
    said = trouble;
  }

  /**
   * Compresses and removes the segments that are due now. On a full disk nothing can be compressed,
   * and a removal makes room.
   */
  public void keep() throws IOException, AuditFailure {
    IOException trouble = compressAll();
    removeOld();
    if (trouble != null) {
      throw trouble;
    }
  }

  /** Returns what kept a segment from being compressed, if there was something. */
  private @Nullable IOException compressAll() throws IOException {
    IOException trouble = null;
    for (Segment segment : Segment.in(directory)) {
      Path plain = Segment.pathOf(directory, segment.first());
      try {
        if (segment.compressed()) {
          // A crash came between compressing and removing.
          removeWith(plain);
        } else if (!segment.isCurrent()) {
          compress(plain);
        }
      } catch (IOException e) {
        trouble = e;
      }
    }
    return trouble;
  }

  private void compress(Path plain) throws IOException {
    Path whole = plain.resolveSibling(plain.getFileName() + ".gz");
    Path half = plain.resolveSibling(plain.getFileName() + ".gz" + HALF);
    Files.deleteIfExists(half);
    try (InputStream in = Files.newInputStream(plain);
        FileChannel file =
            PrivateFiles.open(half, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      OutputStream out = Channels.newOutputStream(file);
      GzipBlocks.write(in, out);
      file.force(true);
    } catch (IOException e) {
      // It has what was left of the disk.
      Files.deleteIfExists(half);
      throw e;
    }
    Files.move(half, whole);
    PrivateFiles.sync(directory);
    removeWith(plain);
  }

  private void removeWith(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      PrivateFiles.sync(directory);
    }
  }

  private void removeOld() throws IOException, AuditFailure {
    keepRoomForSeals();
    List<Segment> segments = Segment.in(directory);
    long all = Recordings.size(directory);
    for (Segment segment : segments) {
      // 0 for the current one if it was renamed meanwhile.
      all += segment.path().toFile().length();
    }
    for (Segment segment : segments) {
      if (segment.isCurrent()) {
        return;
      }
      Optional<JsonNode> last = last(segment);
      if (last.isEmpty()) {
        return;
      }
      List<String> waiting = waiting(last.get());
      Optional<String> why = why(last.get(), all, waiting);
      if (why.isEmpty()) {
        return;
      }
      all -= remove(segment, last.get(), why.get(), waiting);
    }
  }

  /** Of a segment's seals a copy stays, which must have room even when the disk is full. */
  private void keepRoomForSeals() throws IOException {
    AuditSettings settings = log.settings();
    Path seals = directory.resolve(RetiredSeals.FILE);
    if (settings.keepAge().isEmpty() && settings.keepBytes().isEmpty()) {
      return;
    }
    try (FileChannel file =
        PrivateFiles.open(seals, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      if (settings.reserve() > 0) {
        boolean _ = DiskReserve.onDisk(seals, file.size(), file.size() + settings.reserve());
      }
    }
  }

  /** The receivers to which a segment is not fully delivered. */
  private List<String> waiting(JsonNode last) throws IOException {
    List<String> waiting = new ArrayList<>();
    receivers
        .have()
        .forEach(
            (name, had) -> {
              if (had < SEQ.number(last)) {
                waiting.add(name);
              }
            });
    return waiting;
  }

  private static Optional<JsonNode> last(Segment segment) throws IOException {
    try (BackwardLines lines = BackwardLines.of(segment)) {
      Optional<JsonNode> record = Optional.empty();
      for (String line = lines.next(); line != null && record.isEmpty(); line = lines.next()) {
        record = ParsedRecord.of(line);
      }
      return record;
    }
  }

  /** Why a segment is to be removed now; empty if it is kept. */
  private Optional<String> why(JsonNode last, long all, List<String> waiting) {
    AuditSettings settings = log.settings();
    Instant oldest = settings.keepAge().map(clock.instant()::minus).orElse(Instant.MIN);
    Instant ended = Instant.parse(TIME.text(last));
    boolean isOld = ended.isBefore(oldest);
    if (isOld && waiting.isEmpty() && pace.permits(ended)) {
      return Optional.of("older than audit.keep");
    }
    Optional<String> tooMuch =
        settings.keepBytes().filter(most -> all > most).map(most -> "larger than audit.keep-size");
    if (isOld && !waiting.isEmpty() && tooMuch.isEmpty()) {
      reportWaiting(String.join(", ", waiting));
    }
    return tooMuch;
  }

  private void reportWaiting(String waiting) {
    if (!waiting.equals(waitedFor)) {
      LOG.warn("segments older than audit.keep are kept: not yet delivered to {}", waiting);
    }
    waitedFor = waiting;
  }

  /** Removes a segment; returns how many bytes that frees. */
  private long remove(Segment segment, JsonNode last, String why, List<String> waiting)
      throws IOException, AuditFailure {
    List<String> recorded = Recordings.endedIn(directory, segment);
    RecordBuilder record =
        RecordBuilder.of(Event.RETENTION)
            .with(SEGMENT, segment.name())
            .with(FIRST, segment.first())
            .with(LAST, SEQ.number(last))
            .with(HEAD, HASH.text(last))
            .with(RECORDINGS, recorded.isEmpty() ? null : recorded.size())
            .with(WHY, why)
            .with(UNDELIVERED, waiting.isEmpty() ? null : waiting);
    if (announced != segment.first()) {
      // Once, whatever comes next: it may be written into the reserve.
      announcement = log.number(FittedRecord.of(record));
      announced = segment.first();
    }
    sealer.seal();
    if (sealer.sealedBy() < announcement) {
      throw new IOException("%s is kept: its removal is not sealed".formatted(segment.name()));
    }
    RetiredSeals.keep(directory, segment);
    long free = Files.size(segment.path()) + Recordings.remove(directory, recorded);
    Files.delete(segment.path());
    PrivateFiles.sync(directory);
    if (waiting.isEmpty()) {
      LOG.info("{} is removed: {}", segment.name(), why);
    } else {
      LOG.error(
          "{} is removed although not fully delivered to {}: {}",
          segment.name(),
          String.join(", ", waiting),
          why);
    }
    return free;
  }

  @Override
  public void close() {
    List<Runnable> _ = timer.shutdownNow();
  }
}
