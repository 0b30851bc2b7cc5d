package dev.dbg.grammar.words;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Words of a command line, quoted so that a shell reads the same words again. */
public final class ShellWords {
  /** A line that is longer is not repeated in a message. */
  public static final int LONGEST_LINE = 400;

  /** Characters that no shell treats specially. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private ShellWords() {}

  /** The words, separated by spaces. */
  public static String quoted(Collection<String> words) {
    return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
  }

  /** One word. */
  public static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  /** A line of dbg's: {@code dbg}, and these words. */
  public static String dbg(List<String> words) {
    return words.isEmpty() ? "dbg" : "dbg " + quoted(words);
  }
}
