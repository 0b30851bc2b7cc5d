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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times of records as a reader's clock shows them. In UTC they look as in the log, and need no
 * name; in another zone the name is {@link #zoneName}.
 */
record ReaderClock(ZoneId zone) {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  /** A name of the zone database. TZ may also hold a path, which nobody opens here. */
  private static final Pattern NAME = Pattern.compile(":?([A-Za-z][A-Za-z0-9_+/-]{0,63})");

  /** POSIX's form without summer time: its hours count to the west of Greenwich. */
  private static final Pattern POSIX =
      Pattern.compile("(?:[A-Za-z]{3,9}|<[A-Za-z0-9+-]{3,9}>)([+-]?)([0-9]{1,2})(?::([0-9]{2}))?");

  /**
   * The clock of a client. Its TZ is any text that the client likes: one that names no known zone,
   * such as a path or a rule for summer time, stands for the zone of the host.
   */
  static ReaderClock of(Request request) {
    return new ReaderClock(
        zone(request.variable(Request.ZONE)).orElseGet(ZoneId::systemDefault).normalized());
  }

  static Optional<ZoneId> zone(String text) {
    try {
      Matcher name = NAME.matcher(text);
      if (name.matches() && ZoneId.getAvailableZoneIds().contains(name.group(1))) {
        return Optional.of(ZoneId.of(name.group(1)));
      }
      Matcher posix = POSIX.matcher(text);
      if (posix.matches()) {
        int minutes = posix.group(3) == null ? 0 : Integer.parseInt(posix.group(3));
        int seconds = Integer.parseInt(posix.group(2)) * 3600 + minutes * 60;
        return Optional.of(
            ZoneOffset.ofTotalSeconds(posix.group(1).equals("-") ? seconds : -seconds));
      }
    } catch (DateTimeException e) {
      // No zone is so far from Greenwich.
    }
    return Optional.empty();
  }

  private boolean isUtc() {
    return zone.getRules().isFixedOffset()
        && zone.getRules().getOffset(Instant.EPOCH).equals(ZoneOffset.UTC);
  }

  /** What to print once beside the times; empty in UTC, whose times end in Z. */
  Optional<String> zoneName() {
    return isUtc() ? Optional.empty() : Optional.of(zone.getId());
  }

  /** A record's time, to the second; as it is if it is none. */
  String shown(String time) {
    try {
      Instant instant = Instant.parse(time).truncatedTo(ChronoUnit.SECONDS);
      return isUtc() ? instant.toString() : LOCAL.format(instant.atZone(zone));
    } catch (DateTimeException e) {
      return time;
    }
  }
}
