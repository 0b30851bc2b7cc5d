package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Documents and help have one term for each thing: HACKING.md's table "Terms" names it, and the
 * words that are not used for it.
 */
class TermsTest {
  private static final Path HACKING = Path.of("src/docs/HACKING.md");

  private static final List<Path> TEXTS =
      List.of(Path.of("README.md"), Path.of("src/docs"), Path.of("src/main/c/dbg/help"));

  /** The term, which is in italics, and after its meaning the words that are not used. */
  private static final Pattern ROW = Pattern.compile("\\| \\*([^|*]+)\\*[^|]*\\| ([^|]+) \\|");

  private static final Pattern TABLE = Pattern.compile("(?s)\n### Terms\n.*?\n(?=#)");

  /** Each word that is not used, with the term in its place. */
  private static Map<String, String> forbidden() throws IOException {
    Map<String, String> all = new TreeMap<>();
    Matcher rows = ROW.matcher(table(Files.readString(HACKING)));
    while (rows.find()) {
      for (String word : rows.group(2).split(", ")) {
        all.put(word, rows.group(1));
      }
    }
    return all;
  }

  private static String table(String hacking) {
    Matcher table = TABLE.matcher(hacking);
    assertTrue(table.find(), "HACKING.md has no table of terms");
    return table.group();
  }

  private static List<Path> files() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path text : TEXTS) {
      try (Stream<Path> below = Files.walk(text)) {
        below.filter(path -> path.toString().matches(".*(\\.md|\\.txt)")).forEach(all::add);
      }
    }
    return all;
  }

  private static String prose(Path file) throws IOException {
    String text = Files.readString(file);
    if (file.equals(HACKING)) {
      text = TABLE.matcher(text).replaceFirst("\n");
    }
    return text.replaceAll("\\s+", " ");
  }

  /**
   * The places in a text in which one of these words stands, in the plural too. A quoted word is a
   * value, and "Permission denied" is EACCES.
   */
  private static List<String> found(String text, Map<String, String> forbidden) {
    List<String> places = new ArrayList<>();
    forbidden.forEach(
        (word, term) -> {
          Matcher matcher =
              Pattern.compile(
                      "(?<![\\w`\"-]|permission )" + Pattern.quote(word) + "s?(?![\\w`\"-])",
                      Pattern.CASE_INSENSITIVE)
                  .matcher(text);
          while (matcher.find()) {
            places.add(
                "%s, not '%s': … %s …"
                    .formatted(
                        term,
                        word,
                        text.substring(
                            Math.max(0, matcher.start() - 30),
                            Math.min(text.length(), matcher.end() + 20))));
          }
        });
    return places;
  }

  @Test
  void no_text_has_a_word_for_which_there_is_a_term() throws IOException {
    Map<String, String> forbidden = forbidden();
    assertTrue(forbidden.size() >= 30, () -> "words: " + forbidden.keySet());

    Map<String, List<String>> wrong = new TreeMap<>();
    for (Path file : files()) {
      wrong.put(file.toString(), found(prose(file), forbidden));
    }
    assertTrue(wrong.size() > 30, () -> "files: " + wrong.keySet());
    wrong.values().removeIf(List::isEmpty);
    assertEquals(Map.of(), wrong);
  }

  @Test
  void a_word_is_found_in_any_case_and_in_the_plural_alone_or_in_a_sentence() {
    Map<String, String> forbidden = Map.of("web hook", "receiver");
    assertEquals(1, found("Web hooks are called.", forbidden).size());
    assertEquals(List.of(), found("a web hooker, `web hook`, cobweb hook", forbidden));
  }
}
