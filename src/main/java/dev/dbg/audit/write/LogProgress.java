package dev.dbg.audit.write;

import dev.dbg.audit.record.ChainHead;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a log that is being written: how far it has come, on the disk, whether it has
 * failed, and whether it is about to end. Those who follow it wait here, and never for the writers,
 * nor the writers for them.
 *
 * <p>For any thread.
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

  /** Whether no more records are to be waited for. */
  synchronized boolean isOver() {
    return ending || failure != null;
  }

  /**
   * Waits until there is a record beyond {@code seq}, nothing more is to be waited for, or the time
   * is over.
   *
   * @return whether there is one
   */
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
