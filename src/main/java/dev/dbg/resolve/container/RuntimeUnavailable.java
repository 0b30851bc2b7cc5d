package dev.dbg.resolve.container;

/** A runtime cannot be asked. The message says which, why, and what to do. */
public final class RuntimeUnavailable extends Exception {
  private static final long serialVersionUID = 1L;

  public RuntimeUnavailable(String message) {
    super(message);
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
