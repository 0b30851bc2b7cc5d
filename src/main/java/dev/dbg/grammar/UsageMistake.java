package dev.dbg.grammar;

import dev.dbg.model.Shortened;

/**
 * A command line that is not valid. The message says what is wrong, why, and what to type instead.
 */
public final class UsageMistake extends Exception {
  private static final long serialVersionUID = 1L;

  UsageMistake(String message) {
    super(Shortened.message(message), null, false, false);
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
