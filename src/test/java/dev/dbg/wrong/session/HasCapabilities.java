package dev.dbg.wrong.session;

import dev.dbg.wrong.kernel.Capabilities;

final class HasCapabilities {
  private HasCapabilities() {}

  static long call() {
    return Capabilities.during(() -> 0).getAsLong();
  }
}
