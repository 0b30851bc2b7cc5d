package dev.dbg.resolve.lxc;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import dev.dbg.model.ResolvedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The first process of a container whose monitor does not answer: the child of the monitor, which
 * is found in its own control group.
 *
 * <p>liblxc puts the monitor of {@code web} into the topmost group {@code lxc.monitor.web}, and
 * into {@code lxc.monitor.web-1} if another container has taken that, which may be one of Incus. So
 * the group alone does not tell whose monitor it is; the monitor's title does: {@code [lxc monitor]
 * /var/lib/lxc web}. The title alone would prove nothing, as any process can take it, but only root
 * can put a process into a topmost group.
 */
final class SilentMonitor {
  private static final String GROUP = "lxc.monitor.";

  /** The groups of one container that are examined. */
  private static final int MOST_GROUPS = 64;

  private SilentMonitor() {}

  /** Empty if there is none, or if liblxc was told to use other groups. */
  static Optional<ContainerState> init(Path lxcPath, String container) {
    String title = "[lxc monitor] %s %s".formatted(lxcPath, container);
    try {
      for (ControlGroupHierarchy hierarchy : ControlGroupHierarchy.ofThisProcess()) {
        List<Path> groups = groups(hierarchy.top(), container);
        for (Path group : groups) {
          Optional<ContainerState> found = among(group, title);
          if (found.isPresent()) {
            return found;
          }
        }
      }
    } catch (IOException e) {
      // A group or a process has just ended: so has the container.
    }
    return Optional.empty();
  }

  private static List<Path> groups(Path top, String container) throws IOException {
    Pattern name = Pattern.compile(Pattern.quote(GROUP + container) + "(-[0-9]{1,4})?");
    try (Stream<Path> all = Files.list(top)) {
      return all.filter(path -> name.matcher(path.getFileName().toString()).matches())
          .limit(MOST_GROUPS)
          .toList();
    }
  }

  private static Optional<ContainerState> among(Path path, String title) throws IOException {
    try (ControlGroup group = ControlGroup.open(path)) {
      for (Pid monitor : group.members()) {
        if (isTitled(monitor, title)) {
          return child(monitor);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isTitled(Pid process, String title) throws KernelException {
    try (ProcDir directory = ProcDir.open(process)) {
      return directory.title().strip().equals(title);
    }
  }

  private static Optional<ContainerState> child(Pid monitor) throws IOException {
    try (ProcDir directory = ProcDir.open(monitor)) {
      for (Pid child : directory.children()) {
        try (PidFd held = PidFd.open(child);
            ProcDir process = ProcDir.open(child)) {
          if (process.innermostNumber() == 1
              && process.parent() == monitor.number()
              && !process.executable().equals(directory.executable())) {
            return Optional.of(
                ContainerState.held(ContainerState.RUNNING, child, held, process, ResolvedBy.DISK));
          }
        }
      }
    }
    return Optional.empty();
  }
}
