package dev.dbg.resolve;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ProcDir;
import dev.dbg.kernel.UserNamespace;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Target;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * A target whose process is held: from here on only the descriptors mean it, never its number.
 *
 * @param target what the runtime said after the descriptors were held
 * @param process the container's first process
 * @param proc the same process's directory under /proc
 * @param startTime in clock ticks since boot
 */
public record HeldTarget(Target target, PidFd process, ProcDir proc, long startTime)
    implements AutoCloseable {

  static HeldTarget of(Target target, PidFd process, ProcDir proc) throws KernelException {
    return new HeldTarget(target, process, proc, proc.startTime());
  }

  /** What identifies each of {@code kinds} of its namespaces: {@code net:[4026532341]}. */
  public Map<NamespaceKind, String> namespaces(Set<NamespaceKind> kinds) throws KernelException {
    Map<NamespaceKind, String> identities = new EnumMap<>(NamespaceKind.class);
    try (Capabilities.Raised _ = Capabilities.raise()) {
      for (NamespaceKind kind : kinds) {
        identities.put(kind, proc.namespace(kind));
      }
    }
    return identities;
  }

  /**
   * Which of {@code kinds} of its namespaces are not its owner's; none when it is root's. A process
   * of a user's may well be in namespaces of somebody else's, without the user having a say there.
   */
  public Set<NamespaceKind> notTheirs(Set<NamespaceKind> kinds) throws KernelException {
    Set<NamespaceKind> others = EnumSet.noneOf(NamespaceKind.class);
    if (target.owner().isPresent()) {
      for (NamespaceKind kind : kinds) {
        if (!UserNamespace.isOwnedBy(proc, kind, target.owner().get().uid())) {
          others.add(kind);
        }
      }
    }
    return others;
  }

  @Override
  public void close() {
    process.close();
    proc.close();
  }
}
