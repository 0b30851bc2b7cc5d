package dev.dbg.toolroot;

import dev.dbg.kernel.Capabilities;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A platform thread for work that changes the thread for good: it joins namespaces, is never used
 * again, and ends.
 */
public final class OneUseThread {
  private OneUseThread() {}

  /** Work that may fail in its own way. */
  public interface Work<T> {
    T run() throws Exception;
  }

  /**
   * Starts {@code work}; the future has its result or its failure, also where no thread can be
   * started. The thread has ended, or is about to, when it is completed.
   */
  public static <T> CompletableFuture<T> start(String name, Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .name(name)
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
      // The JVM's word for a limit of threads; memory may be plenty.
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
