package dev.dbg.audit.verify;

import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.ChainLink;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain line by line and tells what was done to it. A record carries its number, its
 * predecessor's hash and its own: from these three an edit, a removal, an insertion and a move look
 * different, and after each of them the next whole record is a place to go on from.
 *
 * <p>What cannot be told apart by the chain: a record that was rewritten together with all that
 * follow. The seals tell that, {@link SealCheck}.
 *
 * <p>Memory does not grow with the log. For one thread.
 */
final class ChainCheck {
  private static final int MOST_DISPLACED = 10_000;

  /** Where a line stands. */
  record LinePlace(String file, long line) {
    @Override
    public String toString() {
      return file + " line " + line;
    }
  }

  private final Verification.Findings findings;
  private final UnparsedLines strange = new UnparsedLines();
  private final RecentHashes hashes = new RecentHashes();
  private final Gaps gaps = new Gaps();
  private final OutOfOrder behind;

  private long records;
  private String beforeFirst = Chain.START;
  private long expected = 1;
  private Set<String> heads = Set.of(Chain.START);
  private @Nullable Doubt doubt;
  private @Nullable Early early;

  /** Until their turn comes. */
  private final TreeMap<Long, Displaced> displaced = new TreeMap<>();

  private @Nullable LinePlace last;
  private boolean tornTail;
  private boolean beginningForgiven;

  /** A record that does not follow the one before: it, or that one, is not the one written. */
  private record Doubt(LinePlace place, LinePlace before, Set<String> heads) {}

  /**
   * A record that comes before its turn.
   *
   * @param look what is to be done with it if the log goes on behind it
   */
  private record Early(ChainLink frame, LinePlace place, boolean opensFile, Runnable look) {}

  /** A record that the log did not go on behind. */
  private record Displaced(ChainLink frame, LinePlace place) {}

  ChainCheck(Verification.Findings findings) {
    this.findings = findings;
    this.behind = new OutOfOrder(findings);
  }

  /** A line that is no record. */
  void strange(LinePlace place) {
    decideOnEarly(false);
    strange.add(place);
  }

  /**
   * A line with the form of a record.
   *
   * @param opensFile whether it is the first of its file
   * @param later asked for what is to be done with it if it turns out to be as it was written, and
   *     not behind a later one, where only the next line shows that
   * @return whether it is, and is to be dealt with now
   */
  boolean record(ChainLink frame, LinePlace place, boolean opensFile, Supplier<Runnable> later) {
    decideOnEarly(early != null && frame.seq() >= expected && frame.seq() < early.frame.seq());
    if (!frame.isGenuine()) {
      edited(frame, place);
      return false;
    }
    if (frame.seq() < expected) {
      behind(frame, place);
      return false;
    }
    if (frame.seq() == expected) {
      inTurn(frame, place);
      return true;
    }
    early = new Early(frame, place, opensFile, later.get());
    return false;
  }

  /**
   * @param goesOn whether the log goes on as if the early one were not there
   */
  private void decideOnEarly(boolean goesOn) {
    Early open = early;
    early = null;
    if (open == null) {
      return;
    }
    if (goesOn && displaced.size() < MOST_DISPLACED) {
      displaced.putIfAbsent(open.frame.seq(), new Displaced(open.frame, open.place));
    } else {
      ahead(open.frame, open.place, open.opensFile);
      open.look.run();
    }
  }

  private void edited(ChainLink frame, LinePlace place) {
    settle();
    findings.add(
        Kind.EDITED, place.toString(), "record %d is not as it was written".formatted(frame.seq()));
    if (frame.seq() == expected || heads.contains(frame.prev())) {
      accept(expected, Set.of(frame.hash(), frame.actual()), frame.hash(), place);
    }
  }

  private void inTurn(ChainLink frame, LinePlace place) {
    settle();
    if (!heads.contains(frame.prev())) {
      doubt = new Doubt(place, last == null ? place : last, heads);
    }
    strange.areTorn();
    accept(frame, place);
  }

  private void ahead(ChainLink frame, LinePlace place, boolean opensFile) {
    settle();
    if (records == 0) {
      beforeFirst = frame.prev();
    }
    long gone = frame.seq() - expected;
    if (gone <= strange.open()) {
      strange.wereRecords(findings);
    } else {
      strange.areTorn();
      gaps.add(expected, frame.seq() - 1, place, opensFile);
    }
    Map<Long, Displaced> passed = displaced.headMap(frame.seq());
    passed.values().forEach(this::cameTooEarly);
    passed.clear();
    accept(frame, place);
  }

  private void cameTooEarly(Displaced moved) {
    boolean _ = fillsGap(moved.frame.seq());
    hashes.put(moved.frame.seq(), moved.frame.hash());
    findings.add(
        Kind.REORDERED,
        moved.place.toString(),
        "record %d comes before its place".formatted(moved.frame.seq()));
  }

  private void behind(ChainLink frame, LinePlace place) {
    Doubt open = doubt;
    if (open != null && frame.seq() == expected - 1 && open.heads.contains(frame.prev())) {
      // The one before does not follow, this one does: it is the record, and that one was put in.
      doubt = null;
      findings.add(
          Kind.INSERTED,
          open.place.toString(),
          "there is another record %d, which follows the one before".formatted(frame.seq()));
      accept(frame, place);
      return;
    }
    if (fillsGap(frame.seq())) {
      add(Kind.REORDERED, frame.seq(), place);
      hashes.put(frame.seq(), frame.hash());
    } else if (frame.hash().equals(hashOf(frame.seq()))) {
      add(Kind.INSERTED, frame.seq(), place);
    } else {
      settle();
      findings.add(
          Kind.INSERTED,
          place.toString(),
          "there was a record %d before it".formatted(frame.seq()));
      if (frame.seq() == expected - 1) {
        // Which of the two the next record follows is the one that was written.
        // It may be the very same: a copy.
        heads = Set.copyOf(List.of(heads.iterator().next(), frame.hash()));
      }
    }
  }

  /** Says of a record that it stands behind a later one. */
  private void add(Kind kind, long seq, LinePlace place) {
    if (!behind.continues(kind, seq, expected - 1)) {
      settle();
      behind.begin(kind, seq, expected - 1, place);
    }
  }

  /** Says what was left open, now that the next record shows that it was no insertion. */
  private void settle() {
    behind.tell();
    Doubt open = doubt;
    doubt = null;
    if (open != null) {
      findings.add(
          Kind.EDITED,
          open.before.toString(),
          "the record at %s does not follow it: one of the two is not as it was written"
              .formatted(open.place));
    }
  }

  private void accept(ChainLink frame, LinePlace place) {
    accept(frame.seq(), Set.of(frame.hash()), frame.hash(), place);
  }

  private void accept(long seq, Set<String> possible, String hash, LinePlace place) {
    Displaced copy = displaced.remove(seq);
    if (copy != null) {
      findings.add(
          Kind.INSERTED,
          copy.place.toString(),
          copy.frame.hash().equals(hash)
              ? "a copy of record %d, before its place".formatted(seq)
              : "there is another record %d, at its place".formatted(seq));
    }
    records++;
    expected = seq + 1;
    heads = possible;
    last = place;
    hashes.put(seq, hash);
  }

  private boolean fillsGap(long seq) {
    boolean filled = gaps.fill(seq);
    records += filled ? 1 : 0;
    return filled;
  }

  /** The hash of a record that was not long ago; empty if it is not known. */
  String hashOf(long seq) {
    return hashes.of(seq);
  }

  /**
   * The end of the log.
   *
   * @param ended whether its last line has its end
   */
  void end(boolean ended) {
    decideOnEarly(false);
    while (!displaced.isEmpty()) {
      endWithDisplaced(displaced.pollFirstEntry().getValue());
    }
    settle();
    boolean endsInRecord = strange.open() == 0;
    tornTail = !ended || !endsInRecord;
    strange.areTorn();
    gaps.tell(findings, beginningForgiven);
    if (!ended && endsInRecord && last != null) {
      strange.torn(last + " (only its end)");
    }
  }

  /** The log ends before its turn came. */
  private void endWithDisplaced(Displaced moved) {
    long seq = moved.frame.seq();
    if (seq > expected) {
      gaps.add(expected, seq - 1, moved.place, false);
    }
    findings.add(
        Kind.REORDERED, moved.place.toString(), "record %d comes before its place".formatted(seq));
    accept(moved.frame, last == null ? moved.place : last);
  }

  /**
   * Grows with everything that is found wrong; what is missing is only told at the end. What is
   * gone from the beginning may have been to go.
   */
  long troubles() {
    return findings.count() + gaps.seen();
  }

  /** Whether the log ends in something that is no whole line of it. */
  boolean tornTail() {
    return tornTail;
  }

  /** The torn ones among the lines that are no records; all are at the end. */
  UnparsedLines strangeLines() {
    return strange;
  }

  long records() {
    return records;
  }

  /** The number of the first record, 0 if there is none. */
  long first() {
    return records == 0 ? 0 : gaps.first();
  }

  /** A record says that what is gone from the beginning was to go. */
  void forgiveBeginning() {
    beginningForgiven = true;
  }

  /** What the first record says is the hash of the one before it. */
  String beforeFirst() {
    return beforeFirst;
  }

  /** The last record in turn. */
  ChainHead head() {
    return records == 0 ? ChainHead.NONE : new ChainHead(expected - 1, hashOf(expected - 1));
  }
}
