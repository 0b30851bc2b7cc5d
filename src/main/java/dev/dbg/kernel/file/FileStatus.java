package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.nio.file.Path;
import jnr.ffi.Pointer;

/**
 * The status of an open file, statx(2).
 *
 * @param mode the type and permission bits, inode(7)
 * @param changed the inode's change time, in nanoseconds since 1970
 * @param inode its inode number
 * @param size in bytes
 */
public record FileStatus(int mode, long uid, long gid, long changed, long inode, long size) {
  private static final int STATX_BASIC_STATS = 0x7FF;
  private static final int SIZE_OF_STATX = 256;

  private static final int S_IFMT = 0xF000;
  private static final int S_IFREG = 0x8000;
  private static final int S_IFSOCK = 0xC000;
  private static final int GROUP_OR_OTHERS_WRITE = 0022;
  private static final int GROUP_WRITES = 0020;
  private static final int OTHERS = 0007;

  public static FileStatus of(Fd fd) throws KernelException {
    Pointer statx = Native.allocate(SIZE_OF_STATX);
    require(
        "statx",
        "descriptor " + fd.number(),
        () -> LibC.statx(fd.number(), "", Native.AT_EMPTY_PATH, STATX_BASIC_STATS, statx));
    return new FileStatus(
        Short.toUnsignedInt(statx.getShort(28)),
        Integer.toUnsignedLong(statx.getInt(20)),
        Integer.toUnsignedLong(statx.getInt(24)),
        statx.getLong(96) * 1_000_000_000L + statx.getInt(104),
        statx.getLong(32),
        statx.getLong(40));
  }

  /** Whether there is a regular file at the path, looked at with the thread's capabilities. */
  public static boolean isRegularFileRaised(Path path) {
    String name = path.toString();
    try (Fd fd = Fd.openAtRaised(AT_FDCWD, name, Native.O_PATH | Native.O_NOFOLLOW, name)) {
      return of(fd).isRegularFile();
    } catch (KernelException e) {
      return false;
    }
  }

  public boolean isRegularFile() {
    return (mode & S_IFMT) == S_IFREG;
  }

  public boolean isSocket() {
    return (mode & S_IFMT) == S_IFSOCK;
  }

  public boolean isWritableByOthers() {
    return (mode & GROUP_OR_OTHERS_WRITE) != 0;
  }

  /** Whether it is root's, and nobody but root and root's group can write to it. */
  public boolean isRootsAlone() {
    int others = gid == 0 ? GROUP_OR_OTHERS_WRITE & ~GROUP_WRITES : GROUP_OR_OTHERS_WRITE;
    return uid == 0 && (mode & others) == 0;
  }

  /** Whether nobody but root and root's group can pass through this directory. */
  boolean isShut() {
    return uid == 0 && gid == 0 && (mode & OTHERS) == 0;
  }
}
