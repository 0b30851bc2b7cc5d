package dev.dbg.audit.verify;

import dev.dbg.audit.verify.ChainCheck.LinePlace;
import dev.dbg.audit.verify.Verification.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Records that come after a later one. Consecutive ones are reported as one finding.
 *
 * <p>For one thread.
 */
final class OutOfOrder {
  private final Verification.Findings findings;
  private @Nullable Run run;

  /** A run of consecutive records, all behind record {@code later}. */
  private record Run(Kind kind, long from, long to, long later, LinePlace place) {}

  OutOfOrder(Verification.Findings findings) {
    this.findings = findings;
  }

  /** Whether a record continues the run; it is then added to it. */
  boolean continues(Kind kind, long seq, long later) {
    Run open = run;
    if (open == null || open.kind != kind || open.to + 1 != seq || open.later != later) {
      return false;
    }
    run = new Run(kind, open.from, seq, later, open.place);
    return true;
  }

  /**
   * Begins a run with a record, {@link Kind#INSERTED} for a copy, else {@link Kind#REORDERED}. It
   * comes after the record {@code later}.
   */
  void begin(Kind kind, long seq, long later, LinePlace place) {
    run = new Run(kind, seq, seq, later, place);
  }

  /** Reports the run, if there is one. */
  void tell() {
    Run ended = run;
    run = null;
    if (ended != null) {
      findings.add(ended.kind, ended.place, what(ended));
    }
  }

  private static String what(Run ended) {
    boolean one = ended.from == ended.to;
    String records =
        one
            ? "record %d".formatted(ended.from)
            : "records %d to %d".formatted(ended.from, ended.to);
    return ended.kind == Kind.INSERTED
        ? (one ? "a copy of " : "copies of ") + records
        : "%s %s behind record %d".formatted(records, one ? "stands" : "stand", ended.later);
  }
}
