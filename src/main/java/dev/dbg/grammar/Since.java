package dev.dbg.grammar;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A moment as typed: a time ago, or a date, in UTC. */
public sealed interface Since {
  /** The accepted forms, for messages. */
  String FORM = "write 90m, \"2 hours ago\", 2026-11-24, or 2026-11-24T08:30Z, in UTC";

  /** The moment. */
  Instant from(Instant now);

  /** A duration before now. */
  record Ago(Duration duration) implements Since {
    @Override
    public Instant from(Instant now) {
      return now.minus(duration);
    }
  }

  /** A fixed moment. */
  record At(Instant instant) implements Since {
    @Override
    public Instant from(Instant now) {
      return instant;
    }
  }

  /** Empty if {@code text} has none of the forms. */
  static Optional<Since> parse(String text) {
    Matcher ago = Patterns.AGO.matcher(text);
    if (ago.matches()) {
      Duration unit = Patterns.UNITS.getOrDefault(ago.group(2).charAt(0), Duration.ZERO);
      return Optional.of(new Ago(unit.multipliedBy(Long.parseLong(ago.group(1)))));
    }
    Matcher at = Patterns.AT.matcher(text);
    if (at.matches()) {
      String time = at.group(2) == null ? "00:00" : at.group(2);
      String seconds = at.group(3) == null ? ":00" : at.group(3);
      try {
        return Optional.of(new At(Instant.parse(at.group(1) + "T" + time + seconds + "Z")));
      } catch (DateTimeException e) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** In a class, because an interface cannot have private constants. */
  final class Patterns {
    private static final Pattern AGO =
        Pattern.compile("([0-9]{1,6}) ?(s|m|h|d|w|(?:second|minute|hour|day|week)s?)(?: ago)?");
    private static final Pattern AT =
        Pattern.compile("(\\d{4}-\\d{2}-\\d{2})(?:[T ](\\d{2}:\\d{2})(:\\d{2})?Z?)?");
    private static final Map<Character, Duration> UNITS =
        Map.of(
            's', Duration.ofSeconds(1),
            'm', Duration.ofMinutes(1),
            'h', Duration.ofHours(1),
            'd', Duration.ofDays(1),
            'w', Duration.ofDays(7));

    private Patterns() {}
  }
}
