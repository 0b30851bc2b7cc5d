package dev.dbg.tools;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A command line of an example, as a shell reads it: words, some of them in single quotes. */
public final class ExampleLine {
  private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\\\\.|[^'\\\\\\s])++");
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'|\\\\(.)");

  private ExampleLine() {}

  public static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      words.add(
          QUOTED
              .matcher(word.group())
              .replaceAll(
                  quoted ->
                      Matcher.quoteReplacement(
                          quoted.group(1) == null ? quoted.group(2) : quoted.group(1))));
    }
    return words;
  }
}
