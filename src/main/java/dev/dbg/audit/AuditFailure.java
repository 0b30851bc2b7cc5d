package dev.dbg.audit;

/** The log can't be written: nothing may start. The message says why and what to do. */
public final class AuditFailure extends Exception {
  private static final long serialVersionUID = 1L;

  AuditFailure(String message, Throwable cause) {
    super(message, cause);
  }

  public String message() {
    return String.valueOf(getMessage());
  }
}
