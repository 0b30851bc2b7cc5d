package dev.dbg.resolve.user;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileSystemIdentity;
import dev.dbg.kernel.process.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Work about a user's engine, of which there must be a trace among the user's files: otherwise a
 * reader would be started for everybody who has logged in. Traces are looked for with only the
 * user's rights. Since that may block forever, it happens in a separate thread for which nobody has
 * to wait. If that thread blocks, further work for the same engine fails, and soon at once; so it
 * does for a while after work that took too long.
 */
final class AsUser {
  /** Looking takes no time unless it blocks. */
  private static final Duration LOOKS_WITHIN = Duration.ofMillis(1500);

  /** How long there is no work after work that took too long. */
  private static final Duration LEFT_ALONE = Duration.ofMinutes(1);

  private static final String BLOCKED = "an earlier question is still blocked";

  private final Semaphore place = new Semaphore(1);

  // By System.nanoTime: when the look began that goes on, and when work last took too long.
  private volatile @Nullable Long begin;
  private volatile @Nullable Long slow;

  /**
   * Work that was started.
   *
   * @param looked completes when it is known whether there is a trace
   */
  record Started<T>(CompletableFuture<Boolean> looked, CompletableFuture<T> result) {}

  /**
   * Starts {@code work} after earlier work for the engine has ended, unless that is blocked.
   *
   * @param traces files of the user's; if there is none of them, the result is {@code otherwise}
   * @param deadline the end of that wait, by {@link System#nanoTime}
   */
  <T> Started<T> start(
      Users.Account user, List<Path> traces, long deadline, T otherwise, Callable<T> work) {
    Started<T> started = new Started<>(new CompletableFuture<>(), new CompletableFuture<>());
    if (isBlocked()) {
      fail(started, new IOException(BLOCKED));
      return started;
    }
    Thread _ =
        Thread.ofPlatform()
            .name("user-" + user.uid())
            .daemon()
            .start(() -> run(user, traces, deadline, otherwise, work, started));
    return started;
  }

  private boolean isBlocked() {
    return isOver(begin, LOOKS_WITHIN) || (slow != null && !isOver(slow, LEFT_ALONE));
  }

  private static boolean isOver(@Nullable Long since, Duration time) {
    return since != null && System.nanoTime() - since > time.toNanos();
  }

  private static void fail(Started<?> started, Throwable why) {
    boolean _ = started.looked.completeExceptionally(why);
    boolean _ = started.result.completeExceptionally(why);
  }

  private <T> void run(
      Users.Account user,
      List<Path> traces,
      long deadline,
      T otherwise,
      Callable<T> work,
      Started<T> started) {
    try {
      if (!place.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw new IOException(BLOCKED);
      }
      try {
        begin = System.nanoTime();
        boolean is = isAny(user, traces);
        begin = null;
        boolean _ = started.looked.complete(is);
        boolean _ = started.result.complete(is ? work.call() : otherwise);
      } catch (KernelException e) {
        slow = e.isTimeout() ? (Long) System.nanoTime() : slow;
        throw e;
      } finally {
        begin = null;
        place.release();
      }
    } catch (Throwable e) {
      fail(started, e);
    }
  }

  private static boolean isAny(Users.Account user, List<Path> traces) {
    FileSystemIdentity.take(user.uid(), user.gid());
    try {
      return traces.stream().anyMatch(Files::exists);
    } finally {
      FileSystemIdentity.giveBack();
    }
  }
}
