package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.cgroup.ControlGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control group that holds all sessions of this dbgd in one hierarchy, named {@code dbgd-PID}.
 * This process holds a lock on it until it ends, so that the group of a killed dbgd is recognized
 * even if its PID has been reused. Anybody can lock a group that they can open: a lock counts only
 * while there is a process with that PID.
 */
record DaemonGroup(ControlGroup group) implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonGroup.class);
  private static final String PREFIX = "dbgd-";
  private static final Pattern NAME = Pattern.compile(PREFIX + "[0-9]+");
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  /** Another starting dbgd may remove a group between its creation and its locking. */
  private static final int ATTEMPTS = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(5);

  /** Creates the group in {@code parent}, and removes the groups of killed dbgds. */
  static DaemonGroup make(ControlGroup parent) throws IOException {
    removeLeftOver(parent);
    Path path = parent.path().resolve(PREFIX + ThisProcess.pid());
    for (int attempt = 1; ; attempt++) {
      try {
        ControlGroup group = ControlGroup.makePrivate(path);
        if (group.take() && group.isThere()) {
          // systemd-cgtop(1) of a user ends at a group that it cannot read.
          Files.setPosixFilePermissions(path, READABLE);
          return new DaemonGroup(group);
        }
        group.close();
      } catch (KernelException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static void removeLeftOver(ControlGroup parent) throws IOException {
    for (Path path : parent.children(Integer.MAX_VALUE)) {
      if (NAME.matcher(path.getFileName().toString()).matches()) {
        try (ControlGroup left = ControlGroup.open(path)) {
          if ((left.take() || !isProcess(path)) && isRemoved(left)) {
            LOG.info("removed control group {} of a killed dbgd", path);
          }
        } catch (IOException e) {
          LOG.warn("cannot remove control group {} of a killed dbgd: {}", path, e.getMessage());
        }
      }
    }
  }

  private static boolean isProcess(Path home) {
    return Files.exists(Path.of("/proc", home.getFileName().toString().substring(PREFIX.length())));
  }

  /**
   * Kills all processes in the groups of {@code home} and removes these groups and it; returns
   * whether they ended soon.
   */
  private static boolean isRemoved(ControlGroup home) throws IOException {
    boolean isEmpty = areRemoved(home.children(Integer.MAX_VALUE));
    if (isEmpty) {
      home.remove();
    }
    return isEmpty;
  }

  /**
   * Kills all processes in these groups, waits up to a second for all of them together, and removes
   * the groups; returns whether they ended. Whoever holds tools, by a file system or the other end
   * of a pipe, must not hold up dbgd: what they are in is left to the next start.
   */
  static boolean areRemoved(List<Path> groups) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    List<Path> left = groups.stream().filter(group -> !isDone(group)).toList();
    while (!left.isEmpty() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(PAUSE.toNanos());
      left = left.stream().filter(group -> !isDone(group)).toList();
    }
    if (!left.isEmpty()) {
      LOG.warn(
          "control groups whose tools are killed and held stay: {}, one is {}",
          left.size(),
          left.getFirst());
    }
    return left.isEmpty();
  }

  /** Whether it is removed, or will not be by waiting. */
  private static boolean isDone(Path path) {
    try (ControlGroup group = ControlGroup.open(path)) {
      if (!group.isEmpty()) {
        group.kill();
        return false;
      }
      group.remove();
    } catch (KernelException e) {
      LOG.warn("cannot remove control group {}: {}", path, e.getMessage());
    }
    return true;
  }

  /** Kills all sessions' processes and removes the groups. */
  @Override
  public void close() {
    try (group) {
      boolean _ = isRemoved(group);
    } catch (IOException e) {
      LOG.warn("cannot remove control group {}: {}", group.path(), e.getMessage());
    }
  }
}
