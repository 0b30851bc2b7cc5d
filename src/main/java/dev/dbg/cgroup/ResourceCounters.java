package dev.dbg.cgroup;

import dev.dbg.cgroup.ResourceUsage.LimitHit;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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

  private final List<ControlGroupFile> files = new ArrayList<>();
  private Optional<ControlGroupFile> processes = Optional.empty();
  private Optional<ControlGroupFile> refusals = Optional.empty();
  private Optional<ControlGroupFile> kills = Optional.empty();
  private Optional<ControlGroupFile> memory = Optional.empty();
  private Optional<ControlGroupFile> peak = Optional.empty();
  private long refusalsBefore;
  private long killsBefore;
  private long memoryBefore;

  /** Opens the counters of {@code group}. */
  void add(SessionHierarchy hierarchy, ControlGroup group) throws KernelException {
    if (hierarchy.controllers().contains(SessionHierarchy.PIDS)) {
      processes = Optional.of(reading(group, "pids.current"));
      refusals = Optional.of(reading(group, "pids.events"));
    }
    if (hierarchy.controllers().contains(SessionHierarchy.MEMORY)) {
      boolean isNew = hierarchy.unified();
      kills = Optional.of(reading(group, isNew ? "memory.events" : "memory.oom_control"));
      memory = Optional.of(reading(group, isNew ? "memory.current" : "memory.usage_in_bytes"));
      peak = resettable(group, isNew ? "memory.peak" : "memory.max_usage_in_bytes");
      peak.ifPresent(files::add);
    }
  }

  private ControlGroupFile reading(ControlGroup group, String name) throws KernelException {
    ControlGroupFile file = group.reading(name);
    files.add(file);
    return file;
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
    if (peak.isPresent()) {
      peak.get().write(RESET);
      memoryBefore = memoryUsed();
    }
  }

  /** What the session used and which limits it hit. */
  ResourceUsage end() throws KernelException {
    Set<LimitHit> limitsHit = EnumSet.noneOf(LimitHit.class);
    long killsNow = kills.isPresent() ? kills.get().counter("oom_kill") : 0;
    if (killsNow > killsBefore) {
      limitsHit.add(LimitHit.MEMORY);
    }
    long refusalsNow = refusals.isPresent() ? refusals.get().counter("max") : 0;
    if (refusalsNow > refusalsBefore) {
      limitsHit.add(LimitHit.PROCESSES);
    }
    killsBefore = killsNow;
    refusalsBefore = refusalsNow;
    return new ResourceUsage(
        limitsHit,
        peak.isPresent()
            ? OptionalLong.of(Math.max(0, peak.get().number() - memoryBefore))
            : OptionalLong.empty());
  }

  /** The processes, zombies included; empty without the pids controller. */
  OptionalLong processes() throws KernelException {
    return processes.isPresent() ? OptionalLong.of(processes.get().number()) : OptionalLong.empty();
  }

  /** The memory that the group is charged for, in bytes; 0 without the memory controller. */
  long memoryUsed() throws KernelException {
    return memory.isPresent() ? memory.get().number() : 0;
  }

  @Override
  public void close() {
    files.forEach(ControlGroupFile::close);
  }
}
