package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * A hierarchy in which dbgd makes a group for each session, cgroups(7).
 *
 * @param home the group that holds the sessions' groups
 * @param unified whether it is the version 2 hierarchy
 * @param delegatesToNamespaces whether cgroup namespaces are delegation boundaries (nsdelegate)
 * @param controllers which of {@link #PIDS} and {@link #MEMORY} are limited in it
 * @param ownTasks with version 1, the {@code tasks} file of dbgd's own group
 */
record SessionHierarchy(
    DaemonGroup home,
    boolean unified,
    boolean delegatesToNamespaces,
    Set<String> controllers,
    Optional<ControlGroupFile> ownTasks) {
  static final String PIDS = "pids";
  static final String MEMORY = "memory";
  static final Set<String> LIMITING = Set.of(PIDS, MEMORY);

  static SessionHierarchy in(ControlGroupHierarchy hierarchy, Set<String> controllers)
      throws IOException {
    try (ControlGroup parent =
        hierarchy.unified()
            ? UnifiedParent.find(hierarchy, controllers)
            : ControlGroup.open(hierarchy.own())) {
      DaemonGroup home = DaemonGroup.make(parent);
      try {
        if (hierarchy.unified()) {
          UnifiedParent.enable(home.group(), controllers);
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

  ControlGroup make(String name, GroupLimits limits) throws KernelException {
    ControlGroup group = ControlGroup.make(home.group().path().resolve(name));
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

  /** Swap counts as memory if the kernel counts it. */
  private void limitMemory(ControlGroup group, long bytes) throws KernelException {
    String most = Long.toString(bytes);
    if (unified) {
      group.write("memory.max", most);
      if (group.has("memory.swap.max")) {
        group.write("memory.swap.max", "0");
      }
      // If the OOM killer kills one process of the tool, it kills all.
      group.write("memory.oom.group", "1");
    } else {
      group.write("memory.limit_in_bytes", most);
      if (group.has("memory.memsw.limit_in_bytes")) {
        group.write("memory.memsw.limit_in_bytes", most);
      }
    }
  }

  @Override
  public String toString() {
    return home.group().path() + (unified ? " (version 2)" : " (version 1)");
  }
}
