package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.UserNamespace;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Target;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A target whose process is held by descriptors. From here on the descriptors identify the process,
 * not its pid.
 *
 * @param target as the runtime described it after the descriptors were opened
 * @param held empty for one of which no process is entered, and which need not run
 * @param isStopped whether it does not run, and its files are to be looked at
 */
public record PinnedTarget(
    Target target, Optional<Held> held, boolean isStopped, List<String> unheard)
    implements Candidate {
  /**
   * A process.
   *
   * @param process the container's first process
   * @param proc the same process's directory under /proc
   * @param startTime in clock ticks since boot
   */
  public record Held(PidFd process, ProcDir proc, long startTime) {}

  /** One of which nothing is entered; it has no namespaces. */
  public static PinnedTarget unheld(Target target) {
    return new PinnedTarget(target, Optional.empty(), false, List.of());
  }

  /** One that does not run, of which nothing but its files is entered. */
  public static PinnedTarget stopped(Target target) {
    return new PinnedTarget(target, Optional.empty(), true, List.of());
  }

  /** The same, with this description. */
  public PinnedTarget as(Target other) {
    return new PinnedTarget(other, held, isStopped, unheard);
  }

  /** The same, where others may have been meant. */
  public PinnedTarget beside(List<String> unheard) {
    return new PinnedTarget(target, held, isStopped, unheard);
  }

  public PidFd process() {
    return held.orElseThrow().process;
  }

  public ProcDir proc() {
    return held.orElseThrow().proc;
  }

  @Override
  public Map<NamespaceKind, String> namespaces(Set<NamespaceKind> kinds) throws KernelException {
    Map<NamespaceKind, String> identities = new EnumMap<>(NamespaceKind.class);
    for (NamespaceKind kind : kinds) {
      identities.put(kind, isStopped ? kind.word() + ":[not running]" : proc().namespace(kind));
    }
    return identities;
  }

  @Override
  public Set<NamespaceKind> notTheirs(Set<NamespaceKind> kinds) throws KernelException {
    Set<NamespaceKind> others = EnumSet.noneOf(NamespaceKind.class);
    if (target.owner().isPresent()) {
      for (NamespaceKind kind : kinds) {
        if (!UserNamespace.isOwnedBy(proc(), kind, target.owner().get().uid())) {
          others.add(kind);
        }
      }
    }
    return others;
  }

  @Override
  public boolean hasRootsMounts() throws KernelException {
    return isStopped || UserNamespace.hasRootsMounts(proc());
  }

  @Override
  public void close() {
    held.ifPresent(
        ends -> {
          ends.process.close();
          ends.proc.close();
        });
  }
}
