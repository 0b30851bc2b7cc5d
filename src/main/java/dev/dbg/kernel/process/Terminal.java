package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import java.lang.ref.Reference;
import jnr.ffi.Pointer;

/**
 * A pseudo-terminal, pty(7), by its two ends. It is gone with its last descriptor.
 *
 * <p>Any thread.
 */
public final class Terminal {
  private static final String MULTIPLEXER = "/dev/ptmx";
  private static final int O_NOCTTY = 0x100;

  private static final long TCGETS = 0x5401;
  private static final long TCSETS = 0x5402;
  private static final long TIOCSWINSZ = 0x5414;
  private static final long TIOCSPTLCK = 0x40045431L;
  private static final long TIOCGPTPEER = 0x5441;

  /** The kernel's struct termios: four words of modes, the line, 19 characters. */
  private static final int SIZE_OF_TERMIOS = 36;

  private static final int INPUT_MODES = 0;
  private static final int OUTPUT_MODES = 4;
  private static final int LOCAL_MODES = 12;

  private Terminal() {}

  /**
   * A terminal's size, in characters; 0 where it is not known.
   *
   * @param rows at most 65535
   * @param columns likewise
   */
  public record Size(int rows, int columns) {}

  /** The master of a new one. The slave is locked. */
  public static Fd openMaster() throws KernelException {
    return new Fd(
        checkInt(
            "open",
            MULTIPLEXER,
            () ->
                LIBC.openat(
                    AT_FDCWD, MULTIPLEXER, Native.O_RDWR | O_NOCTTY | Native.O_CLOEXEC, 0)));
  }

  /**
   * The slave of a master: one that passes on what is written to it as it is, and echoes nothing.
   */
  public static Fd openRawSlave(Fd master) throws KernelException {
    Pointer unlocked = Native.allocate(4);
    control(master, TIOCSPTLCK, "TIOCSPTLCK", unlocked);
    int flags = Native.O_RDWR | O_NOCTTY | Native.O_CLOEXEC;
    Fd slave =
        new Fd(
            checkInt(
                "ioctl",
                "TIOCGPTPEER",
                () ->
                    LIBC.ioctl(master.number(), TIOCGPTPEER, Pointer.wrap(Native.RUNTIME, flags))));
    boolean raw = false;
    try {
      Pointer modes = Native.allocate(SIZE_OF_TERMIOS);
      control(slave, TCGETS, "TCGETS", modes);
      modes.putInt(INPUT_MODES, 0);
      modes.putInt(OUTPUT_MODES, 0);
      modes.putInt(LOCAL_MODES, 0);
      control(slave, TCSETS, "TCSETS", modes);
      raw = true;
      return slave;
    } finally {
      if (!raw) {
        slave.close();
      }
    }
  }

  /** Gives the terminal of a master another size: who is in its foreground gets SIGWINCH. */
  public static void resize(Fd master, Size size) throws KernelException {
    Pointer winsize = Native.allocate(8);
    winsize.putShort(0, (short) size.rows());
    winsize.putShort(2, (short) size.columns());
    control(master, TIOCSWINSZ, "TIOCSWINSZ", winsize);
  }

  private static void control(Fd fd, long request, String name, Pointer argument)
      throws KernelException {
    try {
      int _ = checkInt("ioctl", name, () -> LIBC.ioctl(fd.number(), request, argument));
    } finally {
      Reference.reachabilityFence(argument);
    }
  }
}
