package dev.dbg.audit.verify;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.seal.Seal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The result of {@link Verifier}.
 *
 * @param records how many complete records there are
 * @param first the number of the first one; 0 if there is none
 * @param head the last record of the chain
 * @param findings what is wrong, in the order of the log; at most {@link #MOST}
 * @param more how many findings are not in the list
 * @param torn incomplete lines left by a crash, whose records had not been acknowledged; at most
 *     {@link #MOST}
 * @param moreTorn how many torn lines are not in the list
 * @param tornTail whether the log ends in a torn line
 * @param sealed the last seal that matches the log; empty if there is none
 * @param recordings how many recordings were checked
 * @param failedRecordings of how many sessions dbgd noted that their recording failed
 * @param firstKey the verifying key of the first seal found
 * @param witness what vouches for the end, and for all before it; empty if nothing does
 * @param stamped the records of which a time-stamp was given, in the order of the log
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
    long failedRecordings,
    Optional<String> firstKey,
    Optional<Witness> witness,
    List<Span> stamped) {
  static final int MOST = 50;

  public Verification {
    findings = List.copyOf(findings);
    torn = List.copyOf(torn);
    stamped = List.copyOf(stamped);
  }

  /** The kind of a finding. */
  public enum Kind {
    /** A record was changed. */
    EDITED,
    /** Records between others are missing. */
    REMOVED,
    /** A record was added that was never written there. */
    INSERTED,
    /** A record is not in its place. */
    REORDERED,
    /** A file or the beginning of the log is missing. */
    SEGMENT_MISSING,
    /** The end of the log is missing: a seal, a key or a kept head shows that it was longer. */
    TRUNCATED,
    /** From some record on the log is a different one. */
    FORKED,
    /** A seal is forged, missing or late, or its key is not the one that the seal before named. */
    SEAL_BROKEN,
    /** A recording does not match the hash in the record of its session's end. */
    RECORDING_EDITED,
    /** A recording is missing, and the record of its session's end is not. */
    RECORDING_MISSING,
    /** A file cannot be read completely. */
    UNREADABLE;

    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** One finding, at a file and line or in a file; {@code what} is a sentence for people. */
  public record Damage(Kind kind, String where, String what) {}

  /**
   * What vouches that the log reached a record, which the files themselves cannot: a log that was
   * cut behind an older seal is as consistent as it was then.
   *
   * @param seq that record
   * @param time when it was written
   */
  public record Witness(By by, long seq, String time) {
    /** Who vouches. */
    public enum By {
      DBGD("dbgd", "dbgd, which writes the log"),
      /** A head that was kept. */
      HEAD("head", "the given head"),
      /** The secret key of the next seal, which nobody can make: of the last seal. */
      SEAL_KEY("seal.key", "seal.key");

      private final String word;
      private final String name;

      By(String word, String name) {
        this.word = word;
        this.name = name;
      }

      @JsonValue
      String word() {
        return word;
      }

      /** For people. */
      public String shown() {
        return name;
      }
    }
  }

  /**
   * The records of which a time-stamp says that they existed: those since the stamped record
   * before.
   *
   * @param from the one of them that says the earliest time
   * @param since that time
   * @param to the record that was stamped
   * @param hash of that record
   */
  public record Span(long from, String since, long to, String hash) {}

  /** Whether there are no findings: what is there fits together. Torn lines are not findings. */
  public boolean isUnbroken() {
    return findings.isEmpty();
  }

  /** Whether something vouches too that it is all that there was, up to the witness's record. */
  public boolean isIntact() {
    return isUnbroken() && witness.isPresent();
  }

  /** Collects findings; keeps at most {@link Verification#MOST} and counts the rest. */
  static final class Findings {
    private final List<Damage> kept = new ArrayList<>();
    private long more;

    void add(Kind kind, Object where, String what) {
      if (kept.size() < MOST) {
        kept.add(new Damage(kind, where.toString(), what));
      } else {
        more++;
      }
    }

    /** Counts findings that are not listed. */
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
