package dev.dbg.tools.value;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A decimal number without sign, exponent or leading zeros.
 *
 * @param written the type as a tool's file has it, as {@code int:1-5}
 * @param what what it counts, for messages
 * @param decimals how many digits may follow a decimal point
 */
public record Amount(String written, String what, BigDecimal least, BigDecimal most, int decimals)
    implements ValueType {
  private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,17})(\\.[0-9]{1,9})?");
  private static final Pattern RANGE =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,3})?)-([0-9]{1,15}(?:\\.[0-9]{1,3})?)");

  /** The type of that name; the parameter is a range, or empty for all values of the type. */
  static Optional<ValueType> named(String written, String name, String range) {
    Amount all =
        switch (name) {
          case "int" -> new Amount(written, "a whole number", of(0), of(999_999_999), 0);
          case "port" -> new Amount(written, "a port", of(0), of(65_535), 0);
          case "pid" -> new Amount(written, "a process id", of(1), of(4_194_304), 0);
          default -> new Amount(written, "seconds", of(0), of(86_400), 3);
        };
    return within(all, range).map(amount -> amount);
  }

  private static BigDecimal of(long number) {
    return BigDecimal.valueOf(number);
  }

  private static Optional<Amount> within(Amount all, String range) {
    if (range.isEmpty()) {
      return Optional.of(all);
    }
    Matcher matcher = RANGE.matcher(range);
    if (!matcher.matches() || (all.decimals == 0 && range.contains("."))) {
      return Optional.empty();
    }
    BigDecimal from = new BigDecimal(matcher.group(1));
    BigDecimal to = new BigDecimal(matcher.group(2));
    return from.compareTo(to) <= 0
        ? Optional.of(new Amount(all.written, all.what, from, to, all.decimals))
        : Optional.empty();
  }

  @Override
  public boolean accepts(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return false;
    }
    String fraction = matcher.group(2);
    if (fraction != null && fraction.length() - 1 > decimals) {
      return false;
    }
    return contains(new BigDecimal(text));
  }

  private boolean contains(BigDecimal number) {
    return number.compareTo(least) >= 0 && number.compareTo(most) <= 0;
  }

  @Override
  public String description() {
    return "%s from %s to %s".formatted(what, least.toPlainString(), most.toPlainString());
  }

  @Override
  public String notation() {
    return "<" + written + ">";
  }

  /** Compares by value; a pattern with stars has only one spelling, so its digits are compared. */
  @Override
  public Optional<ValuePattern> pattern(String text) {
    if (FORM.matcher(text).matches()) {
      BigDecimal wanted = new BigDecimal(text);
      return Optional.of(value -> new BigDecimal(value).compareTo(wanted) == 0);
    }
    if (RANGE.matcher(text).matches()) {
      return within(new Amount("", "", of(0), of(0), 3), text)
          .map(range -> value -> range.contains(new BigDecimal(value)));
    }
    return text.matches("[0-9.*]*[*][0-9.*]*")
        ? Optional.of(ValuePattern.text(text))
        : Optional.empty();
  }

  /** A pattern for {@code <count>}: a range permits only numbers without a sign and a unit. */
  static Optional<ValuePattern> countPattern(String text) {
    if (!RANGE.matcher(text).matches()) {
      return Optional.of(ValuePattern.text(text));
    }
    return new Amount("count", "a number", of(0), of(999_999_999_999L), 0)
        .pattern(text)
        .map(range -> value -> FORM.matcher(value).matches() && range.matches(value));
  }

  @Override
  public String patternForm() {
    return "a number, as 8080, or a range of them, as 1-100";
  }
}
