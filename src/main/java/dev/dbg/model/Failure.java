package dev.dbg.model;

import org.jspecify.annotations.Nullable;

/**
 * Something that did not work out, for which the message is all that counts: what failed, why, and
 * what to do. Only one with a cause knows where it was thrown.
 */
public abstract class Failure extends Exception {
  protected Failure(String message) {
    super(message, null, false, false);
  }

  protected Failure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public final String message() {
    return String.valueOf(getMessage());
  }
}
