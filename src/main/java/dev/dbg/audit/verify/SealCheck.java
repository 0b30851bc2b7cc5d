package dev.dbg.audit.verify;

import dev.dbg.audit.record.Chain;
import dev.dbg.audit.seal.Seal;
import dev.dbg.audit.verify.Verification.Kind;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the seals: each is signed with the key that the one before named, and says what the hash
 * of a record was. A record that was rewritten together with all that follow has another.
 *
 * <p>For one thread.
 */
final class SealCheck {
  /** Beside what a seal promises: dbgd may have been busy. */
  private static final long SLACK_SECONDS = 120;

  private static final int TO_SECONDS = "2026-11-24T12:00:00".length();

  private final Verification.Findings findings;
  private final ChainCheck chain;
  private final Set<String> trusted;

  private @Nullable Seal last;
  private @Nullable Seal good;
  private @Nullable String firstKey;
  private boolean reached;
  private long retiredUpTo = -1;
  private long unsealed;
  private long troublesAtLast;
  private String deadline = "";
  private boolean late;

  /**
   * @param trusted the verifying keys that somebody kept; with none of them, the first seal's own
   *     is believed
   */
  SealCheck(Verification.Findings findings, ChainCheck chain, Set<String> trusted) {
    this.findings = findings;
    this.chain = chain;
    this.trusted = trusted;
    this.reached = trusted.isEmpty();
  }

  /** A seal of a segment that was removed: only its signature can still be looked at. */
  void retired(Seal.Signed signed, ChainCheck.Place place) {
    // A crash while segments were removed leaves their seals here twice.
    if (signed.seal().epoch() > retiredUpTo && follows(signed, place)) {
      last = signed.seal();
      good = signed.seal();
      retiredUpTo = signed.seal().epoch();
    }
  }

  void seal(Seal.Signed signed, ChainCheck.Place place) {
    Seal seal = signed.seal();
    if (seal.epoch() <= retiredUpTo || !follows(signed, place)) {
      return;
    }
    String hash = seal.seq() == 0 ? Chain.START : chain.hashOf(seal.seq());
    long from = last == null ? 0 : last.seq();
    last = seal;
    if (!hash.isEmpty() && !hash.equals(seal.hash())) {
      if (chainIsWholeSinceLast()) {
        findings.add(
            Kind.EDITED,
            place.toString(),
            "records %d to %d were rewritten: the seal of epoch %d knows another record %d"
                .formatted(Math.min(from + 1, seal.seq()), seal.seq(), seal.epoch(), seal.seq()));
      }
      // All that follow are of the rewritten chain as well: it is said once.
      return;
    }
    troublesAtLast = chain.troubles();
    good = seal;
    unsealed = 0;
    deadline = "";
    late = false;
  }

  /** What the chain has told already is not told again as the seals see it. */
  private boolean chainIsWholeSinceLast() {
    return chain.troubles() == troublesAtLast;
  }

  private boolean follows(Seal.Signed signed, ChainCheck.Place place) {
    Seal seal = signed.seal();
    if (!signed.isGenuine()) {
      findings.add(
          Kind.SEAL_BROKEN,
          place.toString(),
          "the signature of the seal of epoch %d is wrong".formatted(seal.epoch()));
      return false;
    }
    if (firstKey == null) {
      firstKey = seal.key();
    }
    if (trusted.contains(seal.key())) {
      reached = true;
    }
    Seal before = last;
    if (before != null && !trusted.contains(seal.key())) {
      if (seal.epoch() <= before.epoch()) {
        findings.add(
            Kind.FORKED,
            place.toString(),
            "a seal of epoch %d stands behind one of epoch %d"
                .formatted(seal.epoch(), before.epoch()));
        return false;
      }
      boolean next = seal.epoch() == before.epoch() + 1;
      if (next && !seal.key().equals(before.next())) {
        findings.add(
            Kind.SEAL_BROKEN,
            place.toString(),
            "the seal of epoch %d is made with a key that the one before does not name"
                .formatted(seal.epoch()));
      } else if (!next && chainIsWholeSinceLast()) {
        findings.add(
            Kind.SEAL_BROKEN,
            place.toString(),
            "the seals of epochs %d to %d are gone, and the chain was closed over them"
                .formatted(before.epoch() + 1, seal.epoch() - 1));
      }
      // Go on from it, so that one break is told once.
    }
    return true;
  }

  /**
   * A record that is no seal.
   *
   * @param time as it says
   * @param start whether dbgd started with it: one that died could seal nothing more
   */
  void record(String time, boolean start, ChainCheck.Place place) {
    Seal before = last;
    if (before == null) {
      return;
    }
    unsealed++;
    if (start) {
      deadline = "";
      unsealed = 1;
    }
    if (deadline.isEmpty()) {
      deadline = later(time, 2 * before.seconds() + SLACK_SECONDS);
    }
    boolean tooMany = unsealed > 2 * before.records() + 1000;
    boolean tooLong = time.length() >= TO_SECONDS && time.compareTo(deadline) > 0;
    if ((tooMany || tooLong) && !late) {
      late = true;
      findings.add(
          Kind.SEAL_BROKEN,
          place.toString(),
          "no seal since the one of epoch %d, which promises one every %d records and %d s"
              .formatted(before.epoch(), before.records(), before.seconds()));
    }
  }

  private static String later(String time, long seconds) {
    try {
      return Instant.parse(time).plusSeconds(seconds).toString().substring(0, TO_SECONDS) + "~";
    } catch (DateTimeException e) {
      return "~";
    }
  }

  /** The end of the log. */
  void end() {
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

  /** The last seal that holds. */
  Optional<Seal> good() {
    return Optional.ofNullable(good);
  }

  /** The verifying key of the first seal there is. */
  Optional<String> firstKey() {
    return Optional.ofNullable(firstKey);
  }
}
