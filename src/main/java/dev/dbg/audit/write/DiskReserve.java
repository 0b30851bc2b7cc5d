package dev.dbg.audit.write;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.Preallocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reserves disk space. */
interface DiskReserve {
  /** Reserves space for a file to grow from {@code now} to {@code size} bytes; false if full. */
  boolean keep(Path file, long now, long size) throws IOException;

  /** Uses fallocate(2), or compares the free space if the file system does not support that. */
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
