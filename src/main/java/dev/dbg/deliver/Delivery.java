package dev.dbg.deliver;

import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.LogTail;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.RecordField;
import dev.dbg.deliver.sink.Sink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a log to one receiver, in order, in its own thread, from the first undelivered record on.
 *
 * <p>It reads the log's files only, so the log's writers never wait for it, and undelivered records
 * stay in the files. The position is saved every second: delivery is at-least-once.
 */
public final class Delivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("deliver");

  /** The most bytes of lines held for each receiver; parsed, they take ten times as much memory. */
  private static final int MOST_BYTES = 128 * 1024;

  private static final Duration EVERY = Duration.ofMillis(250);
  private static final Duration NOTED_EVERY = Duration.ofSeconds(1);
  private static final Duration LAST_CHANCE = Duration.ofSeconds(3);

  private final String name;
  private final CursorFile cursor;
  private final Sink sink;
  private final Backoff backoff;
  private final LogTail tail;
  private final Thread thread;

  private volatile ChainHead had;
  // Guarded by this.
  private boolean ending;

  // Used by the delivery's thread only.
  private List<AuditReader.Read> batch = List.of();
  private int failures;
  private boolean rewindReported;
  private boolean isNoted = true;
  private String notingTrouble = "";
  private long noted = System.nanoTime();

  /** The time before another try: {@code first}, doubled by each failure up to {@code most}. */
  record Backoff(Duration first, Duration most) {
    static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    /** {@code failures}: how many there were in a row, at least 1. */
    Duration after(int failures) {
      Duration wait = first.multipliedBy(1L << Math.min(failures - 1, 20));
      return wait.compareTo(most) < 0 ? wait : most;
    }
  }

  /** Sends the log in directory {@code log} to a receiver, after {@code had}, once started. */
  Delivery(String name, Path log, CursorFile cursor, ChainHead had, Sink sink, Backoff backoff) {
    this.name = name;
    this.cursor = cursor;
    this.sink = sink;
    this.backoff = backoff;
    this.had = had;
    this.tail = new LogTail(log, had);
    this.thread = Thread.ofPlatform().name("deliver-" + name).daemon().unstarted(this::deliver);
  }

  Delivery started() {
    thread.start();
    return this;
  }

  /** The last record that was delivered. */
  public ChainHead had() {
    return had;
  }

  private void deliver() {
    try (tail;
        sink) {
      while (step()) {}
    } catch (IOException e) {
      LOG.warn("{}: {}", name, e.getMessage());
    } catch (InterruptedException e) {
      // The time for delivering the last records is over.
    } finally {
      note();
    }
  }

  /** Returns whether there is more to do. */
  private boolean step() throws InterruptedException {
    try {
      // Records that come before the end are read after it was seen.
      boolean isLast = isEnding();
      if (batch.isEmpty()) {
        batch = read();
      }
      if (!batch.isEmpty()) {
        int sent = sink.send(batch);
        had = ChainHead.of(batch.get(sent - 1).fields());
        isNoted = false;
        batch = batch.subList(sent, batch.size());
        reportRecovery();
        noteIfDue();
        pause(sink.pause());
        return true;
      }
      noteIfDue();
      if (isLast) {
        return false;
      }
      if (!isEnding()) {
        pause(EVERY);
      }
    } catch (IOException | RuntimeException e) {
      failures++;
      if (failures == 1) {
        LOG.warn(
            "{}: delivery fails since record {}: {}: undelivered records stay in the log",
            name,
            had.seq(),
            e instanceof IOException ? e.getMessage() : e.toString());
      }
      noteIfDue();
      if (isEnding()) {
        return false;
      }
      pause(backoff.after(failures));
    }
    return true;
  }

  private List<AuditReader.Read> read() throws IOException {
    List<AuditReader.Read> records = tail.next(sink.most(), MOST_BYTES, Long.MAX_VALUE);
    if (tail.isRewound() && !rewindReported) {
      rewindReported = true;
      LOG.error(
          "{}: record {} is no longer in the log as it was delivered: the log's end was lost or cut"
              + " (check: dbgd verify --head {}): sending again from record {}",
          name,
          had.seq(),
          had,
          records.isEmpty()
              ? tail.last().seq() + 1
              : RecordField.SEQ.number(records.getFirst().fields()));
    } else if (!records.isEmpty()
        && had.seq() > 0
        && RecordField.SEQ.number(records.getFirst().fields()) > had.seq() + 1) {
      LOG.error(
          "{}: records {} to {} were removed before they were delivered",
          name,
          had.seq() + 1,
          RecordField.SEQ.number(records.getFirst().fields()) - 1);
    }
    return records;
  }

  private synchronized boolean isEnding() {
    return ending;
  }

  private void reportRecovery() {
    if (failures > 0) {
      LOG.info("{}: delivery works again, from record {} on", name, had.seq());
    }
    failures = 0;
  }

  private void noteIfDue() {
    if (System.nanoTime() - noted >= NOTED_EVERY.toNanos()) {
      note();
    }
  }

  private void note() {
    if (isNoted) {
      return;
    }
    isNoted = true;
    String trouble = "";
    try {
      cursor.write(had);
    } catch (IOException e) {
      trouble = String.valueOf(e.getMessage());
    }
    if (!trouble.isEmpty() && !trouble.equals(notingTrouble)) {
      LOG.error(
          "{}: the delivery position cannot be saved: {}: after a restart records are sent again",
          name,
          trouble);
    }
    notingTrouble = trouble;
    noted = System.nanoTime();
  }

  /** Sleeps; returns early when the delivery is to end. */
  private synchronized void pause(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    long left = time.toMillis();
    while (!ending && left > 0) {
      wait(left);
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
  }

  /** Ends, after sending remaining records for up to three seconds. */
  @Override
  public void close() {
    synchronized (this) {
      ending = true;
      notifyAll();
    }
    try {
      if (!thread.join(LAST_CHANCE)) {
        thread.interrupt();
        boolean _ = thread.join(NOTED_EVERY);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
