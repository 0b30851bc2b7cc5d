package dev.dbg.audit.write;

import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.FittedRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When several threads append at once, one of them writes all records with one fdatasync(2), and
 * the others wait for it. A single thread writes its own record at once.
 *
 * <p>Followers wait here for records too; nothing that takes long is done while they are held up.
 *
 * <p>After a failed write or sync the disk's content is unknown, so nothing is retried on the same
 * descriptor: every later append fails too.
 */
final class GroupCommit {
  /** The most bytes of one batch. */
  private static final int MOST_AT_ONCE = 256 * 1024;

  private final LogFile file;
  private final Chain chain;
  private final Clock clock;
  private final Consumer<String> copies;
  private final OpenSessions sessions = new OpenSessions();

  // Guarded by this.
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private boolean writing;
  private @Nullable IOException failure;
  private ChainHead head;
  private boolean isEnding;

  /** {@code copies} gets the line of each durable record, in order, and does not wait. */
  GroupCommit(LogFile file, Chain chain, Clock clock, Consumer<String> copies) {
    this.file = file;
    this.chain = chain;
    this.clock = clock;
    this.copies = copies;
    this.head = chain.head();
  }

  /** A record and its waiting thread. */
  private static final class Waiting {
    final FittedRecord record;
    long seq;
    boolean done;
    boolean turnedAway;

    Waiting(FittedRecord record) {
      this.record = record;
    }
  }

  /** Writes a record durably, and returns its number. */
  long write(FittedRecord record) throws AuditFailure {
    Waiting mine = new Waiting(record);
    synchronized (this) {
      // Nobody would take it from the queue any more.
      requireSound();
      queue.add(mine);
    }
    while (true) {
      List<Waiting> batch = batchUnlessDone(mine);
      if (batch.isEmpty()) {
        return numberOf(mine);
      }
      commitForAll(batch);
    }
  }

  /** Waits until the record is written, or returns the batch for this thread to write. */
  private synchronized List<Waiting> batchUnlessDone(Waiting mine) throws AuditFailure {
    while (writing && !mine.done && failure == null) {
      try {
        wait();
      } catch (InterruptedException e) {
        // An interrupt ends a session; its record is written first.
      }
    }
    if (!mine.done) {
      requireSound();
    }
    List<Waiting> batch = new ArrayList<>();
    if (!mine.done) {
      writing = true;
      int size = 0;
      while (!queue.isEmpty() && (batch.isEmpty() || size < MOST_AT_ONCE)) {
        Waiting next = queue.remove();
        size += next.record.size();
        batch.add(next);
      }
    }
    return batch;
  }

  private synchronized void requireSound() throws AuditFailure {
    if (failure != null) {
      throw AuditFailure.unwritable(file.path(), failure);
    }
  }

  private void commitForAll(List<Waiting> batch) throws AuditFailure {
    IOException failed = tryToCommit(batch);
    synchronized (this) {
      writing = false;
      failure = failed;
      head = failed == null ? chain.head() : head;
      batch.forEach(waiting -> waiting.done = failed == null);
      if (failed != null) {
        queue.clear();
      }
      notifyAll();
    }
    if (failed != null) {
      throw AuditFailure.unwritable(file.path(), failed);
    }
  }

  private long numberOf(Waiting written) throws AuditFailure {
    if (written.turnedAway) {
      throw AuditFailure.full(file.path());
    }
    return written.seq;
  }

  /** Writes a batch; returns why that failed, or null. */
  private @Nullable IOException tryToCommit(List<Waiting> batch) {
    // An interrupt would close the channel.
    boolean interrupted = Thread.interrupted();
    try {
      commit(batch);
      return null;
    } catch (IOException e) {
      return e;
    } catch (RuntimeException e) {
      return new IOException(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void commit(List<Waiting> batch) throws IOException {
    Instant now = clock.instant();
    int most = FittedRecord.LONGEST_LINE * batch.size();
    if (file.isDue(now)) {
      file.rotateIfRoomFor(most);
    }
    boolean roomy = file.hasRoomFor(most);
    long first = chain.head().seq() + 1;
    List<String> lines = new ArrayList<>();
    for (Waiting waiting : batch) {
      if (roomy || isOwed(waiting.record)) {
        lines.add(chain.line(waiting.record, clock.instant()));
        waiting.seq = chain.head().seq();
        sessions.take(waiting.record, waiting.seq);
      } else {
        waiting.turnedAway = true;
      }
    }
    if (!lines.isEmpty()) {
      String text = String.join("\n", lines) + '\n';
      file.write(text.getBytes(StandardCharsets.US_ASCII), first, now);
      lines.forEach(copies);
    }
  }

  /** The last durable record. */
  synchronized ChainHead head() {
    return head;
  }

  synchronized @Nullable IOException failure() {
    return failure;
  }

  /** {@link AuditLog#isOver}. */
  synchronized boolean isOver() {
    return isEnding || failure != null;
  }

  /** {@link AuditLog#beginEnding}. */
  synchronized void end() {
    isEnding = true;
    notifyAll();
  }

  /** {@link AuditLog#awaitBeyond}. */
  synchronized boolean awaitBeyond(long seq, Duration most) throws InterruptedException {
    long deadline = System.nanoTime() + most.toNanos();
    while (head.seq() <= seq && !isOver()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return head.seq() > seq;
  }

  /** The sessions that are open in the log. */
  OpenSessions sessions() {
    return sessions;
  }

  /**
   * Whether the record is written even into the reserve: it ends something that has begun, or is an
   * act of root's or of dbgd's own that makes room or is in force whether it is recorded or not. An
   * operator's kill is not: they could repeat it until nothing is left for the ends of sessions.
   */
  static boolean isOwed(FittedRecord record) {
    return switch (record.event()) {
      case RESULT, ORPHANED, DAEMON, SEAL, POLICY, RETENTION -> true;
      case KILL -> record.author().uid() == 0;
      case INTENT, DENIED, MISTYPED, MALFORMED, READ, SHELL, WITNESS -> false;
    };
  }
}
