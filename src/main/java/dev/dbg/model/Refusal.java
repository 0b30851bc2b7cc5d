package dev.dbg.model;

/**
 * Why a request goes no further: what the operator is told, with the exit status it ends in, and
 * what only the record holds.
 */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final boolean denied;
  private final String detail;

  private Refusal(int status, boolean denied, String message, String detail) {
    super(Shortened.message(message), null, false, false);
    this.status = status;
    this.denied = denied;
    this.detail = Shortened.message(detail);
  }

  /** The policy, or a tool's grammar, says no. */
  public static Refusal denied(String message, String detail) {
    return new Refusal(ExitStatus.REFUSED, true, message, detail);
  }

  /** The policy, or a tool's grammar, says no, and there is nothing to add for the record. */
  public static Refusal denied(String message) {
    return denied(message, message);
  }

  /** Permitted or not, it can't be done: {@code status} is 125 or 127. */
  public static Refusal failed(int status, String message) {
    return new Refusal(status, false, message, message);
  }

  public int status() {
    return status;
  }

  /** Whether policy said no, as opposed to something that could not be done. */
  public boolean isDenied() {
    return denied;
  }

  /** {@code what: why: what to do}, as the operator may know it. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** The same for the record, which may say more than the operator may know. */
  public String detail() {
    return detail;
  }
}
