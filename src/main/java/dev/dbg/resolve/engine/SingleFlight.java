package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.RuntimeUnavailable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A question that many threads ask at once: one of them asks it for all that have come until then,
 * and it is never asked twice at a time. So one answer is read and held however many ask, and no
 * answer is older than its question.
 *
 * <p>Any thread may ask.
 */
final class SingleFlight<T> {
  /** Held by the thread that asks. */
  private final ReentrantLock asking = new ReentrantLock();

  // Guarded by this. The answer for the threads that come before it is asked for.
  private @Nullable CompletableFuture<T> next;

  interface SharedCall<T> {
    T ask() throws RuntimeUnavailable;
  }

  T ask(SharedCall<T> question) throws RuntimeUnavailable {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletableFuture<T> others = join(answer);
    if (others != null) {
      return of(others);
    }
    asking.lock();
    try {
      synchronized (this) {
        // A thread that comes from here on needs a newer answer.
        next = null;
      }
      answer.complete(question.ask());
    } catch (RuntimeUnavailable | RuntimeException | Error e) {
      answer.completeExceptionally(e);
    } finally {
      asking.unlock();
    }
    return of(answer);
  }

  /** The answer for which another thread is about to ask; null if this thread must. */
  private synchronized @Nullable CompletableFuture<T> join(CompletableFuture<T> ours) {
    CompletableFuture<T> others = next;
    if (others == null) {
      next = ours;
    }
    return others;
  }

  private T of(CompletableFuture<T> answer) throws RuntimeUnavailable {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeUnavailable unavailable) {
        throw new RuntimeUnavailable(unavailable.message());
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RuntimeUnavailable("interrupted");
    }
  }
}
