package dev.dbg.audit.verify;

import dev.dbg.audit.verify.Verification.Span;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/**
 * The records between one that was stamped and the next, and the earliest time that one of them
 * says: a log that was written anew may begin such a span with a time that is true.
 *
 * <p>For one thread.
 */
final class StampedSpans {
  private final List<Span> all = new ArrayList<>();

  // Of the records since the last that was stamped.
  private Instant earliest = Instant.MAX;
  private String says = "";
  private long from;

  /** Notes the next record, with the time that it says. */
  void record(long seq, String time) {
    Instant said = parsed(time);
    if (said.isBefore(earliest)) {
      earliest = said;
      says = time;
      from = seq;
    }
  }

  /** Notes that the record, which was the last one, was stamped. */
  void end(long seq, String hash) {
    all.add(new Span(from, says, seq, hash));
    earliest = Instant.MAX;
  }

  List<Span> all() {
    return List.copyOf(all);
  }

  /** What is no time is before all others. */
  static Instant parsed(String time) {
    try {
      return Instant.parse(time);
    } catch (DateTimeParseException e) {
      return Instant.MIN;
    }
  }
}
