package dev.dbg.resolve.lxc;

import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import dev.dbg.resolve.container.Evidence;
import java.io.IOException;

/**
 * A container's first process, of which a pidfd was held.
 *
 * @param evidence what is true of that process alone
 */
record HeldInit(Pid pid, Evidence evidence) {
  /**
   * Takes down what identifies a process.
   *
   * @param process what the monitor handed over, or what was opened before the kernel was asked
   * @param directory was opened by the number of {@code process}
   * @throws IOException if the process has ended: then the directory may be another one's
   */
  static HeldInit of(Pid pid, PidFd process, ProcDir directory) throws IOException {
    Evidence evidence =
        process
            .inode()
            .<Evidence>map(Evidence.Handed::new)
            .orElse(new Evidence.StartedIn(directory.startTime()));
    if (!process.isAlive()) {
      throw new IOException("process %s has just ended".formatted(pid));
    }
    return new HeldInit(pid, evidence);
  }
}
