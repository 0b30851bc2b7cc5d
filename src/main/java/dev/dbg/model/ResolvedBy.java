package dev.dbg.model;

/** How a container was found: who has the word for what is known of it. */
public enum ResolvedBy {
  /** Its runtime was asked, and answered. */
  API("api"),
  /** Its runtime could not be asked: it is what it has noted on the disk. */
  DISK("disk"),
  /** No runtime is needed: the process itself was named. */
  PROCESS("process");

  private final String word;

  ResolvedBy(String word) {
    this.word = word;
  }

  /** The word of records and of {@code --json}. */
  public String word() {
    return word;
  }
}
