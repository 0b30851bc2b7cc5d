package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A request that many threads make at once: one of them makes it for all that have come until then,
 * and there is never more than one request at a time. So one answer is read and held however many
 * threads wait, and no thread gets an answer that is older than its call.
 *
 * <p>For any thread.
 */
final class SingleFlight<T> {
  /** Held by the thread that makes the request. */
  private final ReentrantLock asking = new ReentrantLock();

  // Guarded by this. The answer for all threads that come before the next request is made.
  private @Nullable CompletableFuture<T> next;

  T ask(RuntimeQuestion<T> question) throws RuntimeUnavailable {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletableFuture<T> others = join(answer);
    if (others != null) {
      return of(others);
    }
    asking.lock();
    try {
      synchronized (this) {
        // Threads that come after this need a newer answer.
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

  /**
   * The answer to a request that another thread is about to make; null if this thread must make it.
   */
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
