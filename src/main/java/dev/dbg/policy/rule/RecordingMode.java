package dev.dbg.policy.rule;

/** Whether what a tool writes is kept, as a rule says it with {@code record}. */
public enum RecordingMode {
  /** It is not, and may not be: what is kept takes room of the log's disk. */
  NEVER(false),
  /** If the operator asks for it. */
  ALLOWED(true),
  /** Whatever the operator says. */
  ALWAYS(true);

  private final boolean permits;

  RecordingMode(boolean permits) {
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
