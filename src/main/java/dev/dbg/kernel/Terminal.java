package dev.dbg.kernel;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

/** A pseudo-terminal, pty(7). */
public final class Terminal {
  private static final String MULTIPLEXER = "/dev/ptmx";
  private static final int O_NOCTTY = 0x100;

  private Terminal() {}

  /** The master of a new one, which is gone with its last descriptor. The slave is locked. */
  public static Fd openMaster() throws KernelException {
    return new Fd(
        checkInt(
            "open",
            MULTIPLEXER,
            () ->
                LIBC.openat(
                    AT_FDCWD, MULTIPLEXER, Native.O_RDWR | O_NOCTTY | Native.O_CLOEXEC, 0)));
  }
}
