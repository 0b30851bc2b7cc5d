package dev.dbg.resolve.user;

import dev.dbg.kernel.file.FileSystemIdentity;
import dev.dbg.kernel.process.Users;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Access to a user's files and sockets with that user's rights only, in a thread of its own for
 * which nobody has to wait: an open may block forever. Then one thread blocks, and further work for
 * that user fails.
 */
final class AsUser {
  private final Semaphore place = new Semaphore(1);

  /**
   * Starts {@code work} after earlier work for the user has ended.
   *
   * @param deadline of that wait, by {@link System#nanoTime}
   */
  <T> CompletableFuture<T> start(Users.Account user, long deadline, Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread _ =
        Thread.ofPlatform()
            .name("user-" + user.uid())
            .daemon()
            .start(() -> run(user, deadline, work, result));
    return result;
  }

  private <T> void run(
      Users.Account user, long deadline, Callable<T> work, CompletableFuture<T> result) {
    try {
      if (!place.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new IOException("an earlier question is still blocked");
      }
      try {
        FileSystemIdentity.take(user.uid(), user.gid());
        result.complete(work.call());
      } finally {
        place.release();
      }
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }
}
