package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dbg.model.Words;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import dev.dbg.tools.argument.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The content of a tool's file, and the words after a tool's name. */
class ArgumentsFuzzTest {
  private static final Catalogue SHIPPED = Shipped.catalogue();

  /** The input is a tool's file, a NUL byte, and the words that are typed for that tool. */
  @FuzzTest(maxDuration = "15s")
  void a_file_is_a_tool_or_a_mistake_with_its_place(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    String text = new String(bytes, 0, end, StandardCharsets.UTF_8);
    Tool tool;
    try {
      tool = ToolFile.parse("t.toml", text);
    } catch (TomlMistake e) {
      assertTrue(e.message().matches("(?s)t\\.toml:\\d+:\\d+: .+"), e.message());
      assertTrue(e.excerpt(text).contains("^"));
      return;
    }
    isReadOrRefused(tool, Words.of(bytes, Math.min(end + 1, bytes.length)));
  }

  /** The first word selects a tool of the shipped catalogue: by its name, otherwise arbitrarily. */
  @FuzzTest(maxDuration = "15s")
  void a_line_is_in_the_grammar_of_its_tool_or_refused(byte[] bytes) {
    List<String> words = Words.of(bytes, 0);
    if (!words.isEmpty()) {
      int any = Math.floorMod(words.get(0).hashCode(), SHIPPED.all().size());
      Tool tool = SHIPPED.tool(words.get(0)).orElseGet(() -> List.copyOf(SHIPPED.all()).get(any));
      isReadOrRefused(tool, words.subList(1, words.size()));
    }
  }

  private static void isReadOrRefused(Tool tool, List<String> typed) {
    ArgumentGrammar grammar = tool.arguments();
    int shown = grammar.shown(typed).size();
    assertTrue(shown <= 2 * typed.size() + grammar.always().size(), typed::toString);
    ParsedArguments reading;
    try {
      reading = grammar.read(typed);
    } catch (ArgumentMistake e) {
      assertFalse(e.message().isEmpty());
      return;
    }
    List<String> canonical = reading.canonical();
    isRebuilt(tool, typed, canonical);
    assertEquals(canonical.size(), reading.shown().size(), "as many words are shown as run");
    assertTrue(
        grammar.hasSecrets()
            || canonical.contains(Redaction.HIDDEN)
            || !reading.shown().contains(Redaction.HIDDEN));
    isOfTheGrammar(grammar, reading);
  }

  /**
   * Parsing the canonical line again gives the same line, so none of its words has another meaning.
   */
  private static void isRebuilt(Tool tool, List<String> typed, List<String> canonical) {
    try {
      assertEquals(
          canonical, tool.arguments().read(canonical).canonical(), () -> tool.name() + " " + typed);
    } catch (ArgumentMistake e) {
      throw new AssertionError("%s %s became %s".formatted(tool.name(), typed, canonical), e);
    }
  }

  /** Every word that a tool could take for an option is a spelling in its file. */
  private static void isOfTheGrammar(ArgumentGrammar grammar, ParsedArguments reading) {
    Set<String> spellings = grammar.spellings();
    List<String> accounted = new ArrayList<>();
    for (ParsedArguments.Given given : reading.options()) {
      assertTrue(spellings.contains(given.spelling()), given.spelling());
      accounted.add(given.spelling());
      given.value().ifPresent(value -> accounted.add(value));
      given.value().ifPresent(value -> accounted.add(given.spelling() + "=" + value));
    }
    accounted.addAll(reading.operands());
    accounted.addAll(reading.commands());
    accounted.addAll(grammar.always());
    for (String word : reading.canonical()) {
      assertTrue(
          isAlways(grammar, word) || accounted.stream().anyMatch(seen -> isSeenAs(seen, word)),
          () -> "'%s' comes from nowhere in %s".formatted(word, reading));
    }
    for (String operand : reading.operands()) {
      assertFalse(operand.startsWith("-") && operand.length() > 1, operand);
    }
  }

  /** Whether it is the same word, or has the tool's working directory before its relative path. */
  private static boolean isSeenAs(String seen, String word) {
    return seen.equals(word)
        || IntStream.rangeClosed(0, word.length())
            .filter(start -> seen.startsWith(word.substring(0, start) + "/"))
            .anyMatch(start -> seen.substring(start).endsWith("/" + word.substring(start)));
  }

  private static boolean isAlways(ArgumentGrammar grammar, String word) {
    return grammar.always().contains(word)
        || grammar.commands().values().stream().anyMatch(c -> isAlways(c.grammar(), word));
  }
}
