package dev.dbg.grammar;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people type them: {@code 90s}, {@code 5m}, {@code 1h}. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})([smh])");

  private Durations() {}

  /** At least a second, at most 999,999 hours. */
  public static Duration parse(String text) throws UsageMistake {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new UsageMistake(
          "'%s' is not a length of time: a whole number and s, m or h, as in 90s".formatted(text));
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      default -> Duration.ofHours(number);
    };
  }
}
