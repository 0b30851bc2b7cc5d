package dev.dbg.kernel;

import dev.dbg.altered.InPlaceOf;
import java.util.Optional;
import jnr.ffi.Pointer;

/** What native tests put in places of {@code kernel}. */
public interface AlteredKernel {

  /** As on Linux before 6.9, where a pidfd's inode says nothing. */
  final class WithoutInodes {
    @InPlaceOf(PidFd.class)
    static Optional<Long> inode(PidFd process) {
      return Optional.empty();
    }
  }

  /** Holds the pipe while it waits for more. */
  final class HoldingThePipe {
    @InPlaceOf(value = Native.class, usedIn = SplicedPipe.class)
    static void awaitReadable(Fd from, String name) {}

    @InPlaceOf(value = SplicedPipe.class, name = "SPLICE_F_NONBLOCK", usedBy = "splice")
    static int nothing() {
      return 0;
    }
  }

  /** Leaves capabilities in effect in the threads of sessions. */
  final class Powerful {
    @InPlaceOf(value = Capabilities.class, usedIn = OneUseThread.class)
    static void lower() {}
  }

  /** Leaves all capabilities in effect after a call that needs one. */
  final class KeepingCapabilities {
    @InPlaceOf(value = Capabilities.class, usedBy = "during")
    static void clear(Pointer sets) {}
  }
}
