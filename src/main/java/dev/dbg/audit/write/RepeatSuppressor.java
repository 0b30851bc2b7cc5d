package dev.dbg.audit.write;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.model.Refusal.Denial;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records that neither begin nor end a session, such as refusals. The first records of a
 * kind are written one by one; further ones are counted, and the count is recorded once an
 * interval. What exceeds a user's {@link RefusalQuota} is counted too, with one record an interval
 * for all of it. So a runaway script neither fills the disk nor hides other records, and no refusal
 * is dropped.
 *
 * <p>For any thread. Counts are held in bounded memory; a dbgd that is killed loses those of the
 * interval. A thread writes them; it exists only while there is something to count.
 */
public final class RepeatSuppressor implements AutoCloseable {
  /** How many of a kind get their own records. */
  static final int AT_ONCE = 10;

  private static final Logger LOG = LoggerFactory.getLogger("audit");
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** How many kinds, how many bytes of them, and how many users' sums are held at most. */
  private static final int MOST_KINDS = 1024;

  private static final int MOST_HELD = 1 << 20;
  private static final int MOST_SUMS = 256;

  private final AuditLog log;
  private final ObjLongConsumer<Denial> denials;
  private final Clock clock;
  private final Duration interval;
  private final ScheduledThreadPoolExecutor writer;
  // Guarded by this. The one whose interval ends first comes first.
  private final LinkedHashMap<String, Counted> kinds = new LinkedHashMap<>();
  private final LinkedHashMap<FittedRecord.Author, Counted> sums = new LinkedHashMap<>();
  private final RefusalQuota allowance = new RefusalQuota();
  private int held;
  private boolean closed;

  /** {@code denials} is told how many there are of a kind, whether they are written or counted. */
  public RepeatSuppressor(AuditLog log, ObjLongConsumer<Denial> denials, Clock clock) {
    this(log, denials, clock, INTERVAL);
  }

  RepeatSuppressor(AuditLog log, ObjLongConsumer<Denial> denials, Clock clock, Duration interval) {
    this(log, denials, clock, interval, Thread.ofPlatform().name("repetitions").daemon().factory());
  }

  RepeatSuppressor(
      AuditLog log,
      ObjLongConsumer<Denial> denials,
      Clock clock,
      Duration interval,
      ThreadFactory threads) {
    this.writer =
        new ScheduledThreadPoolExecutor(1, threads, new ThreadPoolExecutor.DiscardPolicy());
    this.log = log;
    this.denials = denials;
    this.clock = clock;
    this.interval = interval;
    writer.setKeepAliveTime(10, TimeUnit.SECONDS);
    writer.allowCoreThreadTimeOut(true);
    writer.setRemoveOnCancelPolicy(true);
    writer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Records of one interval without records of their own: of one kind, or of one user. */
  private static final class Counted {
    final int size;
    final Map<Event, Long> events = new EnumMap<>(Event.class);
    int written;

    /** The last of the gravest: after a refusal nothing that is less hides it. */
    FittedRecord gravest;

    Instant from;
    Instant to;
    @Nullable ScheduledFuture<?> end;

    Counted(FittedRecord record, Instant now) {
      this.size = record.size();
      this.gravest = record;
      this.from = now;
      this.to = now;
    }

    long count() {
      return events.values().stream().mapToLong(Long::longValue).sum();
    }

    void add(FittedRecord record, long times, Instant first, Instant latest) {
      from = events.isEmpty() ? first : from;
      to = latest;
      gravest = gravity(record) >= gravity(gravest) ? record : gravest;
      long _ = events.merge(record.event(), times, Long::sum);
    }

    private static int gravity(FittedRecord record) {
      return record
          .denial()
          .map(
              denial ->
                  switch (denial) {
                    case RULE -> 5;
                    case MALFORMED -> 4;
                    case ENTRY, TOOL -> 3;
                    case FAILED -> 2;
                    case MISTYPED -> 1;
                  })
          .orElse(0);
    }

    /** The last of a kind, with the count. */
    FittedRecord repeated() {
      return RepeatSuppressor.repeated(gravest, count(), from, to);
    }

    /** The gravest of a user, with the counts. */
    FittedRecord unwritten() {
      Map<String, Object> each = new LinkedHashMap<>();
      events.forEach((event, count) -> each.put(event.word(), count));
      Map<String, Object> unwritten = new LinkedHashMap<>();
      unwritten.put(RecordField.UNWRITTEN_COUNT.word(), count());
      unwritten.put(RecordField.UNWRITTEN_EVENTS.word(), each);
      unwritten.put(RecordField.UNWRITTEN_FIRST.word(), from.toString());
      unwritten.put(RecordField.UNWRITTEN_LAST.word(), to.toString());
      return gravest.with(RecordField.UNWRITTEN, unwritten);
    }
  }

  private static FittedRecord repeated(
      FittedRecord record, long times, Instant first, Instant last) {
    Map<String, Object> repeated = new LinkedHashMap<>();
    repeated.put(RecordField.REPEATED_COUNT.word(), times);
    repeated.put(RecordField.REPEATED_FIRST.word(), first.toString());
    repeated.put(RecordField.REPEATED_LAST.word(), last.toString());
    return record.with(RecordField.REPEATED, repeated);
  }

  /**
   * Writes a record durably, or counts it.
   *
   * @throws AuditFailure when nothing can be written
   */
  public void append(RecordBuilder draft) throws AuditFailure {
    boolean _ = appendWords(draft);
  }

  /**
   * The same; returns whether the log has the record's words, by itself or in one that it repeats.
   * It has not if they went into the sum of a user who exceeds the quota.
   */
  public boolean appendWords(RecordBuilder draft) throws AuditFailure {
    Instant now = clock.instant();
    return appendWords(draft, 1, now, now);
  }

  /**
   * The same with one that stands for as many {@code times}, of which it has the last one's words.
   */
  public boolean appendWords(RecordBuilder draft, long times, Instant first, Instant last)
      throws AuditFailure {
    draft.denial().ifPresent(denial -> denials.accept(denial, times));
    FittedRecord record = FittedRecord.of(draft);
    How how = how(draft.kind(), record, times, first, last);
    if (how == How.ALONE) {
      log.append(times == 1 ? record : repeated(record, times, first, last));
    }
    return how != How.SUMMED;
  }

  private enum How {
    ALONE,
    REPEATED,
    SUMMED
  }

  private How how(String kind, FittedRecord record, long times, Instant first, Instant last)
      throws AuditFailure {
    List<FittedRecord> early;
    How how;
    synchronized (this) {
      if (closed || log.failure() != null) {
        return How.ALONE;
      }
      long now = System.nanoTime();
      Counted known = kinds.get(kind);
      if (known != null && known.written >= AT_ONCE) {
        known.add(record, times, first, last);
        how = How.REPEATED;
      } else if (!allowance.takes(record, now)) {
        sum(record, times, first, last);
        how = How.SUMMED;
      } else {
        Counted counting = known == null ? hold(kind, record) : known;
        counting.written++;
        how = How.ALONE;
      }
      early = tooMany();
    }
    write(early);
    return how;
  }

  /** Begins an interval of a kind. */
  private Counted hold(String kind, FittedRecord record) {
    Counted counted = new Counted(record, clock.instant());
    kinds.put(kind, counted);
    held += counted.size;
    counted.end = later(() -> endKind(kind, counted));
    return counted;
  }

  /** Counts what exceeds a user's quota. */
  private void sum(FittedRecord record, long times, Instant first, Instant last) {
    FittedRecord.Author author = record.author().counted();
    Counted sum = sums.get(author);
    if (sum == null) {
      Counted begun = new Counted(record, first);
      sums.put(author, begun);
      begun.end = later(() -> endSum(author, begun));
      sum = begun;
      LOG.warn(
          "{} (uid {}) exceeds the quota of {} KiB at once and {} KiB a minute: further refusals"
              + " and reads have no records of their own, and are counted once a minute",
          author.user(),
          author.uid(),
          RefusalQuota.AT_ONCE / 1024,
          RefusalQuota.A_MINUTE / 1024);
    }
    sum.add(record, times, first, last);
  }

  /** Null if no thread can be started: it waits in the queue, and happens after a later one. */
  private @Nullable ScheduledFuture<?> later(Runnable end) {
    try {
      return writer.schedule(end, interval.toNanos(), TimeUnit.NANOSECONDS);
    } catch (OutOfMemoryError e) {
      LOG.warn("refusals are counted later: {}", e.getMessage());
      return null;
    }
  }

  /** Removes the oldest while there are too many; returns their counts. */
  private List<FittedRecord> tooMany() {
    List<FittedRecord> records = new ArrayList<>();
    while ((kinds.size() > MOST_KINDS || held > MOST_HELD) && kinds.size() > 1) {
      Counted oldest = forgotten(kinds.pollFirstEntry().getValue());
      held -= oldest.size;
      if (isToBeWritten(oldest)) {
        records.add(oldest.repeated());
      }
    }
    while (sums.size() > MOST_SUMS) {
      records.add(forgotten(sums.pollFirstEntry().getValue()).unwritten());
    }
    return records;
  }

  private static Counted forgotten(Counted counted) {
    if (counted.end != null) {
      boolean _ = counted.end.cancel(false);
    }
    return counted;
  }

  /** Whether a count gets its own record; otherwise its user's sum has it, or it is 0. */
  private boolean isToBeWritten(Counted counted) {
    if (counted.events.isEmpty()) {
      return false;
    }
    boolean written = allowance.takes(counted.gravest, System.nanoTime());
    if (!written) {
      sum(counted.gravest, counted.count(), counted.from, counted.to);
    }
    return written;
  }

  /** The interval of a kind is over; another begins if there were repetitions. */
  private void endKind(String kind, Counted counted) {
    synchronized (this) {
      if (!kinds.remove(kind, counted)) {
        return;
      }
      held -= counted.size;
      if (!counted.events.isEmpty()) {
        hold(kind, counted.gravest).written = AT_ONCE;
      }
      if (!isToBeWritten(counted)) {
        return;
      }
    }
    try {
      log.append(counted.repeated());
    } catch (AuditFailure e) {
      LOG.error("{} repetitions are not recorded yet: {}", counted.count(), e.message());
      keep(kind, counted);
    }
  }

  /** If the disk is nearly full, the count waits for its next interval. */
  private synchronized void keep(String kind, Counted counted) {
    Counted now = kinds.get(kind);
    if (now != null) {
      FittedRecord last = now.events.isEmpty() ? counted.gravest : now.gravest;
      Instant latest = now.events.isEmpty() ? counted.to : now.to;
      now.add(last, counted.count(), counted.from, latest);
      now.from = counted.from;
    } else {
      LOG.error("not written to the log: {}", counted.repeated());
    }
  }

  /** The interval of a user's sum is over. */
  private void endSum(FittedRecord.Author author, Counted sum) {
    synchronized (this) {
      if (!sums.remove(author, sum)) {
        return;
      }
    }
    try {
      log.append(sum.unwritten());
    } catch (AuditFailure e) {
      LOG.error("not written to the log: {}: {}", e.message(), sum.unwritten());
    }
  }

  private void write(List<FittedRecord> records) throws AuditFailure {
    for (FittedRecord record : records) {
      try {
        log.append(record);
      } catch (AuditFailure e) {
        LOG.error("not written to the log: {}", record);
        throw e;
      }
    }
  }

  /** Writes the counts. Later records are written one by one. */
  @Override
  public void close() throws AuditFailure {
    writer.shutdown();
    List<FittedRecord> records = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (Counted counted : kinds.values()) {
        if (!counted.events.isEmpty()) {
          records.add(counted.repeated());
        }
      }
      sums.values().forEach(sum -> records.add(sum.unwritten()));
      kinds.clear();
      sums.clear();
    }
    write(records);
  }
}
