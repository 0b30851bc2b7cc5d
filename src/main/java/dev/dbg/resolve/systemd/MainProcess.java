package dev.dbg.resolve.systemd;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.Pid;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The oldest process of a service's control group and of the groups below it, since the service was
 * started. The manager sets up a service's namespaces before the service's program starts, so its
 * processes share them unless they make some of their own; those are younger. Older ones are left
 * over from a former run, with KillMode=process: cron's may be any user's.
 *
 * <p>The manager's MainPID would be the same for a service that says which process that is, and 0
 * for one that does not, such as one of Type=oneshot that leaves a process behind. It would need a
 * question to process 1, and would be missing when that is frozen.
 */
final class MainProcess {
  /** The groups and processes that are looked at; a service rarely has more. */
  static final int MOST_GROUPS = 64;

  private static final int MOST_PROCESSES = 16_384;

  /** Ticks of both clocks: of the link's time, and of a process's start. */
  private static final Duration SLACK = Duration.ofMillis(100);

  /** Longer than the manager takes from that link to the first process. */
  private static final Duration STARTING = Duration.ofMinutes(1);

  /** The manager makes a link there at each start of a unit, and removes it when that has ended. */
  private static final Path STARTED = Path.of("/run/systemd/units");

  private MainProcess() {}

  /** Empty if the service does not run, or has no process that is its own. */
  static Optional<Pid> of(UnitTree.Group service) throws IOException {
    FileStamp started = FileStamp.of(STARTED.resolve("invocation:" + service.unit()));
    if (started.equals(FileStamp.MISSING)) {
      return Optional.empty();
    }
    Instant start = Instant.EPOCH.plusNanos(started.changed());
    return oldest(
        members(service.directory()), start.minus(SLACK), isStarting(start, Instant.now()));
  }

  /** Not if the clock has been set back since: the start is in the future then. */
  static boolean isStarting(Instant start, Instant now) {
    return !now.isBefore(start) && now.isBefore(start.plus(STARTING));
  }

  /**
   * The oldest of those that are not older than this. If each of them is, a service that is just
   * being started has no process of its own yet. Later, the clock has been set back since, as at
   * many a boot, and it is the oldest of all.
   */
  static Optional<Pid> oldest(List<Pid> members, Instant since, boolean isStarting) {
    Optional<Pid> all = Optional.empty();
    Optional<Pid> oldest = Optional.empty();
    long first = Long.MAX_VALUE;
    long start = Long.MAX_VALUE;
    for (Pid member : members) {
      try (ProcDir process = ProcDir.open(member)) {
        long started = process.startTime();
        if (started < first) {
          first = started;
          all = Optional.of(member);
        }
        if (started < start && !process.startInstant().isBefore(since)) {
          start = started;
          oldest = Optional.of(member);
        }
      } catch (KernelException e) {
        // It has just ended.
      }
    }
    return oldest.isPresent() || isStarting ? oldest : all;
  }

  /**
   * In the order of their numbers, so that of those that started in the same tick one is chosen.
   */
  static List<Pid> members(Path topmost) throws IOException {
    List<Pid> members = new ArrayList<>();
    List<Path> groups = new ArrayList<>(List.of(topmost));
    for (int i = 0; i < groups.size(); i++) {
      try (ControlGroup group = ControlGroup.open(groups.get(i))) {
        members.addAll(group.members());
        // A service whose group is delegated may have any number of them.
        groups.addAll(group.children(MOST_GROUPS - groups.size()));
      }
    }
    return members.stream()
        .sorted((a, b) -> Integer.compare(a.number(), b.number()))
        .limit(MOST_PROCESSES)
        .toList();
  }
}
