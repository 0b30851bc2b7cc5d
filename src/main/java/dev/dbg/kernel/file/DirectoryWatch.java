package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.check;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Tells in which directories an entry came, went or was replaced, inotify(7). The kernel queues the
 * event before the call that makes the change returns, so a look after that call sees it. What is
 * written into a file that stays open is not told.
 *
 * <p>For one thread at a time.
 */
public record DirectoryWatch(Fd fd) implements AutoCloseable {
  private static final String NAME = "inotify";
  private static final int IN_CLOSE_WRITE = 0x8;
  private static final int IN_MOVED_FROM = 0x40;
  private static final int IN_MOVED_TO = 0x80;
  private static final int IN_CREATE = 0x100;
  private static final int IN_DELETE = 0x200;
  private static final int IN_DELETE_SELF = 0x400;
  private static final int IN_MOVE_SELF = 0x800;
  private static final int IN_ONLYDIR = 0x1000000;
  private static final int WATCHED =
      IN_CLOSE_WRITE
          | IN_MOVED_FROM
          | IN_MOVED_TO
          | IN_CREATE
          | IN_DELETE
          | IN_DELETE_SELF
          | IN_MOVE_SELF
          | IN_ONLYDIR;
  private static final int IN_Q_OVERFLOW = 0x4000;

  private static final int SIZE_OF_EVENT = 16;
  private static final int CHUNK = 1 << 14;

  /** Watches nothing yet. */
  public static DirectoryWatch create() throws KernelException {
    int flags = Native.O_NONBLOCK | Native.O_CLOEXEC;
    return new DirectoryWatch(
        Native.checkFd("inotify_init1", NAME, () -> LibC.inotify_init1(flags)));
  }

  /**
   * Watches a directory from now on.
   *
   * @return its number in {@link #changed}; the same for the same directory
   * @throws KernelException also if the host's limit of watches is reached
   */
  public int add(Path directory) throws KernelException {
    String path = directory.toString();
    return (int)
        check("inotify_add_watch", path, () -> LibC.inotify_add_watch(fd.number(), path, WATCHED));
  }

  /**
   * The numbers of the directories that have changed since the last look; does not wait.
   *
   * @return empty if there were too many changes to tell: any directory may have changed
   */
  public Optional<Set<Integer>> changed() throws KernelException {
    Set<Integer> changed = new HashSet<>();
    boolean all = false;
    byte[] chunk = new byte[0];
    while (Native.isReadable(fd, NAME)) {
      chunk = chunk.length == 0 ? new byte[CHUNK] : chunk;
      byte[] into = chunk;
      int got = (int) check("read", NAME, () -> LibC.read(fd.number(), into, CHUNK));
      ByteBuffer events = ByteBuffer.wrap(chunk, 0, got).order(ByteOrder.nativeOrder());
      while (events.remaining() >= SIZE_OF_EVENT) {
        changed.add(events.getInt());
        all |= (events.getInt() & IN_Q_OVERFLOW) != 0;
        int _ = events.getInt();
        int name = events.getInt();
        ByteBuffer _ = events.position(events.position() + name);
      }
    }
    return all ? Optional.empty() : Optional.of(changed);
  }

  @Override
  public void close() {
    fd.close();
  }
}
