package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroupFile;

/**
 * An event that a control group counts over its whole life, counted from one session to the next.
 */
final class EventCounter {
  private final ControlGroupFile file;
  private final String key;
  private long seen;

  EventCounter(ControlGroupFile file, String key) {
    this.file = file;
    this.key = key;
  }

  /** Whether it happened since this was asked before. */
  boolean happened() throws KernelException {
    long now = file.counter(key);
    boolean more = now > seen;
    seen = now;
    return more;
  }
}
