package dev.dbg.cgroup;

import dev.dbg.cgroup.ResourceUsage.LimitHit;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The counters of a session's control groups. The kernel counts events over a group's whole life;
 * here they are counted from one session to the next. For one session at a time.
 */
final class ResourceCounters implements AutoCloseable {
  /** Written to the file of the peak, this resets it. */
  private static final String RESET = "0";

  /** What is counted, by a file that is there if its controller is. */
  private enum Counter {
    PROCESSES,
    REFUSALS,
    KILLS,
    MEMORY,
    PEAK
  }

  private final Map<Counter, ControlGroupFile> files = new EnumMap<>(Counter.class);
  private long refusalsBefore;
  private long killsBefore;
  private long memoryBefore;

  void add(SessionHierarchy hierarchy, ControlGroup group) throws KernelException {
    if (hierarchy.controllers().contains(SessionHierarchy.PIDS)) {
      files.put(Counter.PROCESSES, group.reading("pids.current"));
      files.put(Counter.REFUSALS, group.reading("pids.events"));
    }
    if (hierarchy.controllers().contains(SessionHierarchy.MEMORY)) {
      files.put(Counter.KILLS, group.reading(hierarchy.killsFile()));
      files.put(Counter.MEMORY, group.reading(hierarchy.memoryUsedFile()));
      resettable(group, hierarchy.memoryPeakFile())
          .ifPresent(peak -> files.put(Counter.PEAK, peak));
    }
  }

  /** With version 2 the peak can be reset since Linux 6.12. */
  private static Optional<ControlGroupFile> resettable(ControlGroup group, String name) {
    try {
      ControlGroupFile file = group.readingAndWriting(name);
      try {
        file.write(RESET);
        return Optional.of(file);
      } catch (KernelException e) {
        file.close();
        return Optional.empty();
      }
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** Begins a session; memory that earlier sessions left charged does not count. */
  void begin() throws KernelException {
    ControlGroupFile peak = files.get(Counter.PEAK);
    if (peak != null) {
      peak.write(RESET);
      memoryBefore = memoryUsed();
    }
  }

  /** What the session used and which limits it hit. */
  ResourceUsage end() throws KernelException {
    Set<LimitHit> limitsHit = EnumSet.noneOf(LimitHit.class);
    long kills = events(Counter.KILLS, "oom_kill");
    if (kills > killsBefore) {
      limitsHit.add(LimitHit.MEMORY);
    }
    long refusals = events(Counter.REFUSALS, "max");
    if (refusals > refusalsBefore) {
      limitsHit.add(LimitHit.PROCESSES);
    }
    killsBefore = kills;
    refusalsBefore = refusals;
    OptionalLong peak = number(Counter.PEAK);
    return new ResourceUsage(
        limitsHit,
        peak.isPresent()
            ? OptionalLong.of(Math.max(0, peak.getAsLong() - memoryBefore))
            : OptionalLong.empty());
  }

  private long events(Counter counter, String kind) throws KernelException {
    ControlGroupFile file = files.get(counter);
    return file == null ? 0 : file.counter(kind);
  }

  private OptionalLong number(Counter counter) throws KernelException {
    ControlGroupFile file = files.get(counter);
    return file == null ? OptionalLong.empty() : OptionalLong.of(file.number());
  }

  /** The processes, zombies included; empty without the pids controller. */
  OptionalLong processes() throws KernelException {
    return number(Counter.PROCESSES);
  }

  /** The memory that the group is charged for, in bytes; 0 without the memory controller. */
  long memoryUsed() throws KernelException {
    return number(Counter.MEMORY).orElse(0);
  }

  @Override
  public void close() {
    files.values().forEach(ControlGroupFile::close);
  }
}
