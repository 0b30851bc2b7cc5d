package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;

import dev.dbg.model.Pid;
import jnr.ffi.Pointer;

/** A reference to a process that stays valid when its number is reused, pidfd_open(2). */
public final class PidFd implements AutoCloseable {
  private static final short POLLIN = 1;
  private static final long SYS_PIDFD_SEND_SIGNAL = 424;
  private static final long SYS_PIDFD_OPEN = 434;

  private final Fd fd;

  private PidFd(Fd fd) {
    this.fd = fd;
  }

  /**
   * The process that has this number now.
   *
   * @throws KernelException with {@link KernelException#isNoSuchProcess} when there is none
   */
  public static PidFd open(Pid pid) throws KernelException {
    return new PidFd(
        new Fd(Native.syscall("pidfd_open", "process " + pid, SYS_PIDFD_OPEN, pid.number(), 0)));
  }

  public static PidFd of(Fd fd) {
    return new PidFd(fd);
  }

  /** Whether it has not exited, not even as a zombie. */
  public boolean isAlive() throws KernelException {
    Pointer poll = Native.allocate(8);
    poll.putInt(0, fd.number());
    poll.putShort(4, POLLIN);
    return check("poll", "pidfd", () -> LIBC.poll(poll, 1, 0)) == 0;
  }

  /** Kills it, pidfd_send_signal(2); does nothing if it has ended. */
  public void kill() {
    try (Capabilities.Raised _ = Capabilities.raise()) {
      long _ = LIBC.syscall(SYS_PIDFD_SEND_SIGNAL, fd.number(), Signals.KILL, 0, 0, 0, 0);
    }
  }

  public int number() {
    return fd.number();
  }

  @Override
  public void close() {
    fd.close();
  }
}
