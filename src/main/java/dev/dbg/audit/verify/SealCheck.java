package dev.dbg.audit.verify;

import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.seal.Seal;
import dev.dbg.audit.verify.Verification.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the seals. Each is signed with the key that the seal before named, and contains the hash
 * of a record. A record that was rewritten together with all that follow has a different hash.
 *
 * <p>A seal's signature stays valid wherever an attacker moves the seal. So a seal is not trusted
 * if the record that it covers does not come before it, or comes too far before it to be checked.
 * The last seal of the removed segments must match the log too.
 *
 * <p>For one thread.
 */
final class SealCheck {
  /** Tolerance on the promised interval: dbgd may have been busy. */
  private static final long SLACK_SECONDS = 120;

  private static final int TO_SECONDS = "2026-11-24T12:00:00".length();

  private final Verification.Findings findings;
  private final ChainCheck chain;
  private final Set<String> trusted;
  private final Consumer<Seal> knows;

  private @Nullable Seal last;
  private @Nullable Seal good;
  private @Nullable String firstKey;
  private @Nullable Seal retired;
  private boolean retiredIsThere;
  private boolean reached;
  private long unsealed;
  private long troublesAtLast;

  /** The time of the unsealed record before; empty if there is none. */
  private String previous = "";

  /** The time between unsealed records, in seconds. */
  private long elapsed;

  private boolean late;

  /**
   * @param trusted the verifying keys that were kept; if there are none, the first seal's own key
   *     is trusted
   * @param knows is called with the seals of removed segments, if keys were kept only with those
   *     that they verify
   */
  SealCheck(
      Verification.Findings findings, ChainCheck chain, Set<String> trusted, Consumer<Seal> knows) {
    this.findings = findings;
    this.chain = chain;
    this.trusted = trusted;
    this.knows = knows;
    this.reached = trusted.isEmpty();
  }

  /** Takes a seal of a removed segment; the record that it covers may be gone. */
  void retired(Seal.Signed signed, ChainCheck.LinePlace place) {
    Seal seal = signed.seal();
    // A crash during the removal of segments may leave their seals in the file twice.
    if (!isRetired(seal) && follows(signed, place)) {
      if (reached) {
        knows.accept(seal);
      }
      last = seal;
      good = seal;
      retired = seal;
    }
  }

  private boolean isRetired(Seal seal) {
    return retired != null && seal.epoch() <= retired.epoch() && seal.seq() <= retired.seq();
  }

  void seal(Seal.Signed signed, ChainCheck.LinePlace place) {
    Seal seal = signed.seal();
    if (isRetired(seal) || !follows(signed, place)) {
      return;
    }
    long from = last == null ? 0 : last.seq();
    last = seal;
    Covered covered = covered(seal);
    switch (covered) {
      case THE_SAME, NOT_THERE, BEFORE_THE_LOG -> {}
      case ANOTHER ->
          tell(
              Kind.EDITED,
              place,
              "records %d to %d were rewritten: the seal of epoch %d knows another record %d"
                  .formatted(Math.min(from + 1, seal.seq()), seal.seq(), seal.epoch(), seal.seq()));
      case NOT_BEFORE_IT ->
          tell(
              Kind.REMOVED,
              place,
              "the seal of epoch %d covers record %d, and is record %d itself: records are gone"
                      .formatted(seal.epoch(), seal.seq(), chain.head().seq())
                  + " from before it, and the chain was closed over them");
      case TOO_FAR_BEFORE_IT ->
          tell(
              Kind.SEAL_BROKEN,
              place,
              "the seal of epoch %d covers record %d, and is record %d itself: none was made so late"
                  .formatted(seal.epoch(), seal.seq(), chain.head().seq()));
    }
    if (covered.holds) {
      troublesAtLast = chain.troubles();
      good = seal;
      unsealed = 0;
      previous = "";
      elapsed = 0;
      late = false;
    }
  }

  /** The state of the record that a seal covers. */
  private enum Covered {
    THE_SAME(true),
    ANOTHER(false),
    /** It is missing, and the chain check has reported that. */
    NOT_THERE(true),
    /** It was removed with its segment. */
    BEFORE_THE_LOG(true),
    NOT_BEFORE_IT(false),
    TOO_FAR_BEFORE_IT(false);

    private final boolean holds;

    Covered(boolean holds) {
      this.holds = holds;
    }
  }

  private Covered covered(Seal seal) {
    long seq = seal.seq();
    long first = chain.first();
    if (seq >= chain.head().seq()) {
      return Covered.NOT_BEFORE_IT;
    }
    if (seq < first - 1) {
      return Covered.BEFORE_THE_LOG;
    }
    String hash = seq == first - 1 ? chain.beforeFirst() : chain.hashOf(seq);
    if (hash.isEmpty()) {
      return chainIsWholeSinceLast() ? Covered.TOO_FAR_BEFORE_IT : Covered.NOT_THERE;
    }
    return hash.equals(seal.hash()) ? Covered.THE_SAME : Covered.ANOTHER;
  }

  /**
   * Reports why a seal does not match, once: the seals after it are of the same chain and fail too.
   */
  private void tell(Kind kind, Object where, String what) {
    if (chainIsWholeSinceLast()) {
      findings.add(kind, where, what);
    }
  }

  /** Whether nothing wrong was found since the last matching seal; no damage is reported twice. */
  private boolean chainIsWholeSinceLast() {
    return chain.troubles() == troublesAtLast;
  }

  private boolean follows(Seal.Signed signed, ChainCheck.LinePlace place) {
    Seal seal = signed.seal();
    if (!signed.isGenuine()) {
      findings.add(
          Kind.SEAL_BROKEN,
          place,
          "the signature of the seal of epoch %d is wrong".formatted(seal.epoch()));
      return false;
    }
    if (seal.epoch() < 0 || seal.seq() < 0) {
      findings.add(
          Kind.SEAL_BROKEN,
          place,
          "the seal of epoch %d covers record %d: dbgd makes none like it"
              .formatted(seal.epoch(), seal.seq()));
      return false;
    }
    if (firstKey == null) {
      firstKey = seal.key();
    }
    Seal before = last;
    // Also a trusted seal can be a copy, put behind seals that others made.
    if (before != null && seal.seq() < before.seq()) {
      tell(
          Kind.FORKED,
          place,
          "a seal of record %d comes after one of record %d".formatted(seal.seq(), before.seq()));
    }
    if (trusted.contains(seal.key())) {
      reached = true;
    }
    if (before != null && !trusted.contains(seal.key())) {
      if (seal.epoch() <= before.epoch()) {
        findings.add(
            Kind.FORKED,
            place,
            "a seal of epoch %d comes after one of epoch %d"
                .formatted(seal.epoch(), before.epoch()));
        return false;
      }
      boolean next = seal.epoch() == before.epoch() + 1;
      if (next && !seal.key().equals(before.next())) {
        findings.add(
            Kind.SEAL_BROKEN,
            place,
            "the seal of epoch %d is made with a key that the one before does not name"
                .formatted(seal.epoch()));
      } else if (!next && chainIsWholeSinceLast()) {
        findings.add(
            Kind.SEAL_BROKEN,
            place,
            "the seals of epochs %d to %d are gone, and the chain was closed over them"
                .formatted(before.epoch() + 1, seal.epoch() - 1));
      }
      // Continue from this seal, so that one break is reported once.
    }
    return true;
  }

  /** The log has a genuine record with this hash and number. */
  void isThere(String hash, long seq) {
    retiredIsThere |= retired != null && retired.seq() == seq && retired.hash().equals(hash);
  }

  /**
   * Takes a record that is not a seal. The time until dbgd's start does not count: a dbgd that died
   * could not seal its last records. Nor does all of a long time between two records: a host that
   * was suspended, or whose clock was set forward, was not late, and dbgd waits by a clock that
   * knows neither. Who keeps dbgd from sealing is found a few records later.
   *
   * @param start whether only a dbgd that starts writes such a record
   */
  void record(String time, boolean start, ChainCheck.LinePlace place) {
    Seal before = last;
    if (before == null) {
      return;
    }
    unsealed++;
    if (start) {
      previous = "";
      elapsed = 0;
    }
    long most = 2 * before.seconds() + SLACK_SECONDS;
    elapsed += Math.clamp(seconds(previous, time), 0, Math.max(0, most / 3));
    previous = time;
    boolean tooMany = unsealed > 2 * before.records() + 1000;
    boolean tooLong = elapsed > most;
    if ((tooMany || tooLong) && !late) {
      late = true;
      findings.add(
          Kind.SEAL_BROKEN,
          place,
          "no seal since the one of epoch %d, which promises one every %d records and %d s"
              .formatted(before.epoch(), before.records(), before.seconds()));
    }
  }

  /**
   * The seconds from one time to another; most records are of the same second as the one before.
   */
  private static long seconds(String from, String to) {
    if (from.isEmpty() || from.regionMatches(0, to, 0, TO_SECONDS)) {
      return 0;
    }
    try {
      return Duration.between(Instant.parse(from), Instant.parse(to)).toSeconds();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  /** Takes the end of the log. */
  void end() {
    Seal removed = retired;
    if (removed != null
        && removed.seq() >= chain.first()
        && removed.seq() <= chain.head().seq()
        && !retiredIsThere) {
      tell(
          Kind.EDITED,
          "the log",
          ("the seal of epoch %d in " + RetiredSeals.FILE + " knows another record %d")
              .formatted(removed.epoch(), removed.seq()));
    }
    if (!reached) {
      findings.add(
          Kind.SEAL_BROKEN,
          "the log",
          last == null
              ? "no record is sealed, and a key was given"
              : "no seal is verified by the given key: the one that was is gone, or this is another"
                  + " log, or one that was sealed anew");
    }
  }

  /** Checks that the log reaches the last record that the seals of removed segments cover. */
  void checkEnd() {
    Seal removed = retired;
    if (removed != null && removed.seq() > chain.head().seq()) {
      findings.add(
          Kind.TRUNCATED,
          "the end",
          ("the log ends with record %d, and " + RetiredSeals.FILE + " has a seal of record %d")
              .formatted(chain.head().seq(), removed.seq()));
    }
  }

  /** The last seal that matches the log. */
  Optional<Seal> good() {
    return Optional.ofNullable(good);
  }

  /** The last seal of the chain of keys, whether it matches the log or not. */
  Optional<Seal> last() {
    return Optional.ofNullable(last);
  }

  /** The verifying key of the first seal found. */
  Optional<String> firstKey() {
    return Optional.ofNullable(firstKey);
  }
}
