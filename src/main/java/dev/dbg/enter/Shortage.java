package dev.dbg.enter;

/** What a session wanted more of than its control group gives. */
public enum Shortage {
  /** The kernel killed one of its processes for its memory, or all of them. */
  MEMORY,
  /** The kernel started no process or thread for it. */
  PROCESSES
}
