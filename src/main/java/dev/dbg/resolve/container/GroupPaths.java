package dev.dbg.resolve.container;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Paths of runtimes' control groups, as in proc_pid_cgroup(5). Pure functions. */
public final class GroupPaths {
  private static final String SLICE = ".slice";

  /** {@code linux.cgroupsPath} for a service manager: {@code SLICE:PREFIX:NAME}. */
  private static final Pattern FOR_SYSTEMD = Pattern.compile("([^:/]*):([^:/]*):([^:/]+)");

  private static final Pattern ABSOLUTE = Pattern.compile("(/[^:/\n]+)++");

  private GroupPaths() {}

  /**
   * Those of Docker, for both of its drivers.
   *
   * @param parent {@code --cgroup-parent} of the container or of dockerd; empty for Docker's own
   */
  public static List<String> docker(String id, String parent) {
    return parent.isEmpty()
        ? List.of("/docker/" + id, scope("system.slice", "docker", id))
        : below(parent, id, "docker", id);
  }

  /**
   * Those of Podman, for both of its managers.
   *
   * @param parent {@code --cgroup-parent} of the container or its pod; empty for Podman's own
   */
  public static List<String> podman(String id, String parent) {
    String name = "libpod-" + id;
    return parent.isEmpty()
        ? List.of("/libpod_parent/" + name, scope("machine.slice", "libpod", id))
        : below(parent, name, "libpod", id);
  }

  private static List<String> below(String parent, String name, String prefix, String id) {
    String path =
        (parent.startsWith("/") ? "" : "/") + parent.replaceAll("(?<!/)/+$", "") + "/" + name;
    return parent.endsWith(SLICE) && !parent.contains("/")
        ? List.of(scope(parent, prefix, id), path)
        : List.of(path);
  }

  /**
   * The group that {@code linux.cgroupsPath} of an OCI bundle means; empty if that is not known, or
   * if the group is not for this container alone.
   *
   * @param cgroupsPath config-linux.md of the runtime specification, with runc's form for systemd
   */
  public static Optional<String> ofBundle(String cgroupsPath, String id) {
    var forSystemd = FOR_SYSTEMD.matcher(cgroupsPath);
    if (forSystemd.matches()) {
      String slice = forSystemd.group(1).isEmpty() ? "system.slice" : forSystemd.group(1);
      String name = forSystemd.group(3);
      return name.equals(id) && slice.endsWith(SLICE)
          ? Optional.of(scope(slice, forSystemd.group(2), name))
          : Optional.empty();
    }
    String last = cgroupsPath.substring(cgroupsPath.lastIndexOf('/') + 1);
    boolean isItsOwn = last.equals(id) || (NameGrammar.isId(id) && last.endsWith("-" + id));
    return isItsOwn && ABSOLUTE.matcher(cgroupsPath).matches()
        ? Optional.of(cgroupsPath)
        : Optional.empty();
  }

  private static String scope(String slice, String prefix, String name) {
    return expanded(slice) + "/" + (prefix.isEmpty() ? "" : prefix + "-") + name + ".scope";
  }

  /** The path of a slice, systemd.slice(5): {@code a-b.slice} is below {@code a.slice}. */
  private static String expanded(String slice) {
    StringBuilder path = new StringBuilder();
    String name = slice.substring(0, slice.length() - SLICE.length());
    for (int dash = name.indexOf('-'); dash > 0; dash = name.indexOf('-', dash + 1)) {
      path.append('/').append(name, 0, dash).append(SLICE);
    }
    return name.equals("-") ? "" : path.append('/').append(slice).toString();
  }
}
