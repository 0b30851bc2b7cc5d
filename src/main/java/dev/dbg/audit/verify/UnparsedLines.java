package dev.dbg.audit.verify;

import dev.dbg.audit.verify.ChainCheck.LinePlace;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that are not records. Where records are missing they were these records. Between two
 * consecutive records those that are JSON were put there, as no crash leaves a whole object, and
 * the others are torn lines. At most {@link Verification#MOST} are listed, and all are counted.
 *
 * <p>For one thread.
 */
final class UnparsedLines {
  private final List<String> torn = new ArrayList<>();
  private long moreTorn;

  /** The lines since the last record; the next record shows what they are. */
  private final List<String> open = new ArrayList<>();

  /** Those of them that are JSON, which are not in {@link #open}. */
  private final List<String> objects = new ArrayList<>();

  private long countOfOpen;
  private long countOfObjects;

  void add(LinePlace place, boolean isObject) {
    countOfOpen++;
    countOfObjects += isObject ? 1 : 0;
    List<String> its = isObject ? objects : open;
    if (its.size() < Verification.MOST) {
      its.add(place.toString());
    }
  }

  /** How many lines there are since the last record. */
  long open() {
    return countOfOpen;
  }

  boolean mayBeTorn() {
    return !open.isEmpty();
  }

  /** The lines since the last record are torn lines, but for those that a crash does not make. */
  void areTorn(Verification.Findings findings) {
    open.forEach(this::torn);
    moreTorn += countOfOpen - countOfObjects - open.size();
    objects.forEach(
        where ->
            findings.add(
                Kind.INSERTED,
                where,
                "it looks like a record and is none: dbgd did not write it so"));
    findings.addUnlisted(countOfObjects - objects.size());
    forget();
  }

  /** The lines since the last record were records. */
  void wereRecords(Verification.Findings findings) {
    for (List<String> each : List.of(open, objects)) {
      each.forEach(where -> findings.add(Kind.EDITED, where, "this was a record"));
    }
    findings.addUnlisted(countOfOpen - open.size() - objects.size());
    forget();
  }

  private void forget() {
    open.clear();
    objects.clear();
    countOfOpen = 0;
    countOfObjects = 0;
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
