package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.Pipe;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * A socket on which listen(2) has been called, and a pipe that wakes the thread that waits for a
 * client. The socket is never shut down: another process may hold it too.
 */
record ListeningSocket(Fd fd, Pipe wake) implements AutoCloseable {
  private static final short POLLIN = 1;

  static ListeningSocket of(Fd fd) throws KernelException {
    return new ListeningSocket(fd, Pipe.open());
  }

  /**
   * Waits this long for a client; empty if none comes, and after {@link #stopAccepting}. For one
   * thread.
   */
  Optional<Fd> accept(int milliseconds) throws KernelException {
    Pointer either = Native.allocate(16);
    either.putInt(0, fd.number());
    either.putShort(4, POLLIN);
    either.putInt(8, wake.reader().number());
    either.putShort(12, POLLIN);
    require("poll", "socket", () -> LibC.poll(either, 2, milliseconds));
    if (either.getShort(14) != 0 || either.getShort(6) == 0) {
      return Optional.empty();
    }
    return Optional.of(
        Native.checkFd(
            "accept",
            "socket",
            () -> LibC.accept4(fd.number(), null, null, SocketCalls.SOCK_CLOEXEC)));
  }

  /** Accepts no further client. Any thread. */
  void stopAccepting() {
    wake.writer().close();
  }

  @Override
  public void close() {
    fd.close();
    wake.close();
  }
}
