package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.RuntimeUnavailable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A question that many ask at once and whose answer is the same for all: it is asked by one of them
 * for all who have come until it is asked, and never twice at a time. So however many ask, one
 * answer is read and one is held, and nobody is told what was so before they came.
 *
 * <p>Any thread may ask.
 */
final class SingleFlight<T> {
  /** Held by who asks. */
  private final ReentrantLock asking = new ReentrantLock();

  // Guarded by this. The answer for those who come before it is asked for.
  private @Nullable CompletableFuture<T> next;

  /** The question. */
  interface Question<T> {
    T ask() throws RuntimeUnavailable;
  }

  T ask(Question<T> question) throws RuntimeUnavailable {
    CompletableFuture<T> answer = new CompletableFuture<>();
    CompletableFuture<T> others = join(answer);
    if (others != null) {
      return of(others);
    }
    asking.lock();
    try {
      synchronized (this) {
        // Who comes from here on may want to know of what happens from here on.
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

  /** The answer that somebody is about to ask for; null when it is for us to ask. */
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
