package dev.dbg.model.amount;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A moment as typed for {@code --since} and {@code --until}: a time ago, a day, a time of day. */
public sealed interface Since {
  /** The accepted forms, for messages. */
  String FORM =
      "write 90m, 1h30m, today, yesterday, 17:00, 2026-11-24, \"2026-11-24 17:00\", or 2026-11-24T08:30Z";

  /** The moment, for a reader whose clock shows the time of {@code zone}. */
  Instant from(Instant now, ZoneId zone);

  /** A duration before now. */
  record Ago(Duration duration) implements Since {
    @Override
    public Instant from(Instant now, ZoneId zone) {
      return now.minus(duration);
    }
  }

  /** A fixed moment. */
  record At(Instant instant) implements Since {
    @Override
    public Instant from(Instant now, ZoneId zone) {
      return instant;
    }
  }

  /** A time of a day on the reader's clock. */
  record OnDate(LocalDateTime time) implements Since {
    @Override
    public Instant from(Instant now, ZoneId zone) {
      return time.atZone(zone).toInstant();
    }
  }

  /** A time of today, or of a day before it. */
  record OnDay(int daysBack, LocalTime time) implements Since {
    @Override
    public Instant from(Instant now, ZoneId zone) {
      return LocalDate.ofInstant(now, zone)
          .minusDays(daysBack)
          .atTime(time)
          .atZone(zone)
          .toInstant();
    }
  }

  /** The last time that the reader's clock showed this. */
  record Clock(LocalTime time) implements Since {
    @Override
    public Instant from(Instant now, ZoneId zone) {
      Instant today = new OnDay(0, time).from(now, zone);
      return today.isAfter(now) ? new OnDay(1, time).from(now, zone) : today;
    }
  }

  /**
   * The end of a period. A time of day is the first after the beginning, so that a night can be
   * typed as {@code --since 22:00 --until 06:00}.
   */
  static Instant until(Since end, Optional<Instant> begin, Instant now, ZoneId zone) {
    Instant last = end.from(now, zone);
    return end instanceof Clock && begin.isPresent() && !last.isAfter(begin.get())
        ? last.atZone(zone).plusDays(1).toInstant()
        : last;
  }

  /** Empty if {@code text} has none of the forms. */
  static Optional<Since> parse(String text) {
    Optional<Since> ago = ago(text);
    if (ago.isPresent()) {
      return ago;
    }
    Matcher at = Patterns.AT.matcher(text);
    if (!at.matches() || (at.group(1) == null && at.group(2) == null)) {
      return Optional.empty();
    }
    try {
      return Optional.of(at(at.group(1), at.group(2), at.group(3)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Since at(@Nullable String day, @Nullable String clock, @Nullable String zone) {
    LocalTime time = clock == null ? LocalTime.MIDNIGHT : LocalTime.parse(clock);
    if (day == null) {
      return new Clock(time);
    }
    return switch (day) {
      case "today" -> new OnDay(0, time);
      case "yesterday" -> new OnDay(1, time);
      default ->
          zone == null
              ? new OnDate(LocalDate.parse(day).atTime(time))
              : new At(OffsetDateTime.parse(day + "T" + time + zone).toInstant());
    };
  }

  private static Optional<Since> ago(String text) {
    if (!Patterns.AGO.matcher(text).matches()) {
      return Optional.empty();
    }
    Duration all = Duration.ZERO;
    Matcher part = Patterns.PART.matcher(text);
    while (part.find()) {
      Duration unit = Patterns.UNITS.getOrDefault(part.group(2).charAt(0), Duration.ZERO);
      all = all.plus(unit.multipliedBy(Long.parseLong(part.group(1))));
    }
    return Optional.of(new Ago(all));
  }

  /** In a class, because an interface cannot have private constants. */
  final class Patterns {
    private static final String UNIT = "(s|m|h|d|w|(?:second|minute|hour|day|week)s?)";
    private static final Pattern PART = Pattern.compile("([0-9]{1,6}) ?" + UNIT);
    private static final Pattern AGO =
        Pattern.compile("(?:[0-9]{1,6} ?" + UNIT + " ?){1,5}(?:(?<= )ago)?");

    /** A day, a time and a zone; the zone only after a date. */
    private static final Pattern AT =
        Pattern.compile(
            "(?:(\\d{4}-\\d{2}-\\d{2}|today|yesterday)(?:[T ](?=\\d)|$))?"
                + "(\\d{2}:\\d{2}(?::\\d{2}(?:[.]\\d{1,9})?)?)?"
                + "((?<=\\d{4}-\\d{2}-\\d{2}.{6,19})(?:Z|[+-]\\d{2}:\\d{2}))?");

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
