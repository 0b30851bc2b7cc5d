package dev.dbg.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of bytes as people write it: {@code 512M}.
 *
 * @param number how many, at least 1
 * @param unit what of: K, M or G, each 1024 of the one before
 */
public record ByteSize(int number, char unit) {
  /** What one looks like, for messages. */
  public static final String FORM = "a whole number and K, M or G, as in 512M";

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,5})([KMG])");

  /** Empty when {@code text} is none. */
  public static Optional<ByteSize> parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    return matcher.matches()
        ? Optional.of(new ByteSize(Integer.parseInt(matcher.group(1)), matcher.group(2).charAt(0)))
        : Optional.empty();
  }

  public long bytes() {
    int shift =
        switch (unit) {
          case 'K' -> 10;
          case 'M' -> 20;
          default -> 30;
        };
    return (long) number << shift;
  }

  @Override
  public String toString() {
    return "" + number + unit;
  }
}
