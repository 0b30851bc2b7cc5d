package dev.dbg.audit.verify;

import dev.dbg.audit.verify.ChainCheck.LinePlace;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that are not records. Between two consecutive records they are torn lines, as a crash
 * leaves them; where records are missing they were these records. At most {@link Verification#MOST}
 * are listed, and all are counted.
 *
 * <p>For one thread.
 */
final class UnparsedLines {
  private final List<String> torn = new ArrayList<>();
  private long moreTorn;

  /** The lines since the last record; the next record shows what they are. */
  private final List<String> open = new ArrayList<>();

  private long countOfOpen;

  void add(LinePlace place) {
    countOfOpen++;
    if (open.size() < Verification.MOST) {
      open.add(place.toString());
    }
  }

  /** How many lines there are since the last record. */
  long open() {
    return countOfOpen;
  }

  /** The lines since the last record are torn lines. */
  void areTorn() {
    open.forEach(this::torn);
    moreTorn += countOfOpen - open.size();
    forget();
  }

  /** The lines since the last record were records. */
  void wereRecords(Verification.Findings findings) {
    open.forEach(where -> findings.add(Kind.EDITED, where, "this was a record"));
    findings.addUnlisted(countOfOpen - open.size());
    forget();
  }

  private void forget() {
    open.clear();
    countOfOpen = 0;
  }

  /** Adds a torn line. */
  void torn(String where) {
    if (torn.size() < Verification.MOST) {
      torn.add(where);
    } else {
      moreTorn++;
    }
  }

  /** The places of the torn lines. */
  List<String> torn() {
    return torn;
  }

  /** How many torn lines are not in the list. */
  long moreTorn() {
    return moreTorn;
  }
}
