package dev.dbg.audit.write;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.Preallocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reserves disk space. */
interface DiskReserve {
  /**
   * Reserves the space for a file to grow to {@code size} bytes; returns whether there is so much.
   *
   * @param now the file's size
   */
  boolean keep(Path file, long now, long size) throws IOException;

  /** By fallocate(2), or where that is not supported by the free space. */
  static boolean onDisk(Path file, long now, long size) throws IOException {
    try {
      Preallocation.keep(file, size);
      return true;
    } catch (KernelException e) {
      if (e.isNoSpace()) {
        return false;
      }
      if (e.isUnsupported()) {
        return Files.getFileStore(file).getUsableSpace() >= size - now;
      }
      throw e;
    }
  }
}
