package dev.dbg.status;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import dev.dbg.resolve.container.NameGrammar;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a container uses of what its control groups let it use, cgroups(7), of both versions: bytes,
 * without the page cache that the kernel would take back first, processes, and seconds and numbers
 * of processors. The use is that of the group that its runtime made: its process may be in one
 * below. A limit is the least of that group and those above it.
 */
record GroupFigures(ControlGroupHierarchy hierarchy, Path own, Map<String, Object> members) {
  /** Version 1 writes its largest number, rounded to pages, where there is no limit. */
  private static final double NO_LIMIT = 1L << 60;

  /** For each period, microseconds of it. */
  private static final String SHARE = "cpu.max";

  private static final String QUOTA = "cpu.cfs_quota_us";

  /** The processors themselves, as in {@code 0-3,7}. */
  private static final String SET = "cpuset.cpus.effective";

  private static final String SET_1 = "cpuset.effective_cpus";

  static Map<String, Object> of(List<ControlGroupHierarchy> hierarchies, String id) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (ControlGroupHierarchy hierarchy : hierarchies) {
      new GroupFigures(hierarchy, own(hierarchy, id), members).read();
    }
    return members;
  }

  private void read() {
    boolean two = hierarchy.unified();
    double cache = named("memory.stat", two ? "inactive_file" : "total_inactive_file").orElse(0.0);
    whole(
        "memory_used",
        first(own, two ? "memory.current" : "memory.usage_in_bytes")
            .map(all -> Math.max(0, all - cache)));
    whole("memory_limit", least(two ? "memory.max" : "memory.limit_in_bytes"));
    whole("oom_kills", named(two ? "memory.events" : "memory.oom_control", "oom_kill"));
    whole("processes_used", first(own, "pids.current"));
    whole("processes_limit", least("pids.max"));
    Optional<Double> used =
        two
            ? named("cpu.stat", "usage_usec").map(micros -> micros / 1e6)
            : first(own, "cpuacct.usage").map(nanos -> nanos / 1e9);
    used.ifPresent(seconds -> members.put("processors_seconds", seconds));
    least(two ? SHARE : QUOTA).ifPresent(this::limitProcessors);
    String set = two ? SET : SET_1;
    Optional<Double> all = limit(hierarchy.top(), set);
    least(set).filter(some -> some < all.orElse(0.0)).ifPresent(this::limitProcessors);
    if (first(own, "pids.current").isPresent()) {
      members.put("group", "/" + hierarchy.top().relativize(own));
    }
  }

  /** Of version 1 the quota and the set are in two hierarchies. */
  private void limitProcessors(double most) {
    members.merge("processors_limit", most, (one, other) -> Math.min((double) one, (double) other));
  }

  private void whole(String name, Optional<Double> number) {
    number.ifPresent(there -> members.put(name, there.longValue()));
  }

  /** The topmost group on the way that its runtime names so. */
  private static Path own(ControlGroupHierarchy hierarchy, String id) {
    Path group = hierarchy.top();
    for (Path name : hierarchy.top().relativize(hierarchy.own())) {
      group = group.resolve(name);
      if (isNamedFor(id, name.toString())) {
        return group;
      }
    }
    return hierarchy.own();
  }

  /**
   * Whether a runtime names a container's group so: liblxc with a number behind a name that another
   * group has, machined and its template with the name as systemd.unit(5) writes it, containerd
   * without the namespace.
   */
  private static boolean isNamedFor(String id, String word) {
    String name = id.substring(id.lastIndexOf('/') + 1);
    String unit = name.replace("-", "\\x2d");
    return word.equals(name)
        || word.equals("machine-" + unit + ".scope")
        || word.equals("systemd-nspawn@" + unit + ".service")
        || word.matches(Pattern.quote("lxc.payload." + id.replace('/', '_')) + "(-[0-9]+)?")
        || (NameGrammar.isId(id) && word.contains(id));
  }

  private Optional<Double> least(String file) {
    Path group = hierarchy.top();
    double least = limit(group, file).orElse(NO_LIMIT);
    for (Path name : hierarchy.top().relativize(own)) {
      group = group.resolve(name);
      least = Math.min(least, limit(group, file).orElse(NO_LIMIT));
    }
    return Optional.of(least).filter(most -> most < NO_LIMIT);
  }

  private static Optional<Double> limit(Path group, String file) {
    if (file.equals(SET) || file.equals(SET_1)) {
      return text(group, file).filter(list -> !list.isBlank()).map(GroupFigures::count);
    }
    Optional<Double> period =
        switch (file) {
          case SHARE -> word(group, file, 1);
          case QUOTA -> first(group, "cpu.cfs_period_us");
          default -> Optional.of(1.0);
        };
    return first(group, file).flatMap(most -> period.map(each -> most / each));
  }

  private static double count(String list) {
    double all = 0;
    for (String range : list.strip().split(",", -1)) {
      String[] ends = range.split("-", -1);
      all += 1 + Double.parseDouble(ends[ends.length - 1]) - Double.parseDouble(ends[0]);
    }
    return all;
  }

  private static Optional<Double> first(Path group, String file) {
    return word(group, file, 0);
  }

  /** Empty if it is no number, or if the controller, and so its file, is missing. */
  private static Optional<Double> word(Path directory, String file, int which) {
    return text(directory, file)
        .map(text -> text.split("[ \n]", -1)[which])
        .filter(word -> word.matches("[0-9]+"))
        .map(Double::valueOf);
  }

  /** Of the container's own group, the number behind a name in a file of such lines. */
  private Optional<Double> named(String file, String name) {
    return text(own, file).stream()
        .flatMap(KernelText::lines)
        .filter(line -> line.matches(name + " [0-9]+"))
        .map(line -> Double.valueOf(line.substring(name.length() + 1)))
        .findFirst();
  }

  private static Optional<String> text(Path directory, String file) {
    try (ControlGroup group = ControlGroup.open(directory)) {
      return Optional.of(group.read(file));
    } catch (KernelException e) {
      return Optional.empty();
    }
  }
}
