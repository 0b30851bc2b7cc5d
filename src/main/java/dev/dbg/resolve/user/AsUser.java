package dev.dbg.resolve.user;

import dev.dbg.kernel.file.FileSystemIdentity;
import dev.dbg.kernel.process.Users;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Accesses a user's files and sockets with only that user's rights. Since an open may block
 * forever, this happens in a separate thread for which nobody has to wait. If that thread blocks,
 * further work for the same user fails, and soon at once.
 */
final class AsUser {
  /** Work that takes longer is taken for blocked; a service has one second for its answer. */
  private static final Duration LONGEST = Duration.ofMillis(1500);

  private static final String BLOCKED = "an earlier question is still blocked";

  private final Semaphore place = new Semaphore(1);

  // When the work began that goes on, by System.nanoTime.
  private volatile @Nullable Long begin;

  /**
   * Starts {@code work} after earlier work for the user has ended, unless that is blocked.
   *
   * @param deadline the end of that wait, by {@link System#nanoTime}
   */
  <T> CompletableFuture<T> start(Users.Account user, long deadline, Callable<T> work) {
    if (isBlocked()) {
      return CompletableFuture.failedFuture(new IOException(BLOCKED));
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread _ =
        Thread.ofPlatform()
            .name("user-" + user.uid())
            .daemon()
            .start(() -> run(user, deadline, work, result));
    return result;
  }

  private boolean isBlocked() {
    Long began = begin;
    return began != null && System.nanoTime() - began > LONGEST.toNanos();
  }

  private <T> void run(
      Users.Account user, long deadline, Callable<T> work, CompletableFuture<T> result) {
    try {
      if (!place.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new IOException(BLOCKED);
      }
      try {
        begin = System.nanoTime();
        FileSystemIdentity.take(user.uid(), user.gid());
        result.complete(work.call());
      } finally {
        begin = null;
        place.release();
      }
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }
}
