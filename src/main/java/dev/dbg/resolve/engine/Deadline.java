package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException.Attempt;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A time limit for a request that is made in the caller's own thread: waking a thread per request
 * took longer than the engine's answer. When the time is over, the thread is interrupted, which
 * closes the channel on which it waits, {@link java.nio.channels.InterruptibleChannel}.
 */
final class Deadline {
  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private Deadline() {}

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
  static <T> T ask(Duration most, Attempt<T, IOException> question) throws IOException {
    FutureTask<T> asked = new FutureTask<>(question::make);
    Future<?> end =
        CLOCK.schedule(() -> asked.cancel(true), most.toMillis(), TimeUnit.MILLISECONDS);
    asked.run();
    boolean _ = end.cancel(false);
    return switch (asked.state()) {
      case SUCCESS -> asked.resultNow();
      case CANCELLED -> {
        // The thread has been interrupted by now, and is not any more.
        boolean _ = Thread.interrupted();
        throw new IOException("no answer in %d s".formatted(most.toSeconds()));
      }
      case FAILED, RUNNING -> {
        Throwable why = asked.exceptionNow();
        if (why instanceof IOException failure) {
          throw failure;
        }
        if (why instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException(why);
      }
    };
  }
}
