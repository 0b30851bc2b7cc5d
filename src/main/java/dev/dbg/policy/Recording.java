package dev.dbg.policy;

/** Whether what a tool writes is kept, as a rule says it with {@code record}. */
public enum Recording {
  /** It is not, and may not be: what is kept takes room of the log's disk. */
  NEVER(false),
  /** If the operator asks for it. */
  ALLOWED(true),
  /** Whatever the operator says. */
  ALWAYS(true);

  private final boolean permits;

  Recording(boolean permits) {
    this.permits = permits;
  }

  /** Whether an operator may ask for it. */
  public boolean permits() {
    return permits;
  }

  /** Whether it is kept unasked. */
  public boolean isRequired() {
    return this == ALWAYS;
  }
}
