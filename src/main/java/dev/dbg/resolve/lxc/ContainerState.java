package dev.dbg.resolve.lxc;

import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.Evidence;
import java.io.IOException;

/**
 * A container at present.
 *
 * @param state the word of a {@link dev.dbg.model.Target}
 * @param pid its first process, 0 if it does not run
 * @param evidence what is true of that process alone
 */
record ContainerState(String state, int pid, Evidence evidence, ResolvedBy way) {
  static final String STOPPED = "stopped";
  static final String RUNNING = "running";

  /** Of a container whose monitor is not asked, or does not answer. */
  static final ContainerState UNKNOWN = stopped("unknown");

  static ContainerState stopped(String state) {
    return new ContainerState(state, 0, Evidence.NONE, ResolvedBy.API);
  }

  /**
   * One whose first process is held.
   *
   * @param process what the monitor handed over, or what was opened before the kernel was asked
   * @param directory was opened by the number of {@code process}
   * @throws IOException if the process has ended: then the directory may be another one's
   */
  static ContainerState held(
      String state, Pid pid, PidFd process, ProcDir directory, ResolvedBy way) throws IOException {
    Evidence evidence =
        process
            .inode()
            .<Evidence>map(Evidence.Handed::new)
            .orElse(new Evidence.StartedIn(directory.startTime()));
    if (!process.isAlive()) {
      throw new IOException("process %s has just ended".formatted(pid));
    }
    return new ContainerState(state, pid.number(), evidence, way);
  }
}
