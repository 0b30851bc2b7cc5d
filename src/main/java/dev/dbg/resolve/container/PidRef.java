package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.UserNamespace;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target.Owner;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A process, held by a pidfd while a runtime is asked whether it is a container's.
 *
 * <p>The directory under /proc is opened after the pidfd, and the process is alive after that, so
 * both refer to the same process.
 */
public final class PidRef implements AutoCloseable {
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
   * Whether a runtime's answer, given while the process is held, is about this process: the pid is
   * the same, the process is alive, and the answer's proof holds: the pid has not been reused after
   * the end of a container that the runtime has not noticed yet.
   */
  public boolean isOf(FoundContainer found) throws KernelException {
    if (process == null || proc == null || found.target().pid() != pid.number()) {
      return false;
    }
    boolean belongs = found.proof().holds(process, proc);
    return belongs && process.isAlive();
  }

  /**
   * Whether the process is in a user namespace of the user whose runtime names it; a user's Podman
   * may name any process. Root's runtimes are trusted to name any process.
   */
  public boolean isTheirs(FoundContainer found) throws KernelException {
    Optional<Owner> owner = found.target().owner();
    return proc != null
        && (owner.isEmpty()
            || UserNamespace.isOwnedBy(proc, NamespaceKind.USER, owner.get().uid()));
  }

  /**
   * The present state of a container that was read from disk: it has ended if its process is gone.
   */
  public static FoundContainer checked(FoundContainer found) {
    if (found.target().way() == ResolvedBy.API || !found.target().isRunning()) {
      return found;
    }
    try (PidRef process = on(new Pid(found.target().pid()))) {
      return process.isOf(found) ? found : found.ended();
    } catch (KernelException e) {
      return found.ended();
    }
  }

  /** Whether a container that is listed as running still runs, as far as its pid is known. */
  public static boolean isRunning(FoundContainer found) {
    if (found.target().pid() <= 0) {
      return found.target().way() == ResolvedBy.API;
    }
    try (PidRef process = on(new Pid(found.target().pid()))) {
      return process.isOf(found) && process.isTheirs(found);
    } catch (KernelException e) {
      return false;
    }
  }

  /** Transfers the descriptors to the result: {@link #close} then does not close them. */
  public PinnedTarget confirmed(FoundContainer found) throws KernelException {
    if (process == null || proc == null) {
      throw new IllegalStateException("the descriptors are handed on already");
    }
    PinnedTarget pinned = new PinnedTarget(found.target(), process, proc, proc.startTime());
    process = null;
    proc = null;
    return pinned;
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
