package dev.dbg.tools.argument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.tools.RandomLines;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every word that a tool gets has exactly one meaning, whatever was typed. */
class TypedWordsTest {
  private static final List<Integer> SEEDS = Whole.seeds(4_000, 800);

  @Test
  @Tag("whole")
  void every_word_that_a_shipped_tool_is_given_is_of_one_type() {
    for (Tool tool : Shipped.catalogue().all()) {
      int accepted = 0;
      for (int seed : SEEDS) {
        List<String> typed = new RandomLines(seed).line(tool);
        String line = tool.name() + " " + typed + " of seed " + seed;
        ParsedArguments reading;
        try {
          reading = tool.arguments().read(typed);
        } catch (ArgumentMistake e) {
          continue;
        }
        accepted++;
        List<String> words = words(tool, reading);
        assertEquals(reading.canonical().size(), words.size(), line);
        for (int at = 0; at < words.size(); at++) {
          // A relative path is run as it was typed, and rules see the absolute one.
          String word = words.get(at);
          String run = reading.canonical().get(at);
          assertTrue(word.equals(run) || word.endsWith("/" + run), line);
        }
        assertEquals(reading.operands().size(), reading.operandTypes().size(), line);
        for (int at = 0; at < reading.operands().size(); at++) {
          String operand = reading.operands().get(at);
          var types = reading.operandTypes().get(at);
          assertEquals(1, types.size(), () -> line + " " + types);
          assertTrue(types.iterator().next().accepts(operand), line);
        }
      }
      assertTrue(accepted > SEEDS.size() / 50, tool.name() + " accepts too little: " + accepted);
    }
  }

  /**
   * Returns the words in order: those always given, the options with their values, commands,
   * operands.
   */
  private static List<String> words(Tool tool, ParsedArguments reading) {
    List<String> words = new ArrayList<>();
    ArgumentGrammar grammar = tool.arguments();
    List<ParsedArguments.Given> left = new ArrayList<>(reading.options());
    for (String name : reading.commands()) {
      words.addAll(of(grammar, left));
      words.add(name);
      grammar = Objects.requireNonNull(grammar.commands().get(name)).grammar();
    }
    List<String> options = of(grammar, left);
    words.addAll(grammar.always());
    options = options.subList(grammar.always().size(), options.size());
    words.addAll(grammar.operandsFirst() ? reading.operands() : options);
    words.addAll(grammar.operandsFirst() ? options : reading.operands());
    return words;
  }

  /** Returns the words of this grammar's options, which come first among the remaining ones. */
  private static List<String> of(ArgumentGrammar grammar, List<ParsedArguments.Given> left) {
    List<String> words = new ArrayList<>(grammar.always());
    while (!left.isEmpty()
        && (grammar.flags().containsValue(left.getFirst().spelling())
            || grammar.options().containsKey(left.getFirst().spelling()))) {
      ParsedArguments.Given given = left.removeFirst();
      String spelling = given.spelling();
      boolean isJoined = !given.apart() && (spelling.startsWith("--") || spelling.startsWith("+"));
      List<String> said = new ArrayList<>();
      if (given.word().isPresent() && isJoined) {
        said.add(spelling + "=" + given.word().get());
      } else if (given.value().isPresent() && spelling.endsWith("=")) {
        said.add(spelling + given.word().get());
      } else {
        said.add(spelling);
        given.word().ifPresent(said::add);
      }
      given
          .value()
          .ifPresent(v -> assertTrue(given.type().orElseThrow().accepts(v), given::toString));
      if (!(said.size() == 1 && grammar.always().contains(said.get(0)))) {
        words.addAll(said);
      }
    }
    return words;
  }
}
