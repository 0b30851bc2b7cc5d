package dev.dbg.grammar.words;

import dev.dbg.model.RawText;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** Words of a command line, quoted so that a shell reads the same words again. */
public final class ShellWords {
  /** A line that is longer is not repeated in a message. */
  public static final int LONGEST_LINE = 400;

  private ShellWords() {}

  /** The words, separated by spaces. */
  public static String quoted(Collection<String> words) {
    return words.stream().map(RawText::quoted).collect(Collectors.joining(" "));
  }

  public static String quoted(String word) {
    return RawText.quoted(word);
  }

  /** A line of dbg's: {@code dbg}, and these words. */
  public static String dbg(List<String> words) {
    return words.isEmpty() ? "dbg" : "dbg " + quoted(words);
  }
}
