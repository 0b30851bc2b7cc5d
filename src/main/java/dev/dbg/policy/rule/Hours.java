package dev.dbg.policy.rule;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A time of day on some days of the week: {@code mon-fri 08:00-18:00}, {@code sat,sun 22:00-06:00},
 * {@code 08:00-18:00}. If the end is before the beginning, it is on the next day.
 *
 * @param text the text as written
 * @param from the first minute of a day
 * @param to the first minute after it, at most 1440
 */
public record Hours(String text, Set<DayOfWeek> days, int from, int to, ZoneId zone) {
  private static final Pattern FORM =
      Pattern.compile("(?:([a-z,-]+) +)?([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])");
  private static final int HOUR = 60;
  private static final int DAY = 24 * HOUR;

  public Hours {
    days = Set.copyOf(days);
  }

  /**
   * Parses a text.
   *
   * @throws IllegalArgumentException if it is not valid; the message says why
   */
  public static Hours parse(String text, ZoneId zone) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'%s' are not valid hours: write '08:00-18:00' or 'mon-fri 08:00-18:00'".formatted(text));
    }
    int from = minutes(matcher.group(2), matcher.group(3));
    int to = minutes(matcher.group(4), matcher.group(5));
    if (from >= DAY || to > DAY || from == to) {
      throw new IllegalArgumentException(
          "'%s' are not valid hours: a day has 00:00 to 24:00".formatted(text));
    }
    return new Hours(text, days(matcher.group(1), text), from, to, zone);
  }

  private static int minutes(String hours, String minutes) {
    return Integer.parseInt(hours) * HOUR + Integer.parseInt(minutes);
  }

  private static Set<DayOfWeek> days(@Nullable String words, String text) {
    if (words == null) {
      return EnumSet.allOf(DayOfWeek.class);
    }
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String word : List.of(words.split(",", -1))) {
      List<String> ends = List.of(word.split("-", -1));
      DayOfWeek first = day(ends.get(0), text);
      DayOfWeek last = day(ends.get(ends.size() - 1), text);
      if (ends.size() > 2) {
        throw noDay(word, text);
      }
      days.add(first);
      for (DayOfWeek day = first; day != last; day = day.plus(1)) {
        days.add(day.plus(1));
      }
    }
    return days;
  }

  private static DayOfWeek day(String word, String text) {
    for (DayOfWeek day : DayOfWeek.values()) {
      if (day.name().substring(0, 3).toLowerCase(Locale.ROOT).equals(word)) {
        return day;
      }
    }
    throw noDay(word, text);
  }

  private static IllegalArgumentException noDay(String word, String text) {
    return new IllegalArgumentException(
        "'%s' in '%s' is not a day: mon, tue, wed, thu, fri, sat or sun".formatted(word, text));
  }

  boolean include(Instant at) {
    ZonedDateTime there = at.atZone(zone);
    int minute = there.getHour() * HOUR + there.getMinute();
    DayOfWeek today = there.getDayOfWeek();
    if (from < to) {
      return days.contains(today) && minute >= from && minute < to;
    }
    return (days.contains(today) && minute >= from)
        || (days.contains(today.minus(1)) && minute < to);
  }

  /** Several of them, for people. */
  static String words(List<Hours> hours) {
    List<String> words = new ArrayList<>();
    hours.forEach(h -> words.add(h.text()));
    return String.join(" and ", words) + " " + hours.get(0).zone().getId();
  }
}
