package dev.dbg.wrong.kernel.file;

import dev.dbg.wrong.kernel.Capabilities;
import dev.dbg.wrong.kernel.LibC;

/** Keeps the rules. */
final class RaisesAroundACall {
  private RaisesAroundACall() {}

  static String read(LibC libc, int fd) {
    return String.valueOf(Capabilities.during(() -> libc.read(fd)).getAsLong());
  }
}
