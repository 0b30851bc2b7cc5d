package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import java.nio.file.Path;

/** Reserves disk space for a file before it is written, fallocate(2). */
public final class Preallocation {
  private static final int FALLOC_FL_KEEP_SIZE = 1;

  private Preallocation() {}

  /**
   * Reserves space for the file to grow to {@code size} bytes. Its length does not change. The
   * space stays reserved until the file is removed or truncated.
   *
   * @throws KernelException {@link KernelException#isNoSpace} if the disk is full, {@link
   *     KernelException#isUnsupported} if the file system has no fallocate
   */
  public static void keep(Path file, long size) throws KernelException {
    String name = file.toString();
    try (Fd fd = Fd.open(name, Native.O_WRONLY)) {
      require("fallocate", name, () -> LibC.fallocate(fd.number(), FALLOC_FL_KEEP_SIZE, 0, size));
    }
  }
}
