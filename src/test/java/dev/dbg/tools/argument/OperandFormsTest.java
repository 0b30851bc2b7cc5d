package dev.dbg.tools.argument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.ToolFile;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Operands whose meaning depends on an option. */
class OperandFormsTest {
  private static final String HEAD =
      """
      name = "x"
      summary = "s"
      why = "w"
      values-apart = true
      flags = ["-r -R", "-v"]
      options = ["-e --regexp <search>{2}", "-C <path>", "--to <text>"]
      """;

  private static final ArgumentGrammar GRAMMAR =
      grammar(
          "operands = [\"--regexp: <path>...\", \"-R -C: <search> <path>\", \"<search>\", \"<search> <path>...\"]\n");

  @Test
  void the_first_form_whose_option_is_given_says_what_a_word_is() throws Exception {
    assertEquals(List.of(Set.of(ValueType.Named.SEARCH)), types("/x"));
    assertEquals(List.of(Set.of(ValueType.Named.PATH)), types("-e", "a", "/x"));
    assertEquals(List.of(Set.of(ValueType.Named.PATH)), types("/x", "-ea", "-r", "-C", "/c"));
    assertEquals(
        List.of(Set.of(ValueType.Named.SEARCH), Set.of(ValueType.Named.PATH)),
        types("-r", "/x", "/y"));
    assertThrows(ArgumentMistake.class, () -> types("-r", "/x"));
    assertThrows(ArgumentMistake.class, () -> types("-e", "a", "~"));
    assertThrows(ArgumentMistake.class, () -> types("-e", "a", "/x/../y"));
  }

  /** For hours, if each operand had all of them looked at again. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void however_many_operands_there_are_each_is_looked_at_once_for_each_form() {
    List<String> many = Collections.nCopies(200_000, "/x");
    List<Set<ValueType>> types = OperandForms.types(GRAMMAR.operands().where(Set.of("-e")), many);
    assertEquals(Collections.nCopies(many.size(), Set.of(ValueType.Named.PATH)), types);
  }

  @Test
  void a_line_of_as_many_words_as_a_record_may_hold_is_read_and_one_more_is_not() throws Exception {
    List<String> typed = new ArrayList<>(Collections.nCopies(Redaction.MOST - 3, "-r"));
    typed.addAll(List.of("-C/c", "a", "/x"));
    assertEquals(List.of("a", "/x"), GRAMMAR.read(typed).operands());
    for (String more : List.of("-r", "-rr", "--to=a")) {
      List<String> longer = new ArrayList<>(typed);
      longer.addFirst(more);
      assertTrue(
          assertThrows(ArgumentMistake.class, () -> GRAMMAR.read(longer))
              .message()
              .startsWith("the line is too long to be recorded whole: it has more than 2000 "));
    }
    List<String> shown = GRAMMAR.shown(List.of("-" + "r".repeat(60_000), "a"));
    assertEquals(2, shown.size());
  }

  @Test
  void a_refusal_says_with_which_option_the_operands_are_so() {
    assertEquals(
        "the operands '~' are not accepted with -e: a path without .., and no URL (and more)",
        assertThrows(ArgumentMistake.class, () -> types("-e", "a", "~")).message());
    assertEquals(
        "a command line without operands is not accepted with -C, -r: what is looked for a path without .., and no URL",
        assertThrows(ArgumentMistake.class, () -> types("-r")).message());
  }

  @Test
  void the_value_of_a_long_option_may_be_a_word_of_its_own() throws Exception {
    List<String> run = GRAMMAR.read(List.of("--to=a=b", "x")).canonical();
    assertEquals(List.of("--to", "a=b", "x"), run);
    assertEquals(run, GRAMMAR.read(run).canonical());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "operands = ['-z: <path>']~'-z' is not one of its flags and options",
        "operands = ['-e: <path>']~every form is behind an option: write \"\" if there is no operand otherwise",
        "operands = ['-e <path>']~'-e' is an option: it belongs to flags or options",
        "operands = ['-e: ...', '']~'...' follows a type",
        "elsewhere = ['-z']~'-z' is not one of its flags and options",
        "elsewhere = ['--regex']~'--regex' is not one of its flags and options: did you mean '--regexp'?",
        "values-apart = 1~'values-apart' must be true or false",
      })
  void a_mistake_is_told_with_its_place(String line, String what) {
    String text =
        line.startsWith("values-apart")
            ? HEAD.replace("values-apart = true", line)
            : HEAD + line.replace('\'', '"') + "\n";
    String message =
        assertThrows(TomlMistake.class, () -> ToolFile.parse("x.toml", text)).message();
    assertEquals(what, message.substring("x.toml:7:1: ".length()).substring(0, what.length()));
  }

  private static List<Set<ValueType>> types(String... typed) throws ArgumentMistake {
    return GRAMMAR.read(List.of(typed)).operandTypes();
  }

  private static ArgumentGrammar grammar(String operands) {
    try {
      return ToolFile.parse("x.toml", HEAD + operands).arguments();
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
  }
}
