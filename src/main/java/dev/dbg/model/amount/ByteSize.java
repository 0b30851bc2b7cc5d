package dev.dbg.model.amount;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A number of bytes as people write it: {@code 512M}.
 *
 * @param number at least 1
 * @param unit K, M or G: 2 to the 10th, 20th or 30th
 */
public record ByteSize(int number, char unit) {
  /** The accepted form, for messages. */
  public static final String FORM = "a whole number and K, M or G, as in 512M";

  private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,5})([KMG])");

  /** Empty if {@code text} is not one. */
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
