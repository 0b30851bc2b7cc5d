package dev.dbg.kernel;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A platform thread for work that changes the thread permanently, such as setns(2). It is never
 * reused, and ends after the work.
 *
 * <p>A new thread takes three tenths of a millisecond until it runs, and some of that the thread
 * that starts it too. So one may be started before there is work for it, {@link #makeReady}.
 */
public final class OneUseThread {
  /** The thread that waits for its work, if there is one. */
  private static final AtomicReference<@Nullable CompletableFuture<Runnable>> READY =
      new AtomicReference<>();

  private OneUseThread() {}

  /**
   * Starts a thread that waits for work, unless there is one. For a thread in dbgd's own
   * namespaces: the new one is in the same. If no thread can be started, the next work tells why.
   */
  public static void makeReady() {
    if (READY.get() != null) {
      return;
    }
    try {
      Thread _ = builder().daemon().start(OneUseThread::awaitWork);
    } catch (OutOfMemoryError e) {
      // The next work is started in one of its own.
    }
  }

  /** Nobody waits for a thread that failed before it was there. */
  private static void awaitWork() {
    Capabilities.lower();
    CompletableFuture<Runnable> work = new CompletableFuture<>();
    // Or another thread has been made ready meanwhile.
    if (READY.compareAndSet(null, work)) {
      work.join().run();
    }
  }

  /**
   * Starts {@code work} in a thread that is named after the one that starts it; the future gets its
   * result or its failure, also if no thread can be started. When it completes, the thread is
   * ending.
   */
  public static <T> CompletableFuture<T> start(String name, Callable<T> work) {
    String full = name + " of " + Thread.currentThread().getName();
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable toResult =
        () -> {
          Thread.currentThread().setName(full);
          try {
            result.complete(work.call());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        };
    CompletableFuture<Runnable> ready = READY.getAndSet(null);
    if (ready != null) {
      boolean _ = ready.complete(toResult);
      return result;
    }
    try {
      Thread _ = builder().start(toResult);
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

  private static Thread.Builder.OfPlatform builder() {
    return Thread.ofPlatform().name("one-use");
  }

  /** Runs {@code work} and waits for its end. */
  public static <T> T run(String name, Callable<T> work) throws KernelException {
    return joined(start(name, work));
  }

  /** Waits for such a future. */
  public static <T> T joined(CompletableFuture<T> result) throws KernelException {
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof KernelException cause) {
        throw cause;
      }
      if (e.getCause() instanceof IllegalStateException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
