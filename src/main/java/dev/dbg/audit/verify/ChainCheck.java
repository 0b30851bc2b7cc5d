package dev.dbg.audit.verify;

import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.Frame;
import dev.dbg.audit.record.Head;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
  /** How far back a copy of a record is known as one, and a seal may point. */
  private static final int REMEMBERED = 1 << 16;

  private static final int MOST_GAPS = 10_000;

  /** Where a line stands. */
  record Place(String file, long line) {
    @Override
    public String toString() {
      return file + " line " + line;
    }
  }

  /** Numbers that were passed over, and whether a file begins behind them. */
  private record Gap(long to, Place behind, boolean atFile) {}

  private final Verification.Findings findings;
  private final List<String> torn = new ArrayList<>();
  private final String[] hashes = new String[REMEMBERED];
  private final TreeMap<Long, Gap> gaps = new TreeMap<>();
  private final List<Place> strange = new ArrayList<>();

  private long records;
  private String beforeFirst = Chain.START;
  private long expected = 1;
  private Set<String> heads = Set.of(Chain.START);
  private @Nullable Doubt doubt;
  private @Nullable Place last;
  private long moreTorn;
  private boolean tornTail;
  private long gapsSeen;
  private boolean beginningForgiven;

  /** A record that does not follow the one before: it, or that one, is not the one written. */
  private record Doubt(Place place, Place before, Set<String> heads) {}

  ChainCheck(Verification.Findings findings) {
    this.findings = findings;
  }

  /** A line that is no record. */
  void strange(Place place) {
    if (strange.size() < Verification.MOST) {
      strange.add(place);
    }
  }

  /**
   * A line with the form of a record.
   *
   * @param opensFile whether it is the first of its file
   * @return whether it is as it was written, and not behind a later one
   */
  boolean record(Frame frame, Place place, boolean opensFile) {
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
    } else {
      ahead(frame, place, opensFile);
    }
    return true;
  }

  private void edited(Frame frame, Place place) {
    settle();
    findings.add(
        Kind.EDITED, place.toString(), "record %d is not as it was written".formatted(frame.seq()));
    if (frame.seq() == expected || heads.contains(frame.prev())) {
      accept(expected, Set.of(frame.hash(), frame.actual()), frame.hash(), place);
    }
  }

  private void inTurn(Frame frame, Place place) {
    settle();
    if (!heads.contains(frame.prev())) {
      doubt = new Doubt(place, last == null ? place : last, heads);
    }
    strange.forEach(at -> torn(at.toString()));
    strange.clear();
    accept(frame, place);
  }

  private void ahead(Frame frame, Place place, boolean opensFile) {
    settle();
    if (records == 0) {
      beforeFirst = frame.prev();
    }
    long gone = frame.seq() - expected;
    if (gone <= strange.size()) {
      strange.forEach(at -> findings.add(Kind.EDITED, at.toString(), "this was a record"));
    } else {
      strange.forEach(at -> torn(at.toString()));
      if (gaps.size() < MOST_GAPS) {
        gaps.put(expected, new Gap(frame.seq() - 1, place, opensFile));
        gapsSeen++;
      }
    }
    strange.clear();
    accept(frame, place);
  }

  private void behind(Frame frame, Place place) {
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
    settle();
    if (fillsGap(frame.seq())) {
      findings.add(
          Kind.REORDERED,
          place.toString(),
          "record %d stands behind record %d".formatted(frame.seq(), expected - 1));
      remember(frame.seq(), frame.hash());
    } else if (frame.hash().equals(hashOf(frame.seq()))) {
      findings.add(Kind.INSERTED, place.toString(), "a copy of record %d".formatted(frame.seq()));
    } else {
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

  /** Says what was left open, now that the next record shows that it was no insertion. */
  private void settle() {
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

  private void accept(Frame frame, Place place) {
    accept(frame.seq(), Set.of(frame.hash()), frame.hash(), place);
  }

  private void accept(long seq, Set<String> possible, String hash, Place place) {
    records++;
    expected = seq + 1;
    heads = possible;
    last = place;
    remember(seq, hash);
  }

  private boolean fillsGap(long seq) {
    Map.Entry<Long, Gap> gap = gaps.floorEntry(seq);
    if (gap == null || gap.getValue().to < seq) {
      return false;
    }
    Gap whole = gap.getValue();
    long from = gap.getKey();
    gaps.remove(from);
    if (from < seq) {
      gaps.put(from, new Gap(seq - 1, whole.behind, whole.atFile));
    }
    if (seq < whole.to) {
      gaps.put(seq + 1, new Gap(whole.to, whole.behind, whole.atFile));
    }
    records++;
    return true;
  }

  private void remember(long seq, String hash) {
    hashes[(int) (seq % REMEMBERED)] = seq + ":" + hash;
  }

  /** The hash of a record that was not long ago; empty if it is not known. */
  String hashOf(long seq) {
    String found = hashes[(int) (seq % REMEMBERED)];
    String prefix = seq + ":";
    return found != null && found.startsWith(prefix) ? found.substring(prefix.length()) : "";
  }

  /**
   * The end of the log.
   *
   * @param ended whether its last line has its end
   */
  void end(boolean ended) {
    settle();
    tornTail = !ended || !strange.isEmpty();
    strange.forEach(at -> torn(at.toString()));
    gaps.forEach(this::missing);
    if (!ended && strange.isEmpty() && last != null) {
      torn(last + " (only its end)");
    }
  }

  private void missing(long from, Gap gap) {
    if (from == 1 && beginningForgiven) {
      return;
    }
    findings.add(
        gap.atFile ? Kind.SEGMENT_MISSING : Kind.REMOVED,
        gap.behind.toString(),
        from == gap.to
            ? "record %d is gone from before it".formatted(from)
            : "records %d to %d are gone from before it".formatted(from, gap.to));
  }

  /** Grows with everything that is found wrong; what is missing is only told at the end. */
  long troubles() {
    return findings.count() + gapsSeen;
  }

  /** Whether the log ends in something that is no whole line of it. */
  boolean tornTail() {
    return tornTail;
  }

  private void torn(String where) {
    if (torn.size() < Verification.MOST) {
      torn.add(where);
    } else {
      moreTorn++;
    }
  }

  List<String> torn() {
    return torn;
  }

  /** How many are not in the list. */
  long moreTorn() {
    return moreTorn;
  }

  long records() {
    return records;
  }

  /** The number of the first record, 0 if there is none. */
  long first() {
    Gap beginning = gaps.get(1L);
    return records == 0 ? 0 : beginning == null ? 1 : beginning.to + 1;
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
  Head head() {
    return records == 0 ? Head.NONE : new Head(expected - 1, hashOf(expected - 1));
  }
}
