package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
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

  // Guarded by this. The request for all threads that come before it is made.
  private @Nullable FutureTask<T> next;

  T ask(RuntimeQuestion<T> question) throws RuntimeUnavailable {
    FutureTask<T> ours = new FutureTask<>(question::ask);
    FutureTask<T> joined = join(ours);
    if (joined == ours) {
      asking.lock();
      try {
        synchronized (this) {
          // Threads that come after this need a newer answer.
          next = null;
        }
        ours.run();
      } finally {
        asking.unlock();
      }
    }
    try {
      return joined.get();
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

  /** The request that another thread is about to make; {@code ours} if this thread must make it. */
  private synchronized FutureTask<T> join(FutureTask<T> ours) {
    FutureTask<T> joined = next == null ? ours : next;
    next = joined;
    return joined;
  }
}
