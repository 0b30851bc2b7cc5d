package dev.dbg.reader;

import dev.dbg.wire.Request;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * Shows records' times in the reader's time zone. In UTC they look as in the log; another zone's
 * name is {@link #zoneName}.
 */
record ReaderClock(ZoneId zone) {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  static ReaderClock of(Request request) {
    return new ReaderClock(request.zone());
  }

  private boolean isUtc() {
    return zone.getRules().isFixedOffset()
        && zone.getRules().getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
  }

  /** Returns the zone's name, to print once; empty in UTC, whose times end in Z. */
  Optional<String> zoneName() {
    return isUtc() ? Optional.empty() : Optional.of(zone.getId());
  }

  /** Returns a record's time, to the second; a text that is not a time is returned unchanged. */
  String shown(String time) {
    try {
      Instant instant = Instant.parse(time).truncatedTo(ChronoUnit.SECONDS);
      return isUtc() ? instant.toString() : LOCAL.format(instant.atZone(zone));
    } catch (DateTimeException e) {
      return time;
    }
  }
}
