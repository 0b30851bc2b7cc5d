package dev.dbg.cgroup;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What a session used, counted by its control group.
 *
 * @param limitsHit the limits that it hit
 * @param memory its peak in bytes, including pages of files that it was the first to read; empty if
 *     the kernel does not count it
 */
public record ResourceUsage(Set<LimitHit> limitsHit, OptionalLong memory) {
  /** The usage of a session that was not counted. */
  public static final ResourceUsage NONE = new ResourceUsage(Set.of(), OptionalLong.empty());

  /** A limit of a session's control group. */
  public enum LimitHit {
    /** The OOM killer killed one of its processes, or all. */
    MEMORY,
    /** The kernel refused to start a process or thread. */
    PROCESSES
  }
}
