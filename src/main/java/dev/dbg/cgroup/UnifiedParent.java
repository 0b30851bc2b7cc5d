package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import java.util.List;
import java.util.Set;

/**
 * The group of the unified hierarchy, cgroups(7), in which dbgd makes groups with limits. A group
 * that enables controllers for its children must have no processes, unless it is the topmost ("no
 * internal processes"): dbgd must be in a leaf beside its sessions.
 */
final class UnifiedParent {
  /** DelegateSubgroup= of dbgd.service: systemd 254 and newer starts dbgd in it. */
  static final String LEAF = "dbgd";

  private UnifiedParent() {}

  /**
   * Finds or makes it, and moves dbgd into a leaf if necessary.
   *
   * @param wanted the controllers to enable for children; if empty, dbgd's own group will do
   */
  static ControlGroup find(ControlGroupHierarchy hierarchy, Set<String> wanted)
      throws KernelException {
    ControlGroup own = ControlGroup.open(hierarchy.own());
    ControlGroup parent = find(own, hierarchy, wanted);
    if (!parent.equals(own)) {
      own.close();
    }
    enable(parent, wanted);
    return parent;
  }

  private static ControlGroup find(
      ControlGroup own, ControlGroupHierarchy hierarchy, Set<String> wanted)
      throws KernelException {
    if (wanted.isEmpty() || isTopmost(own)) {
      return own;
    }
    if (own.path().endsWith(LEAF)) {
      ControlGroup service = ControlGroup.open(own.path().resolve("..").normalize());
      if (service.isEmpty()) {
        return service;
      }
      service.close();
    }
    if (own.members().equals(List.of(ThisProcess.pid()))) {
      moveIntoLeafOf(own);
      return own;
    }
    // Other processes are in dbgd's group: it was started by hand.
    return ControlGroup.open(hierarchy.top());
  }

  /** Only the topmost group has no cgroup.events. */
  private static boolean isTopmost(ControlGroup group) {
    return !group.has("cgroup.events");
  }

  private static void moveIntoLeafOf(ControlGroup own) throws KernelException {
    try (ControlGroup group =
        own.has(LEAF)
            ? ControlGroup.open(own.path().resolve(LEAF))
            : ControlGroup.make(own.path().resolve(LEAF))) {
      group.add(ThisProcess.pid());
    }
  }

  /** Enables {@code controllers} for the children of {@code group}. */
  static void enable(ControlGroup group, Set<String> controllers) throws KernelException {
    List<String> enabled = List.of(group.read("cgroup.subtree_control").strip().split(" ", -1));
    for (String controller : controllers) {
      if (!enabled.contains(controller)) {
        group.write("cgroup.subtree_control", "+" + controller);
      }
    }
  }
}
