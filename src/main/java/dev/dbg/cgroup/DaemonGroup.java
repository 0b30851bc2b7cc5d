package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.cgroup.ControlGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control group that holds all of this dbgd's sessions in one hierarchy, named {@code
 * dbgd-PID}. It is locked as long as this process lives, so that one that a killed dbgd has left is
 * told from one that is in use, whatever process has that number now.
 */
final class DaemonGroup implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DaemonGroup.class);
  private static final Pattern NAME = Pattern.compile("dbgd-[0-9]+");

  /** Another dbgd that starts may take a group for left over that is made but not yet locked. */
  private static final int ATTEMPTS = 5;

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final ControlGroup group;

  private DaemonGroup(ControlGroup group) {
    this.group = group;
  }

  /** Makes one in {@code parent}, and removes those that nobody has any more. */
  static DaemonGroup make(ControlGroup parent) throws IOException {
    removeLeftOver(parent);
    Path path = parent.path().resolve("dbgd-" + ThisProcess.pid());
    for (int attempt = 1; ; attempt++) {
      try {
        ControlGroup group = ControlGroup.make(path);
        if (group.take() && group.isThere()) {
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
    for (Path path : parent.children()) {
      if (NAME.matcher(path.getFileName().toString()).matches()) {
        try {
          ControlGroup left = ControlGroup.open(path);
          if (left.take()) {
            empty(left);
            left.remove();
            LOG.info("removed {}, which a dbgd that was killed has left", path);
          } else {
            left.close();
          }
        } catch (IOException e) {
          LOG.warn("{} is left over and stays: {}", path, e.getMessage());
        }
      }
    }
  }

  ControlGroup group() {
    return group;
  }

  /** A new group in it. */
  ControlGroup make(String name) throws KernelException {
    return ControlGroup.make(group.path().resolve(name));
  }

  /** Kills whoever is in the groups of {@code home} and removes them. */
  private static void empty(ControlGroup home) throws IOException {
    for (Path path : home.children()) {
      remove(ControlGroup.open(path));
    }
  }

  /** Kills whoever is in {@code group}, waits a moment until they are gone, and removes it. */
  static void remove(ControlGroup group) throws KernelException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!group.isEmpty()) {
      group.kill();
      if (System.nanoTime() - deadline > 0) {
        break;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    group.remove();
  }

  /** Ends all sessions' processes and removes the groups. */
  @Override
  public void close() {
    try {
      empty(group);
      group.remove();
    } catch (IOException e) {
      LOG.warn("{} is left: {}", group.path(), e.getMessage());
    }
  }
}
