package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import java.util.List;
import java.util.Set;

/**
 * Where in the unified hierarchy, cgroups(7), dbgd may make groups with limits. A group whose
 * controllers are handed down to its groups may have no process of its own, unless it is the
 * topmost: dbgd must be in a leaf beside its sessions.
 */
final class UnifiedParent {
  /** DelegateSubgroup= of dbgd.service: systemd 254 and newer start dbgd in it. */
  static final String LEAF = "dbgd";

  private UnifiedParent() {}

  /**
   * Finds or makes the place, moving dbgd into a leaf if need be.
   *
   * @param wanted the controllers that are to be handed down; without any there is no such rule
   */
  static ControlGroup find(ControlGroupHierarchy hierarchy, Set<String> wanted)
      throws KernelException {
    ControlGroup own = ControlGroup.open(hierarchy.own());
    ControlGroup parent = find(own, hierarchy, wanted);
    if (parent != own) {
      own.close();
    }
    handDown(parent, wanted);
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
    // Somebody else's processes are beside dbgd: it was started by hand.
    return ControlGroup.open(hierarchy.top());
  }

  /** Of the topmost group alone the kernel tells no events. */
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

  /** What is refused here is missing below, where it is seen. */
  static void handDown(ControlGroup group, Set<String> controllers) throws KernelException {
    List<String> given = List.of(group.read("cgroup.subtree_control").strip().split(" ", -1));
    for (String controller : controllers) {
      if (!given.contains(controller)) {
        group.write("cgroup.subtree_control", "+" + controller);
      }
    }
  }
}
