package dev.dbg.audit.write;

import static dev.dbg.audit.record.RecordField.*;

import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.model.Refusal.Denial;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records that neither begin nor end a session, such as refusals. The first records of a
 * kind are written one by one; further ones are counted, and the count is recorded once an
 * interval. What exceeds a user's {@link RefusalQuota} is counted too. So a runaway script neither
 * fills the disk nor hides other records, and no refusal is dropped.
 *
 * <p>For any thread. Counts are held in bounded memory; a dbgd that is killed loses those of the
 * interval. A thread writes them; it exists only while there is something to count.
 */
public final class RepeatSuppressor implements AutoCloseable {
  /** How many of a kind get their own records. */
  static final int AT_ONCE = 10;

  private static final Logger LOG = LoggerFactory.getLogger("audit");
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** How many kinds, and how many bytes, are held before the oldest are written. */
  private static final int MOST_KINDS = 1024;

  private static final int MOST_HELD = 1 << 20;

  private final AuditLog log;
  private final Consumer<Denial> denials;
  private final Clock clock;
  private final Duration interval;
  // Guarded by this. The one whose interval ends first comes first.
  private final Map<String, Counted> kinds = new LinkedHashMap<>();
  private final RefusalQuota allowance;
  private int held;
  private boolean closed;
  private @Nullable Thread writer;

  /** {@code denials} is told of each record of a denial, whether it is written or counted. */
  public RepeatSuppressor(AuditLog log, Consumer<Denial> denials, Clock clock) {
    this(log, denials, clock, INTERVAL);
  }

  RepeatSuppressor(AuditLog log, Clock clock, Duration interval) {
    this(log, _ -> {}, clock, interval);
  }

  private RepeatSuppressor(AuditLog log, Consumer<Denial> denials, Clock clock, Duration interval) {
    this.log = log;
    this.denials = denials;
    this.clock = clock;
    this.interval = interval;
    this.allowance = new RefusalQuota(interval);
  }

  /** Records of one kind, in the interval that ends at {@code due}. */
  private static final class Counted {
    final int size;
    final long due;
    int written;
    long count;
    FittedRecord last;
    Instant from;
    Instant to;

    Counted(FittedRecord record, long due, Instant now) {
      this.size = record.size();
      this.due = due;
      this.last = record;
      this.from = now;
      this.to = now;
    }

    void add(FittedRecord record, Instant now) {
      last = record;
      from = count == 0 ? now : from;
      to = now;
      count++;
    }

    FittedRecord record() {
      Map<String, Object> repeated = new LinkedHashMap<>();
      repeated.put(REPEATED_COUNT.word(), count);
      repeated.put(REPEATED_FIRST.word(), from.toString());
      repeated.put(REPEATED_LAST.word(), to.toString());
      return last.with(REPEATED, repeated);
    }
  }

  /**
   * Writes a record durably, or counts it.
   *
   * @throws AuditFailure when nothing can be written
   */
  public void append(RecordBuilder draft) throws AuditFailure {
    draft.denial().ifPresent(denials);
    FittedRecord record = FittedRecord.of(draft);
    if (!isCounted(draft.kind(), record)) {
      log.append(record);
    }
  }

  private boolean isCounted(String kind, FittedRecord record) throws AuditFailure {
    List<FittedRecord> early;
    boolean counted;
    synchronized (this) {
      if (closed || log.failure() != null) {
        return false;
      }
      long now = System.nanoTime();
      Instant time = clock.instant();
      Counted known = kinds.get(kind);
      if (known != null && known.written >= AT_ONCE) {
        known.add(record, time);
        counted = true;
      } else if (!allowance.takes(record, now)) {
        allowance.count(record, 1, time, time, now);
        counted = true;
      } else {
        if (known == null) {
          known = new Counted(record, now + interval.toNanos(), time);
          kinds.put(kind, known);
          held += known.size;
        }
        known.written++;
        counted = false;
      }
      startWriter();
      early = tooMany(now);
    }
    write(early);
    return counted;
  }

  private void startWriter() {
    if (writer == null) {
      writer = Thread.ofPlatform().name("repetitions").daemon().start(this::writeWhenDue);
    } else {
      // A sum may be due before the time that the writer waits for.
      notifyAll();
    }
  }

  /** Removes the oldest kinds while there are too many; returns their counts. */
  private List<FittedRecord> tooMany(long now) {
    List<FittedRecord> records = new ArrayList<>();
    Iterator<Counted> oldest = kinds.values().iterator();
    while ((kinds.size() > MOST_KINDS || held > MOST_HELD) && kinds.size() > 1) {
      Counted counted = oldest.next();
      oldest.remove();
      held -= counted.size;
      if (isToBeWritten(counted, now)) {
        records.add(counted.record());
      }
    }
    return records;
  }

  /** Whether a count gets its own record; otherwise its user's sum has it, or it is 0. */
  private boolean isToBeWritten(Counted counted, long now) {
    if (counted.count == 0) {
      return false;
    }
    boolean written = allowance.takes(counted.last, now);
    if (!written) {
      allowance.count(counted.last, counted.count, counted.from, counted.to, now);
    }
    return written;
  }

  /** The counts, by kind, and the sums of users that are to be written now. */
  private record Due(Map<String, Counted> counts, List<FittedRecord> sums) {
    boolean isEmpty() {
      return counts.isEmpty() && sums.isEmpty();
    }
  }

  private void writeWhenDue() {
    Due due = awaitDue();
    while (!due.isEmpty()) {
      due.counts.forEach(this::writeOrKeep);
      due.sums.forEach(this::writeOrTell);
      due = awaitDue();
    }
  }

  /** Waits for what is due; empty when there is nothing left to wait for. */
  private synchronized Due awaitDue() {
    while (!closed) {
      Optional<Long> next = nextDue();
      if (next.isEmpty()) {
        break;
      }
      long left = next.get() - System.nanoTime();
      if (left > 0) {
        try {
          wait(left / 1_000_000 + 1);
        } catch (InterruptedException e) {
          // It checks again.
        }
      } else {
        long now = System.nanoTime();
        Due due = new Due(dueCounts(now), allowance.due(now));
        if (!due.isEmpty()) {
          return due;
        }
      }
    }
    writer = null;
    return new Due(Map.of(), List.of());
  }

  private Optional<Long> nextDue() {
    Optional<Long> kind = kinds.values().stream().findFirst().map(counted -> counted.due);
    Optional<Long> sum = allowance.nextDue();
    return kind.isPresent() && (sum.isEmpty() || kind.get() - sum.get() < 0) ? kind : sum;
  }

  /** If the disk is nearly full, the count waits for its next interval. */
  private void writeOrKeep(String kind, Counted counted) {
    try {
      log.append(counted.record());
    } catch (AuditFailure e) {
      LOG.error("{} repetitions are not recorded yet: {}", counted.count, e.message());
      synchronized (this) {
        Counted now = kinds.get(kind);
        if (now != null) {
          now.count += counted.count;
          now.from = counted.from;
        } else {
          LOG.error("not written to the log: {}", counted.record());
        }
      }
    }
  }

  private void writeOrTell(FittedRecord sum) {
    try {
      log.append(sum);
    } catch (AuditFailure e) {
      LOG.error("not written to the log: {}: {}", e.message(), sum);
    }
  }

  /** Takes the due counts; a kind without repetitions is removed. */
  private Map<String, Counted> dueCounts(long now) {
    Map<String, Counted> due = new LinkedHashMap<>();
    Map<String, Counted> goOn = new LinkedHashMap<>();
    Iterator<Map.Entry<String, Counted>> all = kinds.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<String, Counted> next = all.next();
      Counted counted = next.getValue();
      if (counted.due - now > 0) {
        break;
      }
      all.remove();
      held -= counted.size;
      if (counted.count > 0) {
        goOn.put(next.getKey(), goingOn(counted, now));
      }
      if (isToBeWritten(counted, now)) {
        due.put(next.getKey(), counted);
      }
    }
    kinds.putAll(goOn);
    return due;
  }

  private Counted goingOn(Counted counted, long now) {
    Counted again = new Counted(counted.last, now + interval.toNanos(), clock.instant());
    again.written = AT_ONCE;
    held += again.size;
    return again;
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
    List<FittedRecord> records = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (Counted counted : kinds.values()) {
        if (counted.count > 0) {
          records.add(counted.record());
        }
      }
      kinds.clear();
      records.addAll(allowance.all());
      notifyAll();
    }
    write(records);
  }
}
