package dev.dbg.kernel.process;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.NewFileSystem;
import org.jspecify.annotations.Nullable;

/**
 * A devpts of dbgd's own, pts(4), which is mounted nowhere: no path leads to its terminals. A
 * terminal belongs to the tool's user, and a user of the host with the same number could open it
 * below the host's {@code /dev/pts}.
 *
 * <p>For any thread.
 */
final class TerminalFiles {
  private static final int NOSUID_AND_NOEXEC = 0x2 | 0x8;

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
    try (NewFileSystem devpts = NewFileSystem.of("devpts")) {
      return devpts
          .with("gid", GROUP)
          .with("mode", "620")
          .with("ptmxmode", "666")
          .mount(NOSUID_AND_NOEXEC);
    }
  }
}
