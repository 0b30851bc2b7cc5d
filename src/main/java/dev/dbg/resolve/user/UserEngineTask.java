package dev.dbg.resolve.user;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.FileSystemIdentity;
import dev.dbg.kernel.process.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Work about a user's engine, of which there must be a trace among the user's files: otherwise a
 * reader would be started for everybody who has logged in. Traces are looked for with only the
 * user's rights. Since that may block forever, it happens in a separate thread for which nobody has
 * to wait. If that thread blocks, further work for the same engine fails, and soon at once; so it
 * does for a while after work that took too long, unless somebody asks for this user alone.
 */
final class UserEngineTask {
  /** Looking takes no time unless it blocks. */
  private static final Duration LOOKS_WITHIN = Duration.ofMillis(1500);

  /** How long there is no work after work that took too long. */
  private static final Duration LEFT_ALONE = Duration.ofMinutes(1);

  private static final String BLOCKED = "an earlier question is still blocked";

  private final Semaphore place = new Semaphore(1);

  // By System.nanoTime: when the look began that goes on, and when work last took too long.
  private volatile @Nullable Long begin;
  private volatile @Nullable Long slow;
  private volatile @Nullable Long slowStart;

  /** Whether there is a trace, and the work goes on. */
  private volatile boolean works;

  /** The work took longer than an engine that is well. */
  static final class TooSlow extends IOException {
    TooSlow() {
      super("it answers too slowly, and is left alone for a while");
    }
  }

  /**
   * What is done if there is a trace.
   *
   * @param <T> the result
   */
  interface Work<T> {
    /**
     * Does it.
     *
     * @param stamps of the files that were named, as they were before; none if a change from then
     *     on may not show
     */
    T with(List<FileStamp> stamps) throws Exception;
  }

  boolean isWorking() {
    return works;
  }

  /**
   * The reader took long to start. Its user can stop it for a while, each time; a host that is busy
   * is not so for long. So the second time within a while, the engine is left alone.
   */
  void startedSlowly() {
    Long before = slowStart;
    slowStart = System.nanoTime();
    if (before != null && !isOver(before, LEFT_ALONE)) {
      slow = slowStart;
    }
  }

  /**
   * Starts {@code work} after earlier work for the engine has ended, unless that is blocked. If it
   * fails as {@link TooSlow}, there is no work for a while.
   *
   * @param traces files of the user's; if there is none of them, the result is {@code otherwise}
   * @param stamped files of the user's whose stamps are taken
   * @param deadline the end of that wait, by {@link System#nanoTime}
   * @param byName whether somebody asks for this user alone: also after work that took too long, if
   *     nobody else does at this moment
   */
  <T> Future<T> start(
      Users.Account user,
      List<Path> traces,
      List<Path> stamped,
      long deadline,
      boolean byName,
      T otherwise,
      Work<T> work) {
    if (isBlocked() || (isLeftAlone() && !(byName && place.availablePermits() > 0))) {
      return CompletableFuture.failedFuture(new IOException(BLOCKED));
    }
    // Done only when the place is free: who has the answer may ask again at once.
    FutureTask<T> result =
        new FutureTask<>(
            () -> {
              if (!place.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new IOException(BLOCKED);
              }
              try {
                begin = System.nanoTime();
                Optional<List<FileStamp>> stamps = look(user, traces, stamped);
                works = stamps.isPresent();
                begin = null;
                return stamps.isPresent() ? work.with(stamps.get()) : otherwise;
              } catch (TooSlow e) {
                slow = System.nanoTime();
                throw e;
              } finally {
                begin = null;
                works = false;
                place.release();
              }
            });
    Thread _ = Thread.ofPlatform().name("user-" + user.uid()).daemon().start(result);
    return result;
  }

  private boolean isBlocked() {
    return isOver(begin, LOOKS_WITHIN);
  }

  private boolean isLeftAlone() {
    return slow != null && !isOver(slow, LEFT_ALONE);
  }

  private static boolean isOver(@Nullable Long since, Duration time) {
    return since != null && System.nanoTime() - since > time.toNanos();
  }

  private static Optional<List<FileStamp>> look(
      Users.Account user, List<Path> traces, List<Path> stamped) {
    FileSystemIdentity.take(user.uid(), user.gid());
    try {
      if (traces.stream().noneMatch(Files::exists)) {
        return Optional.empty();
      }
      List<FileStamp> stamps = FileStamp.ofEach(stamped);
      return Optional.of(stamps.stream().allMatch(FileStamp::isSettled) ? stamps : List.of());
    } finally {
      FileSystemIdentity.giveBack();
    }
  }
}
