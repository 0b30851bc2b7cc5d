package dev.dbg;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Collects the messages in C sources: the format strings of {@code fail}, {@code give_up}, {@code
 * require} and {@code fprintf(stderr)}, and every other string that looks like words.
 */
final class CMessages {
  private static final String LITERAL = "\"(?:[^\"\\\\\n]|\\\\.)*\"";

  /** A comment, a character, a static assertion, a directive, or a sequence of string literals. */
  private static final Pattern TOKEN =
      Pattern.compile(
          "/\\*.*?\\*/|//[^\n]*|'(?:[^'\\\\]|\\\\.)+'|_Static_assert\\(.*?\\);|(?m:^#[^\n]*)"
              + "|(?<strings>"
              + LITERAL
              + "(?:\\s*(?:PRI[a-zA-Z0-9]+\\s*)?"
              + LITERAL
              + ")*)",
          Pattern.DOTALL);

  private static final Pattern ONE = Pattern.compile(LITERAL);

  /** The text before the first string of a call that prints it. */
  private static final Pattern SHOWING =
      Pattern.compile("(?s).*\\b(fail|give_up|require|fprintf)\\([^;{}]*");

  private static final Pattern VALUE = Pattern.compile("%[-+ #0-9.*]*(?:hh|h|ll|l|z)?[a-zA-Z]");
  private static final Pattern WORDS = Pattern.compile("(?s).*[a-z]{2}[,:]? [a-z…]{2}.*");
  private static final Pattern WORD = Pattern.compile("(?s).*[a-z]{3}.*");

  private CMessages() {}

  /** Returns the messages of all sources below a directory. */
  static Set<Message> below(Path directory) throws IOException {
    Set<Message> all = new TreeSet<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".c")).toList()) {
        all.addAll(in(directory.relativize(file).toString(), Files.readString(file)));
      }
    }
    return all;
  }

  /** Returns the messages of one source. */
  static Set<Message> in(String name, String source) {
    Set<Message> all = new TreeSet<>();
    Matcher token = TOKEN.matcher(source);
    while (token.find()) {
      if (token.group("strings") != null) {
        StringBuilder text = new StringBuilder();
        Matcher one = ONE.matcher(token.group("strings"));
        while (one.find()) {
          String quoted = one.group();
          text.append(quoted, 1, quoted.length() - 1);
        }
        String shown =
            VALUE.matcher(text.toString().replace("\\n", "").replace("%%", "%")).replaceAll("…");
        String before = source.substring(Math.max(0, token.start() - 200), token.start());
        if (WORDS.matcher(shown).matches()
            || (WORD.matcher(shown).matches() && SHOWING.matcher(before).matches())) {
          all.add(new Message(name, shown, shown.replace("…", "").length()));
        }
      }
    }
    return all;
  }
}
