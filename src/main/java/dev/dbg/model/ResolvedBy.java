package dev.dbg.model;

/** Where the facts about a container come from. */
public enum ResolvedBy {
  /** Its runtime's answer. */
  API("api"),
  /** An earlier answer of its runtime, whose files about the container have not changed since. */
  KNOWN("known"),
  /** The runtime's state on the disk: the runtime did not answer. */
  DISK("disk"),
  /** The process itself, which the operator named. */
  PROCESS("process");

  private final String word;

  ResolvedBy(String word) {
    this.word = word;
  }

  /** The word in records and in {@code --json}. */
  public String word() {
    return word;
  }
}
