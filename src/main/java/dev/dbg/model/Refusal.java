package dev.dbg.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a request is not carried out: the message for the operator, without details that they may not
 * know, the exit status, and the detail for the record.
 */
public final class Refusal extends Failure {
  /** Why nothing was run. Only some of these are a refusal: the others say nothing about rights. */
  public enum Denial {
    /** No rule permits it. */
    RULE(true),
    /** The tool's entry does not accept the arguments or the namespaces; they may be a typo. */
    ENTRY(true),
    /** The catalogue has no such tool; its name may be a typo. */
    TOOL(true),
    /** Permitted or not, it could not be carried out. */
    FAILED(false),
    /** The words are no command line, so nothing was decided. */
    MISTYPED(false),
    /** The packet was not a request. dbg sends none like it. */
    MALFORMED(true);

    private final boolean refusal;

    Denial(boolean refusal) {
      this.refusal = refusal;
    }

    /** Whether a reviewer of attempts wants to see it. */
    public boolean isRefusal() {
      return refusal;
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one with this word; empty if there is none. */
    public static Optional<Denial> of(String word) {
      return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
  }

  private final int status;
  private final Denial kind;
  private final String detail;
  private final transient Optional<String> pending;

  private Refusal(int status, Denial kind, String message, String detail) {
    this(status, kind, message, detail, Optional.empty());
  }

  private Refusal(
      int status, Denial kind, String message, String detail, Optional<String> pending) {
    super(QuotedText.message(message));
    this.status = status;
    this.kind = kind;
    this.detail = QuotedText.message(detail);
    this.pending = pending.map(QuotedText::message);
  }

  /** The same, if the next start of a container may change it; {@code what} is not so yet. */
  public Refusal pending(String what) {
    return new Refusal(status, kind, message(), detail, Optional.of(what));
  }

  /** No rule permits it. */
  public static Refusal denied(String message, String detail) {
    return new Refusal(ExitStatus.REFUSED, Denial.RULE, message, detail);
  }

  /** The same, if the record needs no more detail. */
  public static Refusal denied(String message) {
    return denied(message, message);
  }

  /** The tool's entry does not accept this: arguments, or namespaces. */
  public static Refusal notAccepted(String message) {
    return new Refusal(ExitStatus.REFUSED, Denial.ENTRY, message, message);
  }

  /** The catalogue has no such tool that the operator may know of. */
  public static Refusal noTool(String message, String detail) {
    return new Refusal(ExitStatus.NO_SUCH_TOOL, Denial.TOOL, message, detail);
  }

  /** dbg or dbgd failed, so that it cannot be carried out, whether it is permitted or not. */
  public static Refusal failed(String message) {
    return failed(ExitStatus.DBG_FAILED, message);
  }

  public static Refusal failed(int status, String message) {
    return failed(status, message, message);
  }

  /** The same, with the detail for the record. */
  public static Refusal failed(int status, String message, String detail) {
    return new Refusal(status, Denial.FAILED, message, detail);
  }

  public int status() {
    return status;
  }

  /** Whether the policy or a grammar refused, as opposed to a failure. */
  public boolean isDenied() {
    return kind.isRefusal();
  }

  /** What kind of refusal or failure it is, for the record. */
  public Denial kind() {
    return kind;
  }

  /** The same for the record, which may contain more. */
  public String detail() {
    return detail;
  }

  /** What is not so yet; empty if no start of a container changes anything. */
  public Optional<String> pending() {
    return pending;
  }
}
