package dev.dbg.cgroup;

import dev.dbg.model.amount.ByteSize;

/**
 * The limits of a tool and all its processes, {@code [limits]} of dbgd.toml(5): processes and
 * threads, and memory, including kernel memory and the page cache.
 */
public record GroupLimits(int processes, ByteSize memory) {
  /** For dbg-enter, the tool, and a thread of dbgd while it starts them. */
  public static final int FEWEST_PROCESSES = 4;

  /** The smallest tools need this much to start. */
  public static final ByteSize LEAST_MEMORY = new ByteSize(8, 'M');
}
