package dev.dbg.resolve.engine;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A time limit for a request that is made in the caller's own thread: waking a thread per request
 * took longer than the engine's answer. When the time is over, the thread is interrupted, which
 * closes the channel on which it waits, {@link java.nio.channels.InterruptibleChannel}.
 */
final class Deadline {
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final Thread asking = Thread.currentThread();
  private boolean answered;
  private boolean interrupted;

  private Deadline() {}

  interface TimedCall<T> {
    T ask() throws IOException;
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("engines' time").factory());
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  /**
   * Makes the request, and gives up after {@code most}.
   *
   * @throws IOException if the request fails, or if there is no answer in time
   */
  static <T> T ask(Duration most, TimedCall<T> question) throws IOException {
    Deadline guard = new Deadline();
    Future<?> end = CLOCK.schedule(guard::interrupt, most.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return question.ask();
    } catch (IOException | RuntimeException e) {
      if (guard.hasInterrupted()) {
        throw new IOException("no answer in %d s".formatted(most.toSeconds()), e);
      }
      throw e;
    } finally {
      boolean _ = end.cancel(false);
      guard.end();
    }
  }

  private synchronized void interrupt() {
    if (!answered) {
      interrupted = true;
      asking.interrupt();
    }
  }

  private synchronized boolean hasInterrupted() {
    return interrupted;
  }

  /**
   * Ends the time limit: the thread is not interrupted any more, and its interrupt status is
   * restored.
   */
  private synchronized void end() {
    answered = true;
    if (interrupted) {
      boolean _ = Thread.interrupted();
    }
  }
}
