package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "adguard-*, adguard-", "adguard-*, adguard-server-1", "*, ''", "*, x", "**, x", "a*c, ac",
    "a*c, abc", "a*b*c, a-b-c", "*-vault-*, x-vault-y", "*a*, banana", "web, web", "a*a, aa",
  })
  void a_glob_matches(String glob, String text) {
    assertTrue(new Glob(glob).matches(text));
  }

  @ParameterizedTest
  @CsvSource({
    "adguard-*, adguard",
    "adguard-*, xadguard-1",
    "adguard-*, Adguard-1",
    "a*a, a",
    "web, web-1",
    "web, xweb",
    "'', x",
    "ab*ba, aba",
    "a*b*c, acb",
    "*ab*ab*, xabx",
    "w.b, web",
    "w?b, web",
    "[w]eb, web",
    "web|db, web",
    "*-vault-*, vault",
    "\\*, x",
    "a*, ' a'",
  })
  void a_glob_does_not_match(String glob, String text) {
    assertFalse(new Glob(glob).matches(text));
  }

  @Test
  void a_star_means_what_it_means_in_a_regular_expression() {
    Random random = new Random(3);
    for (int i = 0; i < 50_000; i++) {
      String glob = word(random, "ab*", 7);
      String text = word(random, "ab", 9);
      String regex =
          Arrays.stream(glob.split("\\*", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining(".*"));
      assertEquals(text.matches(regex), new Glob(glob).matches(text), () -> glob + " " + text);
    }
  }

  /** As a regular expression this pattern would take practically forever. */
  @Test
  void a_pattern_made_to_be_slow_is_not() {
    assertFalse(new Glob("*a".repeat(200) + "*b").matches("a".repeat(100_000)));
  }

  private static String word(Random random, String letters, int longest) {
    return random
        .ints(random.nextInt(longest), 0, letters.length())
        .mapToObj(i -> letters.substring(i, i + 1))
        .collect(Collectors.joining());
  }
}
