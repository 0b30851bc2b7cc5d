package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.file.NewFileSystem;
import jnr.ffi.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * Pseudo-terminals, pty(7). A terminal exists until its last descriptor is closed.
 *
 * <p>They are in a devpts of dbgd's own, pts(4), which is mounted nowhere: no path leads to them. A
 * terminal belongs to the tool's user, and a user of the host with the same number could open it
 * below the host's {@code /dev/pts}.
 *
 * <p>For any thread.
 */
public final class Terminal {
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

  private static final int NOSUID_AND_NOEXEC = 0x2 | 0x8;

  /** The group {@code tty}, which has this number everywhere; write(1) belongs to it. */
  private static final String GROUP = "5";

  private static @Nullable Fd files;

  private Terminal() {}

  /**
   * A terminal's size in characters; 0 if unknown.
   *
   * @param rows at most 65535
   * @param columns likewise
   */
  public record Size(int rows, int columns) {}

  /**
   * Opens the master of a new pseudo-terminal. Its slave is locked, and belongs to the user as whom
   * the thread opens files.
   */
  public static Fd openMaster() throws KernelException {
    return Fd.open(files().path() + "/ptmx", Native.O_RDWR | O_NOCTTY);
  }

  private static synchronized Fd files() throws KernelException {
    Fd made = files;
    if (made == null) {
      try (NewFileSystem devpts = NewFileSystem.of("devpts")) {
        made =
            devpts
                .with("gid", GROUP)
                .with("mode", "620")
                .with("ptmxmode", "666")
                .mount(NOSUID_AND_NOEXEC);
        files = made;
      }
    }
    return made;
  }

  /** Opens the slave of a master in raw mode: bytes pass unchanged, and nothing is echoed. */
  public static Fd openRawSlave(Fd master) throws KernelException {
    Pointer unlocked = Native.allocate(4);
    control(master, TIOCSPTLCK, "TIOCSPTLCK", unlocked);
    int flags = Native.O_RDWR | O_NOCTTY | Native.O_CLOEXEC;
    Pointer argument = Pointer.wrap(Native.RUNTIME, flags);
    Fd slave =
        Native.checkFd(
            "ioctl", "TIOCGPTPEER", () -> LibC.ioctl(master.number(), TIOCGPTPEER, argument));
    try {
      Pointer modes = Native.allocate(SIZE_OF_TERMIOS);
      control(slave, TCGETS, "TCGETS", modes);
      modes.putInt(INPUT_MODES, 0);
      modes.putInt(OUTPUT_MODES, 0);
      modes.putInt(LOCAL_MODES, 0);
      control(slave, TCSETS, "TCSETS", modes);
      return slave;
    } catch (Throwable e) {
      slave.close();
      throw e;
    }
  }

  /** Sets the terminal's size: its foreground process group gets SIGWINCH if that changed. */
  public static void resize(Fd master, Size size) throws KernelException {
    Pointer winsize = Native.allocate(8);
    winsize.putShort(0, (short) size.rows());
    winsize.putShort(2, (short) size.columns());
    control(master, TIOCSWINSZ, "TIOCSWINSZ", winsize);
  }

  private static void control(Fd fd, long request, String name, Pointer argument)
      throws KernelException {
    require("ioctl", name, () -> LibC.ioctl(fd.number(), request, argument));
  }
}
