package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import jnr.ffi.Pointer;

/**
 * What a descriptor is, statx(2) and fstatfs(2).
 *
 * @param mode the type and permission bits, inode(7)
 * @param changed the inode's change time in nanoseconds
 * @param deviceType major and minor of a device node, as {@code major:minor}
 * @param inode its number in its file system
 */
public record FileStatus(
    int mode, long uid, long links, long size, long changed, String deviceType, long inode) {
  private static final int STATX_BASIC_STATS = 0x7FF;
  private static final int SIZE_OF_STATX = 256;
  private static final int SIZE_OF_STATFS = 256;
  private static final long PROC_SUPER_MAGIC = 0x9FA0;
  private static final long SYSFS_MAGIC = 0x62656572;

  private static final int S_IFMT = 0xF000;
  private static final int S_IFREG = 0x8000;
  private static final int S_IFCHR = 0x2000;
  private static final int S_IFIFO = 0x1000;
  private static final int S_IFSOCK = 0xC000;
  private static final int GROUP_OR_OTHERS_WRITE = 0022;

  public static FileStatus of(Fd fd) throws KernelException {
    Pointer statx = Native.allocate(SIZE_OF_STATX);
    int _ =
        checkInt(
            "statx",
            "descriptor " + fd.number(),
            () -> LIBC.statx(fd.number(), "", Native.AT_EMPTY_PATH, STATX_BASIC_STATS, statx));
    return new FileStatus(
        Short.toUnsignedInt(statx.getShort(28)),
        Integer.toUnsignedLong(statx.getInt(20)),
        Integer.toUnsignedLong(statx.getInt(16)),
        statx.getLong(40),
        statx.getLong(96) * 1_000_000_000L + statx.getInt(104),
        statx.getInt(128) + ":" + statx.getInt(132),
        statx.getLong(32));
  }

  /**
   * Whether a descriptor leads into procfs or sysfs, where reading and writing is more than that.
   */
  public static boolean isOnProcOrSys(Fd fd) throws KernelException {
    Pointer statfs = Native.allocate(SIZE_OF_STATFS);
    int _ =
        checkInt("fstatfs", "descriptor " + fd.number(), () -> LIBC.fstatfs(fd.number(), statfs));
    long type = statfs.getLong(0);
    return type == PROC_SUPER_MAGIC || type == SYSFS_MAGIC;
  }

  public boolean isRegularFile() {
    return (mode & S_IFMT) == S_IFREG;
  }

  public boolean isCharacterDevice() {
    return (mode & S_IFMT) == S_IFCHR;
  }

  public boolean isPipeOrSocket() {
    return (mode & S_IFMT) == S_IFIFO || (mode & S_IFMT) == S_IFSOCK;
  }

  public boolean isSocket() {
    return (mode & S_IFMT) == S_IFSOCK;
  }

  public boolean isWritableByOthers() {
    return (mode & GROUP_OR_OTHERS_WRITE) != 0;
  }
}
