package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;

/**
 * An open descriptor that somebody owns. {@link #close} closes it once; {@link #release} hands the
 * ownership on.
 *
 * <p>Closing may come from any thread.
 */
public final class Fd implements AutoCloseable {
  private static final int RELEASED = -1;

  private int number;

  public Fd(int number) {
    this.number = number;
  }

  /** The number, for a call. It stays valid as long as this is open. */
  public synchronized int number() {
    if (number == RELEASED) {
      throw new IllegalStateException("the descriptor is closed");
    }
    return number;
  }

  /** Gives the number to a new owner; this no longer closes it. */
  public synchronized int release() {
    int released = number();
    number = RELEASED;
    return released;
  }

  /** Its magic link, proc_pid_fd(5). */
  public String path() {
    return "/proc/thread-self/fd/" + number();
  }

  // EINTR from close(2) on Linux means that it is closed; nothing else can be done about an error.
  @Override
  public synchronized void close() {
    if (number != RELEASED) {
      int _ = LIBC.close(number);
      number = RELEASED;
    }
  }
}
