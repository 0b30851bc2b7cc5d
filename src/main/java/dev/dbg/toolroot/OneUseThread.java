package dev.dbg.toolroot;

import dev.dbg.kernel.Capabilities;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A platform thread for work that changes the thread permanently, such as setns(2). It is never
 * reused, and ends after the work.
 */
public final class OneUseThread {
  private OneUseThread() {}

  /** Work that may throw. */
  public interface Work<T> {
    T run() throws Exception;
  }

  /**
   * Starts {@code work} in a thread that is named after the one that starts it; the future gets its
   * result or its failure, also if no thread can be started. When it completes, the thread is
   * ending.
   */
  public static <T> CompletableFuture<T> start(String name, Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .name(name + " of " + Thread.currentThread().getName())
            .unstarted(
                () -> {
                  try (Capabilities.Raised _ = Capabilities.raise()) {
                    result.complete(work.run());
                  } catch (Throwable e) {
                    result.completeExceptionally(e);
                  }
                });
    try {
      thread.start();
    } catch (OutOfMemoryError e) {
      // The JVM throws OutOfMemoryError at a limit of threads too, however much memory is free.
      result.completeExceptionally(
          new IllegalStateException(
              "no thread can be started: %s: raise TasksMax= of dbgd.service"
                  .formatted(e.getMessage()),
              e));
    }
    return result;
  }

  /** Runs {@code work} and waits for its end. */
  static <T> T run(String name, Work<T> work) throws Exception {
    try {
      return start(name, work).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
