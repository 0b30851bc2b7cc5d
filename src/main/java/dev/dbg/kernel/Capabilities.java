package dev.dbg.kernel;

import java.util.function.LongSupplier;
import jnr.ffi.Pointer;

/**
 * The effective capabilities(7) of dbgd's threads. Dbgd's main thread, and each that it starts, has
 * an empty effective set, {@link #lower}; its permitted set is unchanged. A system call that needs
 * a capability is made with the permitted ones in effect, {@link #during}, and with nothing else
 * between: what reads the call's result has none again. So a bug in code that parses untrusted
 * bytes, such as a client's packets, an engine's answers or the log, runs with uid 0 but without
 * capabilities. RoomsTest holds that.
 *
 * <p>capset(2) changes the calling thread only; a new thread inherits the sets of the thread that
 * starts it. Any thread may call this.
 */
public final class Capabilities {
  private static final int VERSION_3 = 0x20080522;
  private static final int SIZE_OF_HEADER = 8;

  /** Effective, permitted and inheritable sets: three words for each half of 64 bits. */
  private static final int SIZE_OF_SETS = 24;

  private static final int SECOND = 12;
  private static final int PERMITTED = 4;

  private static final Pointer HEADER = header();

  /** The sets of each thread, read once: nothing but this class changes them. */
  private static final ThreadLocal<Pointer> SETS = ThreadLocal.withInitial(Capabilities::read);

  private Capabilities() {}

  private static Pointer header() {
    Pointer header = Native.allocate(SIZE_OF_HEADER);
    header.putInt(0, VERSION_3);
    return header;
  }

  /** Clears the thread's effective set. */
  public static void lower() {
    Pointer sets = SETS.get();
    if (areInEffect(sets)) {
      clear(sets);
    }
  }

  /**
   * The same call, with the thread's permitted capabilities in effect while the kernel carries it
   * out. Its errno stays that of the call.
   *
   * @param call a call of the C library, and nothing else
   */
  public static LongSupplier during(LongSupplier call) {
    return () -> {
      Pointer sets = SETS.get();
      if (areInEffect(sets)) {
        return call.getAsLong();
      }
      sets.putInt(0, sets.getInt(PERMITTED));
      sets.putInt(SECOND, sets.getInt(SECOND + PERMITTED));
      write(sets);
      try {
        return call.getAsLong();
      } finally {
        int errno = Native.RUNTIME.getLastError();
        clear(sets);
        Native.RUNTIME.setLastError(errno);
      }
    };
  }

  private static void clear(Pointer sets) {
    sets.putInt(0, 0);
    sets.putInt(SECOND, 0);
    write(sets);
  }

  private static boolean areInEffect(Pointer sets) {
    return (sets.getInt(0) | sets.getInt(SECOND)) != 0;
  }

  private static Pointer read() {
    Pointer sets = Native.allocate(SIZE_OF_SETS);
    require("capget", LibC.capget(HEADER, sets));
    return sets;
  }

  private static void write(Pointer sets) {
    require("capset", LibC.capset(HEADER, sets));
  }

  /** The calls succeed for the calling thread if no permitted capability is added. */
  private static void require(String call, int result) {
    if (result != 0) {
      throw new IllegalStateException(call + ": " + Native.lastErrno());
    }
  }
}
