package dev.dbg.kernel.process;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import org.jspecify.annotations.Nullable;

/**
 * A devpts of dbgd's own, pts(4), which is mounted nowhere: no path leads to its terminals. A
 * terminal belongs to the tool's user, and a user of the host with the same number could open it
 * below the host's {@code /dev/pts}.
 *
 * <p>For any thread.
 */
final class TerminalFiles {
  private static final long SYS_FSOPEN = 430;
  private static final long SYS_FSCONFIG = 431;
  private static final long SYS_FSMOUNT = 432;
  private static final int CLOEXEC = 1;
  private static final int SET_STRING = 1;
  private static final int CREATE = 6;
  private static final String TYPE = "devpts";

  /** The group {@code tty}, which has this number everywhere; write(1) belongs to it. */
  private static final String GROUP = "5";

  private static @Nullable Fd root;

  private TerminalFiles() {}

  /** The path by which a new terminal's master is opened. */
  static synchronized String multiplexer() throws KernelException {
    Fd made = root;
    if (made == null) {
      made = make();
      root = made;
    }
    return made.path() + "/ptmx";
  }

  private static Fd make() throws KernelException {
    try (Fd context = new Fd(Native.syscallRaised("fsopen", TYPE, SYS_FSOPEN, TYPE, CLOEXEC))) {
      set(context, "gid", GROUP);
      set(context, "mode", "620");
      set(context, "ptmxmode", "666");
      int _ =
          Native.syscallRaised("fsconfig", TYPE, SYS_FSCONFIG, context.number(), CREATE, 0L, 0L, 0);
      // MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC
      return new Fd(
          Native.syscallRaised("fsmount", TYPE, SYS_FSMOUNT, context.number(), CLOEXEC, 0xA));
    }
  }

  private static void set(Fd context, String key, String value) throws KernelException {
    int _ =
        Native.syscallRaised(
            "fsconfig", TYPE, SYS_FSCONFIG, context.number(), SET_STRING, key, value, 0);
  }
}
