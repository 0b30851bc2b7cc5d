package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;

import jnr.ffi.Pointer;

/**
 * The effective capabilities(7) of dbgd's threads. A thread that processes untrusted input, such as
 * a client's packets, an engine's answers or the log, has an empty effective set, {@link #lower};
 * its permitted set is unchanged. Around a call that needs a capability, {@link #raise} makes the
 * permitted ones effective. So a bug in code that parses untrusted bytes runs with uid 0 but
 * without capabilities.
 *
 * <p>capset(2) changes the calling thread only; a new thread inherits the sets of the thread that
 * starts it. Any thread may call this.
 */
public final class Capabilities {
  private static final int VERSION_3 = 0x20080522;
  private static final int SIZE_OF_HEADER = 8;

  /**
   * The effective, permitted and inheritable sets: three words for capabilities 0 to 31, three for
   * the others.
   */
  private static final int SIZE_OF_SETS = 24;

  private static final int SECOND = 12;
  private static final int PERMITTED = 4;

  private static final Pointer HEADER = header();
  private static final ThreadLocal<Pointer> SETS =
      ThreadLocal.withInitial(() -> Native.allocate(SIZE_OF_SETS));

  private Capabilities() {}

  /** While this is open, the thread's capabilities are effective. */
  public interface Raised extends AutoCloseable {
    @Override
    void close();
  }

  private static Pointer header() {
    Pointer header = Native.allocate(SIZE_OF_HEADER);
    header.putInt(0, VERSION_3);
    return header;
  }

  /** Clears the thread's effective set. */
  public static void lower() {
    Pointer sets = read();
    if (areInEffect(sets)) {
      sets.putInt(0, 0);
      sets.putInt(SECOND, 0);
      write(sets);
    }
  }

  /** Makes the thread's permitted capabilities effective; closing the result restores the set. */
  public static Raised raise() {
    Pointer sets = read();
    if (areInEffect(sets)) {
      return () -> {};
    }
    sets.putInt(0, sets.getInt(PERMITTED));
    sets.putInt(SECOND, sets.getInt(SECOND + PERMITTED));
    write(sets);
    return Capabilities::lower;
  }

  private static boolean areInEffect(Pointer sets) {
    return (sets.getInt(0) | sets.getInt(SECOND)) != 0;
  }

  private static Pointer read() {
    Pointer sets = SETS.get();
    require("capget", LIBC.capget(HEADER, sets));
    return sets;
  }

  private static void write(Pointer sets) {
    require("capset", LIBC.capset(HEADER, sets));
  }

  /**
   * Neither call fails for the calling thread itself, if no capability is added to its permitted
   * set.
   */
  private static void require(String call, int result) {
    if (result != 0) {
      throw new IllegalStateException(call + ": " + Native.lastErrno());
    }
  }
}
