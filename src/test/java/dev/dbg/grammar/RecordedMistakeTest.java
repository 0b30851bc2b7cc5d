package dev.dbg.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A message about a mistyped line repeats its words to who typed them, and not to the record. */
class RecordedMistakeTest {
  private static final String SECRET = "me:Hunter2";

  private final Grammar grammar = new Grammar();

  /** A secret in each place of lines of each verb, alone and as an option's value. */
  @Test
  void no_word_of_a_mistyped_line_is_in_what_is_recorded_of_it() {
    List<String> lines =
        List.of(
            "web",
            "web net",
            "web nte -- ss",
            "web --",
            "-u x web -- ss",
            "-u 0 -w / web",
            "--timeout x web ss",
            "shell",
            "shell web net ss",
            "shell -u x web",
            "explain web",
            "tools web ss x",
            "audit show",
            "audit x",
            "audit list x",
            "audit --since x",
            "audit --until x",
            "audit -n x",
            "audit --color x",
            "audit export --format x",
            "audit replay s --speed x",
            "audit replay s --max-pause x",
            "sessions x",
            "kill x",
            "kill",
            "ps x",
            "ps --filter x",
            "doctor x",
            "completion x",
            "completion x y",
            "version x",
            "nsenter -t 1 -n x",
            "-t 1 -n ss",
            "exec",
            "logs web",
            "status web",
            "-h");
    int mistakes = 0;
    for (String line : lines) {
      List<String> words = List.of(line.split(" "));
      for (int at = 0; at <= words.size(); at++) {
        for (String form : List.of("%s", "--%s", "-%s", "--pw=%s", "-u%s", "--user=%s", "%s,net")) {
          mistakes += check(with(words, at, form, false)) + check(with(words, at, form, true));
        }
      }
    }
    assertTrue(mistakes > 1000, mistakes + " mistakes");
  }

  private static List<String> with(List<String> words, int at, String form, boolean instead) {
    List<String> line = new ArrayList<>(words);
    if (instead && at < line.size()) {
      line.remove(at);
    }
    line.add(at, form.formatted(SECRET));
    return line;
  }

  private int check(List<String> line) {
    try {
      Invocation _ = grammar.parse(line);
      return 0;
    } catch (UsageMistake e) {
      assertFalse(e.recorded().contains("unter2"), line + ": " + e.recorded());
      return 1;
    }
  }

  @Test
  void what_is_recorded_says_what_was_wrong() {
    assertEquals(
        "-u '***' is not a user: write numbers, UID or UID:GID, as in -u 1000:1000",
        recorded("-u me@:x web -- ss"));
    assertTrue(recorded("web nte -- ss").contains("unknown namespace 'nte'"));
    assertEquals("unknown namespaces", recorded("web me:Hunter2 -- ss"));
  }

  private String recorded(String line) {
    return assertThrows(UsageMistake.class, () -> grammar.parse(List.of(line.split(" "))))
        .recorded();
  }
}
