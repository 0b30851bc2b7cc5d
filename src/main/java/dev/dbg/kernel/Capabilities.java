package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;

import jnr.ffi.Pointer;

/**
 * Which of dbgd's capabilities(7) count for a thread at the moment. A thread that has to do with
 * what strangers send, or what an engine or a log says, has them and none in effect, {@link
 * #lower}; around a call that needs one, {@link #raise} puts them into effect. So a mistake in what
 * reads a stranger's byte is made with the rights of root's files and no others.
 *
 * <p>capset(2) is about the calling thread alone; a thread that it starts begins as it is at that
 * moment. Any thread may call this.
 */
public final class Capabilities {
  private static final int VERSION_3 = 0x20080522;
  private static final int SIZE_OF_HEADER = 8;

  /** Effective, permitted, inheritable: of 32 capabilities, and of the others. */
  private static final int SIZE_OF_SETS = 24;

  private static final int SECOND = 12;
  private static final int PERMITTED = 4;

  private static final Pointer HEADER = header();
  private static final ThreadLocal<Pointer> SETS =
      ThreadLocal.withInitial(() -> Native.allocate(SIZE_OF_SETS));

  private Capabilities() {}

  /** Until this is closed they are in effect. */
  public interface Raised extends AutoCloseable {
    @Override
    void close();
  }

  private static Pointer header() {
    Pointer header = Native.allocate(SIZE_OF_HEADER);
    header.putInt(0, VERSION_3);
    return header;
  }

  /** From here on the thread has none in effect. */
  public static void lower() {
    Pointer sets = read();
    if (areInEffect(sets)) {
      sets.putInt(0, 0);
      sets.putInt(SECOND, 0);
      write(sets);
    }
  }

  /** Puts into effect what the thread has, until it is closed; then the thread is as it was. */
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

  /** Of a thread's own, with none added to what it has, neither fails. */
  private static void require(String call, int result) {
    if (result != 0) {
      throw new IllegalStateException(call + ": " + Native.lastErrno());
    }
  }
}
