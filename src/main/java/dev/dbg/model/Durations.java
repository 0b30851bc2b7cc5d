package dev.dbg.model;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90s}, {@code 5m}, {@code 1h}. */
public final class Durations {
  /** The accepted form, for messages. */
  public static final String FORM = "a whole number and s, m or h, as in 90s";

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,5})([smh])");

  private Durations() {}

  /** At least a second, at most 999,999 hours; empty if {@code text} is not one. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        });
  }
}
