package dev.dbg.model.amount;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 90s}, {@code 5m}, {@code 1h30m}, {@code 1d12h}. */
public final class Durations {
  /** The accepted form, for messages. */
  public static final String FORM = "whole numbers and d, h, m or s, as in 90s or 1h30m";

  private static final String NUMBER = "([1-9][0-9]{0,5})";
  private static final Pattern PATTERN =
      Pattern.compile("(?=[0-9])(?:%1$sd)?(?:%1$sh)?(?:%1$sm)?(?:%1$ss)?".formatted(NUMBER));
  private static final Duration MOST = Duration.ofHours(999_999);

  private Durations() {}

  /**
   * At least a second, at most 999,999 hours; empty if {@code text} is not one. Longer units come
   * first, and each at most once.
   */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Duration all =
        Duration.ofDays(number(matcher.group(1)))
            .plusHours(number(matcher.group(2)))
            .plusMinutes(number(matcher.group(3)))
            .plusSeconds(number(matcher.group(4)));
    return Optional.of(all).filter(duration -> duration.compareTo(MOST) <= 0);
  }

  private static long number(@Nullable String text) {
    return text == null ? 0 : Long.parseLong(text);
  }
}
