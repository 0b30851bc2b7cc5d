package dev.dbg.cgroup;

import dev.dbg.model.ByteSize;

/**
 * What a tool and all that it starts may use at once, {@code [limits]} of dbgd(8).
 *
 * @param processes processes and threads
 * @param memory with what the kernel keeps for them, and files that they read or write
 */
public record GroupLimits(int processes, ByteSize memory) {
  /** dbg-enter, what it becomes, and a thread of dbgd's while it starts them. */
  public static final int FEWEST_PROCESSES = 4;

  /** What the smallest tools need to start. */
  public static final ByteSize LEAST_MEMORY = new ByteSize(8, 'M');
}
