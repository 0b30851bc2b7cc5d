package dev.dbg.kernel.cgroup;

import dev.dbg.kernel.KernelText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A mounted hierarchy of control groups, cgroups(7).
 *
 * @param unified whether it is the version 2 hierarchy
 * @param delegatesToNamespaces whether cgroup namespaces are delegation boundaries, the mount
 *     option {@code nsdelegate}
 * @param controllers the controllers bound to it: for version 1 the mounted ones, for version 2
 *     those of its topmost visible group
 * @param top the directory of the topmost visible group
 * @param own the directory of this process's group
 * @param isWhole whether the topmost visible group is that of the hierarchy
 */
public record ControlGroupHierarchy(
    boolean unified,
    boolean delegatesToNamespaces,
    Set<String> controllers,
    Path top,
    Path own,
    boolean isWhole) {

  /** The hierarchies mounted in the main thread's mount namespace, including read-only ones. */
  public static List<ControlGroupHierarchy> ofThisProcess() throws IOException {
    List<ControlGroupHierarchy> found =
        parse(
            Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1),
            Files.readString(Path.of("/proc/self/cgroup"), StandardCharsets.ISO_8859_1));
    List<ControlGroupHierarchy> complete = new ArrayList<>();
    for (ControlGroupHierarchy hierarchy : found) {
      complete.add(hierarchy.unified ? hierarchy.withControllersOfTop() : hierarchy);
    }
    return complete;
  }

  /**
   * The same hierarchies, with the group of another process as {@link #own}, and without the
   * controllers of version 2. Those that are not mounted so that its group can be seen are left
   * out.
   *
   * @param groups its proc_pid_cgroup(5)
   */
  public static List<ControlGroupHierarchy> of(String groups) throws IOException {
    return parse(
        Files.readString(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1), groups);
  }

  private ControlGroupHierarchy withControllersOfTop() throws IOException {
    String words = Files.readString(top.resolve("cgroup.controllers")).strip();
    return new ControlGroupHierarchy(
        true,
        delegatesToNamespaces,
        words.isEmpty() ? Set.of() : Set.of(words.split(" ", -1)),
        top,
        own,
        isWhole);
  }

  /**
   * The hierarchies that a process sees, without the controllers of version 2.
   *
   * @param mounts its proc_pid_mountinfo(5)
   * @param groups its proc_pid_cgroup(5)
   */
  static List<ControlGroupHierarchy> parse(String mounts, String groups) {
    List<ControlGroupHierarchy> found = new ArrayList<>();
    for (String line : (Iterable<String>) KernelText.lines(mounts)::iterator) {
      String[] halves = line.split(" - ", 2);
      String[] left = halves[0].split(" ", -1);
      String[] right = halves.length < 2 ? new String[0] : halves[1].split(" ", -1);
      if (left.length < 5 || right.length < 3) {
        continue;
      }
      boolean unified = right[0].equals("cgroup2");
      if (!unified && !right[0].equals("cgroup")) {
        continue;
      }
      Set<String> options = new HashSet<>(Arrays.asList(right[2].split(",", -1)));
      Optional<Member> member =
          KernelText.lines(groups)
              .map(Member::of)
              .filter(m -> m.isOf(unified, options))
              .findFirst();
      Optional<Path> own = member.flatMap(m -> m.below(left[3], left[4]));
      own.ifPresent(
          path ->
              found.add(
                  new ControlGroupHierarchy(
                      unified,
                      options.contains("nsdelegate"),
                      unified ? Set.of() : member.get().controllers(),
                      Path.of(left[4]),
                      path,
                      left[3].equals("/"))));
    }
    return found;
  }

  /** Whether it is the one of a line of proc_pid_cgroup(5) with these controllers. */
  public boolean isOf(String words) {
    return unified
        ? words.isEmpty()
        : controllers.equals(new HashSet<>(Arrays.asList(words.split(",", -1))));
  }

  /** A line of proc_pid_cgroup(5): {@code ID:CONTROLLERS:PATH}. */
  private record Member(Set<String> controllers, String path) {
    static Member of(String line) {
      String[] fields = line.split(":", 3);
      return new Member(
          fields[1].isEmpty() ? Set.of() : new HashSet<>(Arrays.asList(fields[1].split(",", -1))),
          fields[2]);
    }

    boolean isOf(boolean unified, Set<String> options) {
      return unified == controllers.isEmpty() && options.containsAll(controllers);
    }

    /** The group's directory, if the mount at {@code place} shows the group {@code root}. */
    Optional<Path> below(String root, String place) {
      Path relative = Path.of(root).relativize(Path.of(path));
      return relative.startsWith("..") || path.startsWith("/..")
          ? Optional.empty()
          : Optional.of(Path.of(place).resolve(relative));
    }
  }
}
