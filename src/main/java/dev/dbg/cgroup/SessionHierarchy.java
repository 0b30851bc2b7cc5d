package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A hierarchy in which dbgd makes a group for each session, cgroups(7).
 *
 * @param unified whether it is that of version 2
 * @param delegatesToNamespaces whether its members are kept within their cgroup namespace
 * @param controllers {@link #PIDS} and {@link #MEMORY}, those of them that it limits
 * @param wayBack of version 1, the file that makes a thread of dbgd's a member of dbgd's own group
 *     again
 */
record SessionHierarchy(
    DaemonGroup home,
    boolean unified,
    boolean delegatesToNamespaces,
    Set<String> controllers,
    Optional<ControlGroupFile> wayBack) {
  static final String PIDS = "pids";
  static final String MEMORY = "memory";
  static final Set<String> LIMITING = Set.of(PIDS, MEMORY);

  static SessionHierarchy in(ControlGroupHierarchy hierarchy, Set<String> wanted)
      throws IOException {
    Set<String> controllers = new HashSet<>(wanted);
    controllers.retainAll(hierarchy.controllers());
    try (ControlGroup parent =
        hierarchy.unified()
            ? UnifiedParent.find(hierarchy, controllers)
            : ControlGroup.open(hierarchy.own())) {
      DaemonGroup home = DaemonGroup.make(parent);
      try {
        if (hierarchy.unified()) {
          UnifiedParent.handDown(home.group(), controllers);
        }
        return new SessionHierarchy(
            home,
            hierarchy.unified(),
            hierarchy.delegatesToNamespaces(),
            controllers,
            hierarchy.unified() ? Optional.empty() : Optional.of(parent.writing("tasks")));
      } catch (IOException e) {
        home.close();
        throw e;
      }
    }
  }

  /** A group in which {@code limits} hold. */
  ControlGroup make(String name, GroupLimits limits) throws KernelException {
    ControlGroup group = home.make(name);
    try {
      if (controllers.contains(PIDS)) {
        group.write("pids.max", Integer.toString(limits.processes()));
      }
      if (controllers.contains(MEMORY)) {
        limitMemory(group, limits.memory().bytes());
      }
      return group;
    } catch (KernelException e) {
      group.remove();
      throw e;
    }
  }

  /** Swap is counted as memory where the kernel counts it at all. */
  private void limitMemory(ControlGroup group, long bytes) throws KernelException {
    String most = Long.toString(bytes);
    if (unified) {
      group.write("memory.max", most);
      if (group.has("memory.swap.max")) {
        group.write("memory.swap.max", "0");
      }
      // What is left of a tool that lost a process is not worth keeping.
      group.write("memory.oom.group", "1");
    } else {
      group.write("memory.limit_in_bytes", most);
      if (group.has("memory.memsw.limit_in_bytes")) {
        group.write("memory.memsw.limit_in_bytes", most);
      }
    }
  }

  /** The file that counts the processes killed for their memory. */
  String killsFile() {
    return unified ? "memory.events" : "memory.oom_control";
  }

  /** The file that tells how many bytes a group is charged for. */
  String memoryUsedFile() {
    return unified ? "memory.current" : "memory.usage_in_bytes";
  }

  /** The file that tells how many they were at most. */
  String memoryPeakFile() {
    return unified ? "memory.peak" : "memory.max_usage_in_bytes";
  }

  @Override
  public String toString() {
    return home.group().path() + (unified ? " (version 2)" : " (version 1)");
  }
}
