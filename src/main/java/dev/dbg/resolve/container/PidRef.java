package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import java.time.Instant;
import java.util.List;
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

  /** Judges a runtime's answer that was given while the process is held. */
  public Evidence.Judgement judge(FoundContainer found) throws KernelException {
    if (process == null || proc == null || found.target().pid() != pid.number()) {
      return Evidence.Judgement.PAST;
    }
    Evidence.Judgement judgement = found.evidence().of(process, proc);
    return process.isAlive() ? judgement : Evidence.Judgement.PAST;
  }

  /**
   * The present state of a container that was read from disk: it has ended if its process is gone,
   * or cannot be proved to be its own. A process of somebody else's is refused later, by name.
   */
  public static FoundContainer checked(FoundContainer found) {
    if (found.target().way() == ResolvedBy.API || !found.target().isRunning()) {
      return found;
    }
    try (PidRef process = on(new Pid(found.target().pid()))) {
      return switch (process.judge(found)) {
        case PROVED, NOT_THEIRS -> found;
        case PAST, UNPROVED -> found.ended();
      };
    } catch (KernelException e) {
      return found.ended();
    }
  }

  /**
   * A container as it is now, by a file with the number of its process: it has ended if there is no
   * such process, or only one that is younger than the file, as far as clocks tell.
   *
   * @param written when the file was written
   */
  public static FoundContainer present(FoundContainer found, Instant written) {
    Pid pid = new Pid(found.target().pid());
    try (PidRef process = on(pid);
        ProcDir proc = ProcDir.open(pid)) {
      return switch (process.judge(found)) {
        case PROVED, NOT_THEIRS -> found;
        case PAST -> found.ended();
        case UNPROVED ->
            proc.startInstant().isAfter(written.plus(Evidence.SLACK)) ? found.ended() : found;
      };
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
      return process.judge(found) == Evidence.Judgement.PROVED;
    } catch (KernelException e) {
      return false;
    }
  }

  /**
   * The target, if the answer is proved: no other code makes one. The descriptors are then the
   * result's, and {@link #close} does not close them.
   */
  public Optional<PinnedTarget> pinned(FoundContainer found) throws KernelException {
    if (process == null || proc == null || judge(found) != Evidence.Judgement.PROVED) {
      return Optional.empty();
    }
    PinnedTarget pinned =
        new PinnedTarget(
            found.target(),
            Optional.of(new PinnedTarget.Held(process, proc, proc.startTime())),
            false,
            List.of());
    process = null;
    proc = null;
    return Optional.of(pinned);
  }

  /**
   * A proved answer, for use as long as this process runs; empty if it is not proved. It must have
   * been given while the process is held.
   */
  public Optional<FoundContainer> known(FoundContainer found) throws KernelException {
    return proc == null || judge(found) != Evidence.Judgement.PROVED
        ? Optional.empty()
        : Optional.of(
            new FoundContainer(
                found.target(), new Evidence.SameStart(found.evidence(), proc.startTime())));
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
