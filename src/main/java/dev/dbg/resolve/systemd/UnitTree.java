package dev.dbg.resolve.systemd;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The control groups of the system manager's services and scopes: {@code SLICE/…/NAME.service}
 * below the group in which process 1 has its {@code init.scope}, systemd.slice(5).
 *
 * <p>Only slices are searched. All their groups are made by the manager, except below a service or
 * scope that has delegated its own group, which may be a user's: groups there may have any name. So
 * may the groups that liblxc makes beside the slices: a container may be called {@code x.slice}.
 *
 * @param top the directory of the topmost group
 * @param path the same group's path in proc_pid_cgroup(5), empty for the root
 */
record UnitTree(Path top, String path) {
  private static final Pid MANAGER = new Pid(1);
  private static final String MANAGERS_GROUP = "/init.scope";
  private static final String SLICE = ".slice";
  private static final String SCOPE = ".scope";
  private static final String USUAL = "system" + SLICE;

  /** Users' own managers are below this one. */
  private static final String USERS = "user" + SLICE;

  /** What liblxc makes, such as {@code lxc.payload.NAME}, whatever the container's name is. */
  private static final String LXC = "lxc.";

  private static final int DEEPEST = 16;

  /**
   * The group of a service or scope.
   *
   * @param unit its name: {@code nginx.service}
   * @param path its path in proc_pid_cgroup(5)
   */
  record Group(String unit, Path directory, String path) {
    private static final String SERVICE = ".service";

    boolean isService() {
      return unit.endsWith(SERVICE);
    }
  }

  /** Empty if process 1 is not systemd, or its groups are not mounted. */
  static Optional<UnitTree> find() throws IOException {
    String groups = groupsOfManager();
    for (ControlGroupHierarchy hierarchy : ControlGroupHierarchy.of(groups)) {
      Optional<String> path =
          KernelText.lines(groups)
              .filter(line -> line.endsWith(MANAGERS_GROUP))
              .filter(line -> hierarchy.isOf(line.split(":", 3)[1]))
              .map(line -> line.split(":", 3)[2])
              .findFirst();
      Path own = hierarchy.own();
      if (path.isPresent() && own.endsWith("init.scope") && Files.isDirectory(own)) {
        return Optional.of(
            new UnitTree(
                own.resolve("..").normalize(),
                path.get().substring(0, path.get().length() - MANAGERS_GROUP.length())));
      }
    }
    return Optional.empty();
  }

  private static String groupsOfManager() throws KernelException {
    try (ProcDir manager = ProcDir.open(MANAGER)) {
      return manager.cgroups();
    }
  }

  /** The group of a service or scope; empty if it has none: it does not run. */
  Optional<Group> group(String unit) throws IOException {
    Path usual = top.resolve(USUAL).resolve(unit);
    if (Files.isDirectory(usual, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(new Group(unit, usual, path + "/" + USUAL + "/" + unit));
    }
    return groups().stream().filter(group -> group.unit().equals(unit)).findFirst();
  }

  /** The groups of all services and scopes that run; none if there is no such tree. */
  static List<Group> allGroups() throws IOException {
    Optional<UnitTree> tree = find();
    return tree.isEmpty() ? List.of() : tree.get().groups();
  }

  /** The groups of all services and scopes that run. */
  List<Group> groups() throws IOException {
    List<Group> groups = new ArrayList<>();
    addAll(top, path, DEEPEST, groups);
    return groups;
  }

  private static void addAll(Path directory, String path, int depth, List<Group> groups)
      throws IOException {
    try (DirectoryStream<Path> below = Files.newDirectoryStream(directory, Files::isDirectory)) {
      for (Path group : below) {
        String name = group.getFileName().toString();
        if (name.startsWith(LXC)) {
          continue;
        }
        if (name.endsWith(Group.SERVICE) || name.endsWith(SCOPE)) {
          groups.add(new Group(name, group, path + "/" + name));
        } else if (name.endsWith(SLICE) && !name.equals(USERS) && depth > 0) {
          addAll(group, path + "/" + name, depth - 1, groups);
        }
      }
    }
  }
}
