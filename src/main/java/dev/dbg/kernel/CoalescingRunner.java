package dev.dbg.kernel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out an action that is asked for by any thread, in one thread at a time. What is asked for
 * while it runs is one more run after it, however often: an older run never ends after a newer one,
 * and nobody waits. A failure, of whatever kind, keeps no later run from taking place.
 */
final class CoalescingRunner implements Runnable {
  private final Runnable action;

  /** How often it was asked for since the run began that goes on; 0 if none does. */
  private final AtomicInteger asked = new AtomicInteger();

  CoalescingRunner(Runnable action) {
    this.action = action;
  }

  @Override
  public void run() {
    if (asked.getAndIncrement() > 0) {
      return;
    }
    int answered;
    Throwable failure = null;
    do {
      answered = asked.get();
      try {
        action.run();
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    } while (!asked.compareAndSet(answered, 0));
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }
}
