package dev.dbg.kernel.file;

import static dev.dbg.kernel.Capabilities.during;
import static dev.dbg.kernel.Native.AT_FDCWD;

import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Pointer;

/**
 * Tells whether a file was written or replaced since an earlier look at the same path, statx(2).
 * For any thread.
 *
 * @param inode its inode number
 * @param changed its change time in nanoseconds since 1970, which nobody can set
 */
public record FileStamp(long inode, long changed) {
  /** There is no such file, or it cannot be looked at. */
  public static final FileStamp MISSING = new FileStamp(0, 0);

  /** Kernels before 6.13 give the same time to all changes within a tick, at most 10 ms. */
  private static final Duration TICKS = Duration.ofMillis(100);

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** AT_SYMLINK_NOFOLLOW. */
  private static final int FLAGS = 0x100;

  /** STATX_INO and STATX_CTIME. */
  private static final int WANTED = 0x180;

  private static final int SIZE_OF_STATX = 256;

  private static final ThreadLocal<Pointer> STATX =
      ThreadLocal.withInitial(() -> Native.allocate(SIZE_OF_STATX));

  /** The stamp of what is at the path now; a link is not followed. */
  public static FileStamp of(Path path) {
    return of(path, STATX.get());
  }

  /** The same with the thread's capabilities in effect. */
  public static FileStamp ofRaised(Path path) {
    Pointer statx = STATX.get();
    String name = path.toString();
    long done = during(() -> LibC.statx(AT_FDCWD, name, FLAGS, WANTED, statx)).getAsLong();
    return read(done, statx);
  }

  /**
   * Whether there is anything at the path; a link is not followed. For what is often missing: it
   * takes a tenth of the time that the methods of java.nio take to throw an exception.
   */
  public static boolean isAt(Path path) {
    return !of(path).equals(MISSING);
  }

  /** The stamps of what is at each path now, in their order. */
  public static List<FileStamp> ofEach(List<Path> paths) {
    Pointer statx = STATX.get();
    List<FileStamp> stamps = new ArrayList<>(paths.size());
    for (Path path : paths) {
      stamps.add(of(path, statx));
    }
    return stamps;
  }

  private static FileStamp of(Path path, Pointer statx) {
    return read(LibC.statx(AT_FDCWD, path.toString(), FLAGS, WANTED, statx), statx);
  }

  private static FileStamp read(long done, Pointer statx) {
    return done == 0
        ? new FileStamp(
            statx.getLong(32), TimeUnit.SECONDS.toNanos(statx.getLong(96)) + statx.getInt(104))
        : MISSING;
  }

  /** The stamp of an open file. */
  public static FileStamp of(FileStatus status) {
    return new FileStamp(status.inode(), status.changed());
  }

  /** Whether any change from now on gives another stamp. */
  public boolean isSettled() {
    Instant now = Instant.now();
    return isSettledAt(TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano());
  }

  /**
   * Whether any change since {@code time} gives another stamp; in nanoseconds since 1970. Some file
   * systems of users and of networks have whole seconds alone.
   */
  public boolean isSettledAt(long time) {
    Duration tick = changed % SECOND.toNanos() == 0 ? SECOND.plus(TICKS) : TICKS;
    return changed < time - tick.toNanos();
  }
}
