package dev.dbg.resolve;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ProcDir;
import dev.dbg.model.Pid;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * A process that is held while a runtime is asked whether it is a container's.
 *
 * <p>The directory under /proc is opened after the pidfd, and the pidfd is found alive after that:
 * both mean one process.
 */
final class Grip implements AutoCloseable {
  /** How much later than the runtime's own note of the start a process may have started. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final Pid pid;
  private @Nullable PidFd process;
  private @Nullable ProcDir proc;

  private Grip(Pid pid, PidFd process, ProcDir proc) {
    this.pid = pid;
    this.process = process;
    this.proc = proc;
  }

  static Grip on(Pid pid) throws KernelException {
    PidFd process = PidFd.open(pid);
    try {
      return new Grip(pid, process, ProcDir.open(pid));
    } catch (KernelException e) {
      process.close();
      throw e;
    }
  }

  /**
   * Whether what a runtime has just said is about this process: the number is the one it says, the
   * process is alive, and it is no stranger that got the number from a dead container whose end the
   * runtime has not noticed yet: its cgroup names the container, or at least it is not younger than
   * the container.
   */
  boolean isOf(Found found) throws KernelException {
    if (process == null || proc == null || found.target().pid() != pid.number()) {
      return false;
    }
    boolean belongs =
        found.target().runtime().equals(ProcessRuntime.SCHEME)
            || proc.cgroups().contains(found.target().id())
            || found.startedAt().map(this::isNotYoungerThan).orElse(false);
    return belongs && process.isAlive();
  }

  private boolean isNotYoungerThan(String startedAt) {
    try {
      return proc != null && !proc.startInstant().isAfter(Instant.parse(startedAt).plus(SLACK));
    } catch (KernelException | DateTimeParseException e) {
      return false;
    }
  }

  /** Hands the descriptors on: {@link #close} then leaves them alone. */
  HeldTarget confirmed(Found found) throws KernelException {
    if (process == null || proc == null) {
      throw new IllegalStateException("the grip is loose");
    }
    HeldTarget held = HeldTarget.of(found.target(), process, proc);
    process = null;
    proc = null;
    return held;
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    if (proc != null) {
      proc.close();
    }
  }
}
