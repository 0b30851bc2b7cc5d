package dev.dbg.resolve.user;

import dev.dbg.kernel.file.FileSystemIdentity;
import dev.dbg.kernel.process.Users;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Work among a user's files and sockets, with that user's rights to them and no others, in a thread
 * of its own that nobody has to wait for: what it opens may hang for ever, and then one thread
 * does, and the user's next work finds the place taken.
 */
final class AsUser {
  private final Semaphore place = new Semaphore(1);

  /**
   * Starts {@code work}; the future has its result or its failure.
   *
   * @param deadline by {@link System#nanoTime}, to wait for the user's place until
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
        throw new IOException("an earlier question still hangs");
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
