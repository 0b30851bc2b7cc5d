package dev.dbg.cgroup;

import java.util.OptionalLong;
import java.util.Set;

/**
 * What a session took and wanted, as its control group counts it.
 *
 * @param limitsHit what it wanted more of than it may have
 * @param memory the most that it had at once, in bytes, with the pages of files that it was the
 *     first to read; nothing where the kernel does not tell
 */
public record ResourceUsage(Set<LimitHit> limitsHit, OptionalLong memory) {
  /** Of a session that nobody counted. */
  public static final ResourceUsage NONE = new ResourceUsage(Set.of(), OptionalLong.empty());

  /** What a session wanted more of than its control group gives. */
  public enum LimitHit {
    /** The kernel killed one of its processes for its memory, or all of them. */
    MEMORY,
    /** The kernel started no process or thread for it. */
    PROCESSES
  }
}
