package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.file.RootsGroups;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.UserNamespace;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Uid;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What must be true of the process with a container's pid, so that it is the container's. The pid
 * alone says nothing: it may have been reused, and its runtime may not have noticed yet.
 *
 * <p>Each kind names the author of its fact: the kernel about a process that is held, and root, who
 * runs the runtime. A user of the host, or the owner of a container, can write none of these. What
 * such a person can write proves nothing: the name of a control group below one that is theirs, a
 * title, a name, an id, a pid file, the time of a clock that was set.
 *
 * <p>Immutable, for any thread.
 */
public sealed interface Evidence {
  /** How long after the time that is known of its start a process may have started. */
  Duration SLACK = Duration.ofSeconds(2);

  /** For {@code pid://N}: the operator named the number, and nothing else is claimed. */
  Evidence NUMBER = new Numbered();

  /** For a container of which no process is known, or nothing that would prove one. */
  Evidence NONE = new InGroup(List.of());

  /** What the kernel says of the process; both are held, and refer to the same process. */
  Judgement of(PidFd process, ProcDir proc) throws KernelException;

  /** What is known of a runtime's answer that was given while a process was held. */
  enum Judgement {
    /** It is about this process, and evidence proves that. */
    PROVED,
    /** It is about another process, or this one has ended. */
    PAST,
    /** Nothing proves that it is about this process. */
    UNPROVED,
    /** A user's engine names a process that is not that user's. */
    NOT_THEIRS
  }

  /**
   * What proved a process once, and the clock tick in which that process started: for an answer
   * that is used again. A process that has got the number since started in another one.
   */
  record SameStart(Evidence then, long tick) implements Evidence {
    @Override
    public Judgement of(PidFd process, ProcDir proc) throws KernelException {
      return proc.startTime() == tick ? then.of(process, proc) : Judgement.PAST;
    }
  }

  private static Judgement provedIf(boolean proved) {
    return proved ? Judgement.PROVED : Judgement.UNPROVED;
  }

  /** Every process is the one with its own number. */
  record Numbered() implements Evidence {
    @Override
    public Judgement of(PidFd process, ProcDir proc) {
      return Judgement.PROVED;
    }
  }

  /**
   * The process is in a control group that root's runtime made for this container alone, or below
   * that group. The whole path is compared, from the top of the hierarchy, and each group above it
   * must be one in which only root can make groups, {@link RootsGroups}. The last element names the
   * container, so nobody else is in that group while it exists.
   *
   * @param usual the paths that the runtime makes unless it was told otherwise, as in
   *     proc_pid_cgroup(5)
   * @param told further paths, read only if none of the usual ones fits: root's files about the
   *     container name them
   */
  record InGroup(List<String> usual, Supplier<List<String>> told) implements Evidence {
    public InGroup {
      usual = List.copyOf(usual);
    }

    public InGroup(List<String> usual) {
      this(usual, List::of);
    }

    /** The same, if root's files name further paths. */
    public InGroup orAs(Supplier<List<String>> files) {
      return new InGroup(usual, files);
    }

    @Override
    public Judgement of(PidFd process, ProcDir proc) throws KernelException {
      String groups = proc.cgroups();
      return provedIf(isIn(groups, usual) || isIn(groups, told.get()));
    }

    private static boolean isIn(String groups, List<String> paths) {
      return paths.stream().anyMatch(path -> RootsGroups.contain(groups, path));
    }
  }

  /**
   * The process's inode in pidfs, which no other process has had since the host's boot. Whoever
   * told it held the process: the runtime that handed over a pidfd, or that keeps one.
   */
  record Handed(long inode) implements Evidence {
    @Override
    public Judgement of(PidFd process, ProcDir proc) throws KernelException {
      return provedIf(process.inode().filter(found -> found == inode).isPresent());
    }
  }

  /**
   * The clock tick after the host's boot in which the process started, read while a pidfd that the
   * runtime handed over was held: for kernels without pidfs. For another process to have the same
   * number and tick, all numbers would have to be used up in the hundredth of a second in which the
   * container started.
   */
  record StartedIn(long tick) implements Evidence {
    @Override
    public Judgement of(PidFd process, ProcDir proc) throws KernelException {
      return provedIf(proc.startTime() == tick);
    }
  }

  /**
   * The process is in a user namespace of the user whose engine names it: that is the kernel's word
   * and the only proof. The other facts are the user's own. They prove nothing, but where none of
   * them fits, the process is another one of the same user's.
   *
   * @param id the container's, in the path of its control group, if the user may make one, and in
   *     those of files that the engine mounts for it: they fit also after the clock was set
   * @param startedAt the container's start by the engine's clock, RFC 3339
   */
  record OfOwner(Uid owner, String id, Optional<String> startedAt) implements Evidence {
    @Override
    public Judgement of(PidFd process, ProcDir proc) throws KernelException {
      if (!UserNamespace.isOwnedBy(proc, NamespaceKind.USER, owner)) {
        return Judgement.NOT_THEIRS;
      }
      return provedIf(
          names(proc.cgroups()) || isAsOld(proc) || proc.mounts().filter(this::names).isPresent());
    }

    private boolean names(String facts) {
      return !id.isEmpty() && facts.contains(id);
    }

    private boolean isAsOld(ProcDir proc) throws KernelException {
      try {
        return startedAt.isPresent()
            && !proc.startInstant().isAfter(Instant.parse(startedAt.get()).plus(SLACK));
      } catch (DateTimeParseException e) {
        return false;
      }
    }
  }
}
