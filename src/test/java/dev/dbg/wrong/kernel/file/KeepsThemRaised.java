package dev.dbg.wrong.kernel.file;

import dev.dbg.wrong.kernel.LibC;

final class KeepsThemRaised {
  private KeepsThemRaised() {}

  static long raise(LibC libc) {
    return libc.capset(1);
  }
}
