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
 * Follows the chain line by line and reports what was done to it. A record has its number, its
 * predecessor's hash and its own. From these three, an edit, a removal, an insertion and a move can
 * be distinguished, and after each of them checking continues at the next intact record.
 *
 * <p>The chain alone cannot show that a record was rewritten together with all that follow. The
 * seals show that, {@link SealCheck}.
 *
 * <p>Memory does not grow with the log. For one thread.
 */
final class ChainCheck {
  private static final int MOST_DISPLACED = 10_000;

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

  /** Records that came too early, by number, until their turn comes. */
  private final TreeMap<Long, Displaced> displaced = new TreeMap<>();

  private @Nullable LinePlace last;
  private boolean tornTail;
  private boolean beginningForgiven;

  /** A record whose {@code prev} is not the hash of the one before: one of them was changed. */
  private record Doubt(LinePlace place, LinePlace before, Set<String> heads) {}

  /** A record before its turn, until the next line shows why; {@code look} examines it. */
  private record Early(ChainLink frame, LinePlace place, boolean opensFile, Runnable look) {}

  /** A record that came too early: the log continued as if it were not there. */
  private record Displaced(ChainLink frame, LinePlace place) {}

  ChainCheck(Verification.Findings findings) {
    this.findings = findings;
    this.behind = new OutOfOrder(findings);
  }

  /** Takes a line that is not a record; {@code isObject}: nevertheless it is JSON, as they are. */
  void strange(LinePlace place, boolean isObject) {
    decideOnEarly(false);
    strange.add(place, isObject);
  }

  /**
   * Takes a line with the form of a record.
   *
   * @param opensFile whether it is the first record of its file
   * @param later returns how to examine the record; called if only the next line shows whether the
   *     record is in its place
   * @return whether the record is genuine and in its turn, and is to be examined now
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

  /** {@code goesOn}: whether the log continues as if the early record were not there. */
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
    findings.add(Kind.EDITED, place, "record %d is not as it was written".formatted(frame.seq()));
    if (frame.seq() == expected || heads.contains(frame.prev())) {
      accept(expected, Set.of(frame.hash(), frame.actual()), frame.hash(), place);
    }
  }

  private void inTurn(ChainLink frame, LinePlace place) {
    settle();
    if (!heads.contains(frame.prev())) {
      doubt = new Doubt(place, last == null ? place : last, heads);
    }
    strange.areTorn(findings);
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
      strange.areTorn(findings);
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
    comesBeforeItsPlace(moved);
  }

  private void comesBeforeItsPlace(Displaced moved) {
    long seq = moved.frame.seq();
    findings.add(Kind.REORDERED, moved.place, "record %d comes before its place".formatted(seq));
  }

  private void behind(ChainLink frame, LinePlace place) {
    Doubt open = doubt;
    if (open != null && frame.seq() == expected - 1 && open.heads.contains(frame.prev())) {
      // The record before does not follow the chain and this one does: that one was inserted.
      doubt = null;
      findings.add(
          Kind.INSERTED,
          open.place,
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
      findings.add(Kind.INSERTED, place, "there was a record %d before it".formatted(frame.seq()));
      if (frame.seq() == expected - 1) {
        // The genuine one is the one that the next record follows. The two may also be identical: a
        // copy.
        heads = Set.copyOf(List.of(heads.iterator().next(), frame.hash()));
      }
    }
  }

  /** Reports a record that comes after a later one. */
  private void add(Kind kind, long seq, LinePlace place) {
    if (!behind.continues(kind, seq, expected - 1)) {
      settle();
      behind.begin(kind, seq, expected - 1, place);
    }
  }

  /** Reports what is still open: the next record shows that it was not an insertion. */
  private void settle() {
    behind.tell();
    Doubt open = doubt;
    doubt = null;
    if (open != null) {
      findings.add(
          Kind.EDITED,
          open.before,
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
          copy.place,
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

  /** The hash of a recent record; empty if it is not known. */
  String hashOf(long seq) {
    return hashes.of(seq);
  }

  /** Takes the end of the log; {@code ended}: whether its last line ends in a newline. */
  void end(boolean ended) {
    decideOnEarly(false);
    while (!displaced.isEmpty()) {
      endWithDisplaced(displaced.pollFirstEntry().getValue());
    }
    settle();
    boolean endsInRecord = strange.open() == 0;
    tornTail = !ended || strange.mayBeTorn();
    strange.areTorn(findings);
    gaps.tell(findings, beginningForgiven);
    if (!ended && endsInRecord && last != null) {
      strange.torn(last + " (only its end)");
    }
  }

  /** Takes an early record whose turn had not come when the log ended. */
  private void endWithDisplaced(Displaced moved) {
    long seq = moved.frame.seq();
    if (seq > expected) {
      gaps.add(expected, seq - 1, moved.place, false);
    }
    comesBeforeItsPlace(moved);
    accept(moved.frame, last == null ? moved.place : last);
  }

  /**
   * A count that grows with each trouble. Missing records are counted here at once and reported at
   * the end; those missing from the beginning are not counted, since retention may have removed
   * them.
   */
  long troubles() {
    return findings.count() + gaps.seen();
  }

  /** Whether the log ends in a torn line. */
  boolean tornTail() {
    return tornTail;
  }

  /** The lines that are not records; after {@link #end} all remaining ones are torn. */
  UnparsedLines strangeLines() {
    return strange;
  }

  long records() {
    return records;
  }

  /** The number of the first record; 0 if there is none. */
  long first() {
    return records == 0 ? 0 : gaps.first();
  }

  /** A RETENTION record accounts for the records missing from the beginning. */
  void forgiveBeginning() {
    beginningForgiven = true;
  }

  /** The hash of the record before the first one, from the first one's {@code prev}. */
  String beforeFirst() {
    return beforeFirst;
  }

  /** The last record in turn. */
  ChainHead head() {
    return records == 0 ? ChainHead.NONE : new ChainHead(expected - 1, hashOf(expected - 1));
  }

  /**
   * The hashes of the last 65,536 records. This is how far back a copy is recognized as such, and
   * how far back a seal may point.
   *
   * <p>For one thread.
   */
  private static final class RecentHashes {
    private static final int REMEMBERED = 1 << 16;

    private final String[] hashes = new String[REMEMBERED];
    private final long[] numbers = new long[REMEMBERED];

    void put(long seq, String hash) {
      int slot = slot(seq);
      hashes[slot] = hash;
      numbers[slot] = seq;
    }

    /** Empty if it is not known. */
    String of(long seq) {
      int slot = slot(seq);
      String hash = hashes[slot];
      return hash != null && numbers[slot] == seq ? hash : "";
    }

    private static int slot(long seq) {
      return (int) (seq % REMEMBERED);
    }
  }

  /**
   * Records that come after a later one. Consecutive ones are reported as one finding.
   *
   * <p>For one thread.
   */
  private static final class OutOfOrder {
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
}
