package dev.dbg.audit.write;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.Preallocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether the disk has room, and keeping it. */
interface DiskReserve {
  /**
   * Whether the file can grow to {@code size} bytes; afterwards nobody else can take that room.
   *
   * @param now how large the file is
   */
  boolean keep(Path file, long now, long size) throws IOException;

  /** By fallocate(2); a file system that does not have it is asked how much is free. */
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
