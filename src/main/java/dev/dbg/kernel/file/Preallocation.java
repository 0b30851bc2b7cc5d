package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import java.nio.file.Path;

/** Room on a file's disk before anything is written there, fallocate(2). */
public final class Preallocation {
  private static final int FALLOC_FL_KEEP_SIZE = 1;

  private Preallocation() {}

  /**
   * Makes sure that the file can grow to {@code size} bytes. Its length does not change. Until it
   * is renamed away and truncated, nobody else gets that room.
   *
   * @throws KernelException {@link KernelException#isNoSpace} if there is none, {@link
   *     KernelException#isUnsupported} if the file system knows no such thing
   */
  public static void keep(Path file, long size) throws KernelException {
    String name = file.toString();
    int flags = Native.O_WRONLY | Native.O_CLOEXEC;
    try (Fd fd = new Fd(checkInt("open", name, () -> LIBC.openat(AT_FDCWD, name, flags, 0)))) {
      int _ =
          checkInt(
              "fallocate", name, () -> LIBC.fallocate(fd.number(), FALLOC_FL_KEEP_SIZE, 0, size));
    }
  }
}
