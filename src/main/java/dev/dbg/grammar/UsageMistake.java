package dev.dbg.grammar;

import dev.dbg.model.Shortened;

/**
 * A command line that is not valid. The message says what is wrong, why, and what to type instead.
 */
public final class UsageMistake extends Exception {
  private static final long serialVersionUID = 1L;

  private final String recorded;

  UsageMistake(String message) {
    this(message, message);
  }

  /** {@code recorded} is the message without words of the line that may be secret. */
  UsageMistake(String message, String recorded) {
    super(Shortened.message(message), null, false, false);
    this.recorded = Shortened.message(recorded);
  }

  /** The message for the record. */
  public String recorded() {
    return recorded;
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
