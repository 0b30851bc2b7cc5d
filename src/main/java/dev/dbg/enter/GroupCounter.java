package dev.dbg.enter;

import dev.dbg.kernel.ControlGroupFile;
import dev.dbg.kernel.KernelException;

/**
 * An event that a control group counts over its whole life, counted from one session to the next.
 */
final class GroupCounter {
  private final ControlGroupFile file;
  private final String key;
  private long seen;

  GroupCounter(ControlGroupFile file, String key) {
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
