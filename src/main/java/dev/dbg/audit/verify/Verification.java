package dev.dbg.audit.verify;

import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.seal.Seal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@link Verifier} found out about a log.
 *
 * @param records how many whole records there are
 * @param first the number of the first one, 0 if there is none
 * @param head how far the chain comes
 * @param findings what is wrong, in the order of the log; at most {@link #MOST}
 * @param more how many findings are not in the list
 * @param torn lines that are no records, as a crash leaves them: nothing that anybody waited for;
 *     at most {@link #MOST}
 * @param moreTorn how many of them are not in the list
 * @param tornTail whether the log ends in such a line, after which nothing was written yet
 * @param sealed the last seal that holds; empty if none does
 * @param recordings how many recordings were looked at
 * @param firstKey the verifying key of the first seal there is
 */
public record Verification(
    long records,
    long first,
    ChainHead head,
    List<Damage> findings,
    long more,
    List<String> torn,
    long moreTorn,
    boolean tornTail,
    Optional<Seal> sealed,
    long recordings,
    Optional<String> firstKey) {
  static final int MOST = 50;

  public Verification {
    findings = List.copyOf(findings);
    torn = List.copyOf(torn);
  }

  /** What kind of harm was done. */
  public enum Kind {
    /** A record does not say what it said. */
    EDITED,
    /** Records are gone from between others. */
    REMOVED,
    /** There is a record that was never written there. */
    INSERTED,
    /** A record does not stand where it was written. */
    REORDERED,
    /** A file is gone, or the beginning of the log. */
    SEGMENT_MISSING,
    /** The end of the log is gone: something else knows that it was longer. */
    TRUNCATED,
    /** The log is another one from some record on. */
    FORKED,
    /** A seal is forged, or its key is not the one that the seal before named. */
    SEAL_BROKEN,
    /** What a tool wrote is not what its RESULT has the hash of. */
    RECORDING_EDITED,
    /** What a tool wrote is gone, and its RESULT is still there. */
    RECORDING_MISSING,
    /** A file cannot be read to its end. */
    UNREADABLE;

    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * One thing that is wrong.
   *
   * @param where file and line, or the file
   * @param what the sentence for people
   */
  public record Damage(Kind kind, String where, String what) {}

  /** Whether nothing is wrong. Torn lines are not wrong. */
  public boolean isIntact() {
    return findings.isEmpty();
  }

  /** Collects findings, and no more than a reader can use. */
  static final class Findings {
    private final List<Damage> kept = new ArrayList<>();
    private long more;

    void add(Kind kind, String where, String what) {
      if (kept.size() < MOST) {
        kept.add(new Damage(kind, where, what));
      } else {
        more++;
      }
    }

    /** So many more, when as many as a reader can use are there. */
    void addUnlisted(long count) {
      more += count;
    }

    long count() {
      return kept.size() + more;
    }

    List<Damage> kept() {
      return kept;
    }

    long more() {
      return more;
    }
  }
}
