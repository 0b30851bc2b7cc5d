package dev.dbg.resolve.user;

import dev.dbg.kernel.file.FileSystemIdentity;
import dev.dbg.kernel.process.Users;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Accesses a user's files and sockets with only that user's rights. Since an open may block
 * forever, this happens in a separate thread for which nobody has to wait. If that thread blocks,
 * further work for the same user fails.
 */
final class AsUser {
  private final Semaphore place = new Semaphore(1);

  /**
   * Starts {@code work} after earlier work for the user has ended.
   *
   * @param deadline the end of that wait, by {@link System#nanoTime}
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
