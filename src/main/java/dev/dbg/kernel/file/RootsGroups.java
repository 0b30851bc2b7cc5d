package dev.dbg.kernel.file;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Tells whether a process is in a control group that only root can have made, cgroups(7). Whoever
 * owns a group makes others below it, with any name, and moves processes into them: service
 * managers give every user such a group, "Delegation" in cgroups(7). So a name proves nothing, and
 * a path only if every group above it belongs to root and is not writable by others.
 *
 * <p>For any thread.
 */
public final class RootsGroups {
  // Mounted hierarchies stay where they are; a hierarchy that is missing here is looked for again.
  private static volatile List<ControlGroupHierarchy> hierarchies = List.of();

  private RootsGroups() {}

  /**
   * Whether the process is in the group of that path or in one below it, in at least one hierarchy
   * in which only root can make that group.
   *
   * @param groups the process's proc_pid_cgroup(5)
   * @param path from the top of the hierarchy: {@code /system.slice/nginx.service}
   */
  public static boolean contain(String groups, String path) {
    return KernelText.lines(groups)
        .map(line -> line.split(":", 3))
        .filter(fields -> fields.length == 3 && isWithin(fields[2], path))
        .anyMatch(fields -> onlyRootMakes(fields[1], path));
  }

  /**
   * Whether a group is the one of that path, or below it: {@code /a-1} is not within {@code /a}.
   */
  static boolean isWithin(String group, String path) {
    return group.equals(path) || (group.startsWith(path + "/") && !group.contains("/../"));
  }

  private static boolean onlyRootMakes(String controllers, String path) {
    Optional<Path> top = top(controllers);
    if (top.isEmpty()) {
      return false;
    }
    Path directory = top.get();
    for (Path element : Path.of("/").relativize(Path.of(path))) {
      if (!isRootsAlone(directory)) {
        return false;
      }
      directory = directory.resolve(element);
    }
    return true;
  }

  private static boolean isRootsAlone(Path directory) {
    String name = directory.toString();
    int flags = Native.O_PATH | Native.O_DIRECTORY | Native.O_NOFOLLOW;
    try (Fd fd = Fd.open(name, flags)) {
      // The topmost group of a container of LXC's, in which dbgd may run, is writable by group 0.
      return FileStatus.of(fd).isRootsAlone();
    } catch (KernelException e) {
      return false;
    }
  }

  /** Where the whole hierarchy is mounted; empty if a part of it is, or none. */
  private static Optional<Path> top(String controllers) {
    Optional<Path> known = among(hierarchies, controllers);
    if (known.isPresent()) {
      return known;
    }
    try {
      hierarchies = ControlGroupHierarchy.ofThisProcess();
    } catch (IOException e) {
      return Optional.empty();
    }
    return among(hierarchies, controllers);
  }

  private static Optional<Path> among(List<ControlGroupHierarchy> some, String controllers) {
    return some.stream()
        .filter(hierarchy -> hierarchy.isWhole() && hierarchy.isOf(controllers))
        .map(ControlGroupHierarchy::top)
        .findFirst();
  }
}
