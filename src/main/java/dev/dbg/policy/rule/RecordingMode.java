package dev.dbg.policy.rule;

/** Whether a tool's output is recorded: the key {@code record} of a rule. */
public enum RecordingMode {
  /** Never; a recording takes the log's disk space. */
  NEVER,
  /** On the operator's request. */
  ALLOWED,
  ALWAYS;

  /** Whether an operator may ask for it. */
  public boolean permits() {
    return this != NEVER;
  }

  /** Whether it is recorded without a request. */
  public boolean isRequired() {
    return this == ALWAYS;
  }
}
