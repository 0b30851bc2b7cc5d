package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.UserNamespace;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Owner;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process that is held while a runtime is asked whether it is a container's.
 *
 * <p>The directory under /proc is opened after the pidfd, and the pidfd is found alive after that:
 * both mean one process.
 */
public final class PidRef implements AutoCloseable {
  /** How much later than the runtime's own note of the start a process may have started. */
  private static final Duration SLACK = Duration.ofSeconds(2);

  private final Pid pid;
  private @Nullable PidFd process;
  private @Nullable ProcDir proc;

  private PidRef(Pid pid, PidFd process, ProcDir proc) {
    this.pid = pid;
    this.process = process;
    this.proc = proc;
  }

  public static PidRef on(Pid pid) throws KernelException {
    PidFd process = PidFd.open(pid);
    try {
      return new PidRef(pid, process, ProcDir.open(pid));
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
  public boolean isOf(FoundContainer found) throws KernelException {
    if (process == null || proc == null || found.target().pid() != pid.number()) {
      return false;
    }
    boolean belongs =
        found.target().runtime().equals(ProcessRuntime.SCHEME)
            || proc.cgroups().contains(found.target().id())
            || found.startedAt().map(this::isNotYoungerThan).orElse(false);
    return belongs && process.isAlive();
  }

  /**
   * Whether it is one of the user's whose runtime says so: a user can say anything, but lets nobody
   * into what is not theirs. Of root's runtimes every process may be.
   */
  public boolean isTheirs(FoundContainer found) throws KernelException {
    Optional<Owner> owner = found.target().owner();
    return proc != null
        && (owner.isEmpty()
            || UserNamespace.isOwnedBy(proc, NamespaceKind.USER, owner.get().uid()));
  }

  /** What was noted at some time, as it is now: ended, when its process is not there any more. */
  public static FoundContainer checked(FoundContainer found) {
    if (found.target().way() == ResolvedBy.API || !found.target().isRunning()) {
      return found;
    }
    try (PidRef grip = on(new Pid(found.target().pid()))) {
      return grip.isOf(found)
          ? found
          : new FoundContainer(found.target().ended(), Optional.empty());
    } catch (KernelException e) {
      return new FoundContainer(found.target().ended(), Optional.empty());
    }
  }

  /** Whether what is said or noted to run does, as far as a process is told. */
  public static boolean mayStand(FoundContainer found) {
    if (found.target().pid() <= 0) {
      return found.target().way() == ResolvedBy.API;
    }
    try (PidRef grip = on(new Pid(found.target().pid()))) {
      return grip.isOf(found) && grip.isTheirs(found);
    } catch (KernelException e) {
      return false;
    }
  }

  private boolean isNotYoungerThan(String startedAt) {
    try {
      return proc != null && !proc.startInstant().isAfter(Instant.parse(startedAt).plus(SLACK));
    } catch (KernelException | DateTimeParseException e) {
      return false;
    }
  }

  /** Hands the descriptors on: {@link #close} then leaves them alone. */
  public PinnedTarget confirmed(FoundContainer found) throws KernelException {
    if (process == null || proc == null) {
      throw new IllegalStateException("the grip is loose");
    }
    PinnedTarget held = PinnedTarget.of(found.target(), process, proc);
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
