package dev.dbg.wrong.kernel.file;

import dev.dbg.wrong.kernel.Capabilities;
import dev.dbg.wrong.kernel.LibC;

final class ReadsWhileRaised {
  private ReadsWhileRaised() {}

  static long read(LibC libc, int fd) {
    return Capabilities.during(() -> parsed(libc.read(fd))).getAsLong();
  }

  private static long parsed(long read) {
    return -read;
  }
}
