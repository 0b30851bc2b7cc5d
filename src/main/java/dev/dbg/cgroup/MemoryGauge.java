package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What a control group is charged for, in bytes: the memory of its processes, what the kernel holds
 * for them, and the pages of files that they were the first to read.
 *
 * <p>For one session at a time.
 */
final class MemoryGauge {
  /** What is said to the file of the peak to mean: from now on. */
  private static final String FROM_NOW_ON = "0";

  private final ControlGroupFile used;
  private final Optional<ControlGroupFile> peak;
  private long atFirst;

  private MemoryGauge(ControlGroupFile used, Optional<ControlGroupFile> peak) {
    this.used = used;
    this.peak = peak;
  }

  /** Of version 2 the peak can be told for one session since Linux 6.12. */
  static MemoryGauge of(ControlGroup group, SessionHierarchy place) throws KernelException {
    return new MemoryGauge(
        group.reading(place.memoryUsedFile()), resettable(group, place.memoryPeakFile()));
  }

  private static Optional<ControlGroupFile> resettable(ControlGroup group, String name) {
    try {
      ControlGroupFile file = group.readingAndWriting(name);
      try {
        file.write(FROM_NOW_ON);
        return Optional.of(file);
      } catch (KernelException e) {
        file.close();
        return Optional.empty();
      }
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  List<ControlGroupFile> files() {
    return Stream.concat(Stream.of(used), peak.stream()).toList();
  }

  /** A session begins, which has nothing to do with what others have left charged. */
  void begin() throws KernelException {
    if (peak.isPresent()) {
      peak.get().write(FROM_NOW_ON);
      atFirst = used.number();
    }
  }

  long used() throws KernelException {
    return used.number();
  }

  /**
   * By how much it was more at most than when the session began; nothing if the kernel can't tell.
   */
  OptionalLong grown() throws KernelException {
    return peak.isPresent()
        ? OptionalLong.of(Math.max(0, peak.get().number() - atFirst))
        : OptionalLong.empty();
  }
}
