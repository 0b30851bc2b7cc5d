package dev.dbg.resolve;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ProcDir;
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
 * @param namespaces what identifies each of its namespaces: {@code net:[4026532341]}
 */
public record HeldTarget(
    Target target,
    PidFd process,
    ProcDir proc,
    long startTime,
    Map<NamespaceKind, String> namespaces)
    implements AutoCloseable {
  public HeldTarget {
    namespaces = Map.copyOf(namespaces);
  }

  static HeldTarget of(Target target, PidFd process, ProcDir proc) throws KernelException {
    return new HeldTarget(target, process, proc, proc.startTime(), namespaces(proc));
  }

  private static Map<NamespaceKind, String> namespaces(ProcDir proc) throws KernelException {
    Map<NamespaceKind, String> identities = new EnumMap<>(NamespaceKind.class);
    for (NamespaceKind kind : NamespaceKind.values()) {
      identities.put(kind, proc.namespace(kind));
    }
    return identities;
  }

  /** Those of {@code selected} that are {@code host}'s own. */
  public Set<NamespaceKind> sharedWith(
      Map<NamespaceKind, String> host, Set<NamespaceKind> selected) {
    Set<NamespaceKind> shared = EnumSet.noneOf(NamespaceKind.class);
    for (NamespaceKind kind : selected) {
      if (String.valueOf(host.get(kind)).equals(namespaces.get(kind))) {
        shared.add(kind);
      }
    }
    return shared;
  }

  @Override
  public void close() {
    process.close();
    proc.close();
  }
}
