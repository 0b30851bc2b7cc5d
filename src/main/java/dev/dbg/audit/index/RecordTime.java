package dev.dbg.audit.index;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A record's time as a number that orders as its text does, to the second: 20261126131950. */
final class RecordTime {
  /** For a text that is not in the form of a record's time. */
  static final long NONE = -1;

  private static final Pattern FORM = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d");

  private RecordTime() {}

  static long of(String text) {
    Matcher time = FORM.matcher(text);
    return time.lookingAt() ? Long.parseLong(time.group().replaceAll("\\D", "")) : NONE;
  }
}
