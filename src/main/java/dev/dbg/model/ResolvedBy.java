package dev.dbg.model;

import java.util.Locale;

/** Where the facts about a container come from. */
public enum ResolvedBy {
  API,
  /** An earlier answer of its runtime, whose files about the container have not changed since. */
  KNOWN,
  /** The runtime's state on the disk: the runtime did not answer, or is CRI-O. */
  DISK,
  /** The process itself, which the operator named. */
  PROCESS;

  /** The word in records and in {@code --json}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
