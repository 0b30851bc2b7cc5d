package dev.dbg.audit.index;

/** A record's time as a number that orders as its text does, to the second: 20261126131950. */
final class RecordTime {
  /** For a text that is not in the form of a record's time. */
  static final long NONE = -1;

  private static final String FORM = "0000-00-00T00:00:00";

  private RecordTime() {}

  static long of(String text) {
    if (text.length() < FORM.length()) {
      return NONE;
    }
    long number = 0;
    for (int i = 0; i < FORM.length(); i++) {
      char c = text.charAt(i);
      if (FORM.charAt(i) == '0' && c >= '0' && c <= '9') {
        number = 10 * number + c - '0';
      } else if (FORM.charAt(i) == '0' || c != FORM.charAt(i)) {
        return NONE;
      }
    }
    return number;
  }
}
