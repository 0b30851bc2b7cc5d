package dev.dbg.tools.value;

import dev.dbg.model.Glob;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A pattern for words of a filter, of ss(8) or pcap-filter(7): a star stands for a part of one
 * name, number or address, so that neither another condition nor a larger network fits. A pattern
 * of stars alone permits all.
 *
 * @param text the pattern, whose every other character stands for itself
 */
record FilterPattern(String text) implements ValuePattern {
  /** The accepted forms, for people. */
  static final String FORM = "words of a filter, where * is a part of one name, number or address";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:%*-]*");

  /** What stands between names: blanks, operators, brackets, and the slash of a network. */
  private static final Pattern BETWEEN = Pattern.compile("[^A-Za-z0-9_.:%*-]");

  private static final Pattern OF_ADDRESSES = Pattern.compile(".*[0-9][.:]\\*+");

  static Optional<ValuePattern> of(String text) {
    return Optional.of(new FilterPattern(text));
  }

  @Override
  public boolean matches(String value) {
    if (ValuePattern.isAll(text)) {
      return true;
    }
    if (!between(text).equals(between(value))) {
      return false;
    }
    String[] patterns = BETWEEN.split(text, -1);
    String[] names = BETWEEN.split(value, -1);
    for (int i = 0; i < patterns.length; i++) {
      boolean isAddress = !OF_ADDRESSES.matcher(patterns[i]).matches() || isOfAddress(names[i]);
      if (!isAddress || !new Glob(patterns[i]).matches(names[i])) {
        return false;
      }
    }
    return true;
  }

  /** A name that begins with a number is a host's, whatever its address is. */
  private static boolean isOfAddress(String name) {
    return name.matches("[0-9A-Fa-f.:*]*");
  }

  private static String between(String words) {
    return NAME.matcher(words).replaceAll("");
  }
}
