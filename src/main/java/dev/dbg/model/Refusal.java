package dev.dbg.model;

/**
 * Why a request is not carried out: the message for the operator, the exit status, and the detail
 * for the record.
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

  /** The policy or a tool's grammar refuses. */
  public static Refusal denied(String message, String detail) {
    return new Refusal(ExitStatus.REFUSED, true, message, detail);
  }

  /** The same, if the record needs no more detail. */
  public static Refusal denied(String message) {
    return denied(message, message);
  }

  /**
   * The request cannot be carried out, whether it is permitted or not; {@code status} is 125 or
   * 127.
   */
  public static Refusal failed(int status, String message) {
    return new Refusal(status, false, message, message);
  }

  public int status() {
    return status;
  }

  /** Whether the policy or a grammar refused, as opposed to a failure. */
  public boolean isDenied() {
    return denied;
  }

  /** {@code what: why: what to do}, without details that the operator may not know. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** The same for the record, which may contain more. */
  public String detail() {
    return detail;
  }
}
