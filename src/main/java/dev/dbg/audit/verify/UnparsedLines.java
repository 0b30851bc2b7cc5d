package dev.dbg.audit.verify;

import dev.dbg.audit.verify.ChainCheck.LinePlace;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that are no records. Those between two records that follow each other are torn, as a crash
 * leaves them; those where records are missing were these. Only so many are listed, and all
 * counted.
 *
 * <p>For one thread.
 */
final class UnparsedLines {
  private final List<String> torn = new ArrayList<>();
  private long moreTorn;

  /** Since the last record: the next one shows what they are. */
  private final List<String> open = new ArrayList<>();

  private long countOfOpen;

  void add(LinePlace place) {
    countOfOpen++;
    if (open.size() < Verification.MOST) {
      open.add(place.toString());
    }
  }

  /** How many there are since the last record. */
  long open() {
    return countOfOpen;
  }

  /** Those since the last record were none. */
  void areTorn() {
    open.forEach(this::torn);
    moreTorn += countOfOpen - open.size();
    forget();
  }

  /** Those since the last record were records. */
  void wereRecords(Verification.Findings findings) {
    open.forEach(where -> findings.add(Kind.EDITED, where, "this was a record"));
    findings.addUnlisted(countOfOpen - open.size());
    forget();
  }

  private void forget() {
    open.clear();
    countOfOpen = 0;
  }

  /** One more that is torn. */
  void torn(String where) {
    if (torn.size() < Verification.MOST) {
      torn.add(where);
    } else {
      moreTorn++;
    }
  }

  /** Where the torn ones are. */
  List<String> torn() {
    return torn;
  }

  /** How many of them are not in the list. */
  long moreTorn() {
    return moreTorn;
  }
}
