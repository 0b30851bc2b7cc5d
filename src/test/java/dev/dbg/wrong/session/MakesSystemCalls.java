package dev.dbg.wrong.session;

import dev.dbg.wrong.kernel.Native;

final class MakesSystemCalls {
  private MakesSystemCalls() {}

  static void call() {
    Native.call();
  }
}
