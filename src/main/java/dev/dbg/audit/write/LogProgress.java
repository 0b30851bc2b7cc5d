package dev.dbg.audit.write;

import dev.dbg.audit.record.ChainHead;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The last durable record of a log, and whether the log has failed or is ending. Followers wait
 * here; they and the writers never wait for each other. For any thread.
 */
final class LogProgress {
  private ChainHead head;
  private @Nullable IOException failure;
  private boolean ending;

  LogProgress(ChainHead head) {
    this.head = head;
  }

  synchronized void reach(ChainHead head) {
    this.head = head;
    notifyAll();
  }

  synchronized void fail(IOException why) {
    failure = why;
    notifyAll();
  }

  synchronized void end() {
    ending = true;
    notifyAll();
  }

  synchronized ChainHead head() {
    return head;
  }

  synchronized @Nullable IOException failure() {
    return failure;
  }

  synchronized boolean isOver() {
    return ending || failure != null;
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
}
