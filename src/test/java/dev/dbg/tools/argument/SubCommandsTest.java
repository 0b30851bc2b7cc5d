package dev.dbg.tools.argument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.ToolFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sub-commands, repeat counts, required options, and options that are always given. */
class SubCommandsTest {
  private static final String HEAD = "name = \"x\"\nsummary = \"s\"\nwhy = \"w\"\n";

  private static final ArgumentGrammar GRAMMAR =
      grammar(
          """
          flags = ["-v --verbose"]
          options = ["-e --expression <pattern>{3}", "-L --list [<word>]", "+time <int:1-9>"]
          [[command]]
          name = "show list ls"
          flags = ["-v", "-a --all"]
          options = ["-n <int>"]
          needs = ["-a -n"]
          always = ["--safe"]
          operands = ["", "<path>..."]
          [[command]]
          name = "route"
            [[command.command]]
            name = "get"
            operands = ["<address>"]
          """);

  @Test
  void a_sub_command_has_options_of_its_own() throws Exception {
    assertEquals(List.of("show", "--safe", "-a"), canonical("show", "-a"));
    assertEquals(List.of("-v", "show", "--safe", "-v", "-a"), canonical("-v", "ls", "-va"));
    assertEquals(List.of("show", "--safe", "-n", "5", "/x"), canonical("list", "/x", "-n5"));
    refused("show", "-a", "-e", "x");
    refused("show", "-a", "--verbose");
    refused("-a", "show");
  }

  @Test
  void sub_commands_nest() throws Exception {
    assertEquals(List.of("route", "get", "::1"), canonical("route", "get", "::1"));
    assertEquals("one of these is missing: get", refused("route"));
    refused("route", "::1");
    refused("route", "-v", "get", "::1");
  }

  @Test
  void no_sub_command_is_abbreviated_or_missing() {
    assertEquals("one of these is missing: route, show", refused());
    assertEquals("one of these is missing: route, show", refused("-v"));
    assertEquals("argument 1, 'sho': not accepted here: only route, show", refused("sho", "-a"));
    assertEquals(
        "argument 2, 'rout': not accepted here: did you mean 'route'? If not, dbg tools x lists what is accepted",
        refused("-v", "rout"));
  }

  @Test
  void a_place_is_counted_from_the_tool_on() {
    assertEquals(
        "argument 3, '-z': not accepted here: only -a, -n, -v", refused("-v", "show", "-z"));
  }

  @Test
  void what_is_needed_must_be_there_in_any_spelling() throws Exception {
    assertEquals("one of these is missing: -a, -n", refused("show"));
    assertEquals(List.of("show", "--safe", "-a"), canonical("show", "--all"));
    ArgumentGrammar one = grammar("options = [\"-p --pid <pid>{2}\"]\nneeds = [\"--pid\"]\n");
    assertEquals(
        "-p is missing: this tool accepts no line without it",
        assertThrows(ArgumentMistake.class, () -> one.read(List.of()).canonical()).message());
    assertEquals(List.of("-p", "1"), one.read(List.of("--pid=1")).canonical());
  }

  @Test
  void an_option_is_given_as_often_as_its_entry_says() throws Exception {
    assertEquals(
        List.of("-e", "a", "-e", "b", "-e", "c", "show", "--safe", "-a"),
        canonical("-ea", "-e", "b", "--expression=c", "show", "-a"));
    assertEquals(
        "argument 4, '-e': it is given more than 3 times",
        refused("-ea", "-eb", "-ec", "-ed", "show", "-a"));
  }

  @Test
  void an_optional_value_is_the_next_word_unless_that_starts_with_a_dash() throws Exception {
    ArgumentGrammar grammar =
        grammar(
            "flags = [\"-n\"]\noptions = [\"-L --list [<word>]\"]\noperands = [\"\", \"<word>\"]\n");
    assertEquals(List.of("-L"), grammar.read(List.of("-L")).canonical());
    assertEquals(List.of("-L", "-n"), grammar.read(List.of("-L", "-n")).canonical());
    assertEquals(List.of("-L", "X"), grammar.read(List.of("-L", "X")).canonical());
    assertEquals(List.of("-n", "-L", "X"), grammar.read(List.of("-nL", "X")).canonical());
    assertEquals(List.of("-L", "X", "y"), grammar.read(List.of("-L", "X", "y")).canonical());
    assertThrows(ArgumentMistake.class, () -> grammar.read(List.of("-L", "a;b")).canonical());
    assertThrows(ArgumentMistake.class, () -> grammar.read(List.of("-L", "-L")).canonical());
    // The tool would take the operand for the option's value.
    assertThrows(ArgumentMistake.class, () -> grammar.read(List.of("X", "-L")).canonical());
  }

  @Test
  void an_option_that_starts_with_a_plus_sign_is_one_where_there_are_such() throws Exception {
    assertEquals(List.of("+time=5", "show", "--safe", "-a"), canonical("+time", "5", "show", "-a"));
    assertEquals(List.of("+time=5", "show", "--safe", "-a"), canonical("+time=5", "show", "-a"));
    refused("+tim=5", "show", "-a");
    refused("+time=0", "show", "-a");
    refused("+", "show", "-a");
  }

  @Test
  void what_is_always_given_reads_as_itself_and_is_nobody_s_to_give() throws Exception {
    ArgumentGrammar grammar =
        grammar(
            "always = [\"-q\", \"--proto\", \"=http\"]\nflags = [\"-s\"]\noperands = [\"\", \"<word>\"]\n");
    List<String> run = grammar.read(List.of("-s", "x")).canonical();
    assertEquals(List.of("-q", "--proto", "=http", "-s", "x"), run);
    assertEquals(run, grammar.read(run).canonical());
    for (List<String> typed :
        List.of(
            List.of("-q"),
            List.of("--proto", "=http"),
            List.of("--proto", "=file"),
            List.of("-q", "--proto", "=file"),
            List.of("-s", "-q", "--proto", "=http"))) {
      assertThrows(ArgumentMistake.class, () -> grammar.read(typed).canonical(), typed::toString);
    }
  }

  @Test
  void operands_may_come_first_where_the_tool_wants_them_there() throws Exception {
    ArgumentGrammar grammar =
        grammar(
            "operands-first = true\noptions = [\"-name <pattern>{4}\"]\noperands = [\"<path>...\"]\n");
    assertEquals(
        List.of("/a", "/b", "-name", "x", "-name", "y"),
        grammar.read(List.of("/a", "-name", "x", "/b", "-name", "y")).canonical());
    assertThrows(ArgumentMistake.class, () -> grammar.read(List.of("/a", "-name")).canonical());
    assertThrows(
        ArgumentMistake.class, () -> grammar.read(List.of("/a", "-name", "-x")).canonical());
  }

  @Test
  void what_was_probably_meant_is_said() {
    assertTrue(
        refused("--verbos", "show")
            .startsWith("argument 1, '--verbos': not accepted here: did you mean '--verbose'? "));
    assertTrue(refused("--ver", "show").contains("did you mean '--verbose'?"));
    assertTrue(!refused("-z", "show").contains("did you mean"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "options = [\"-e <int>{0}\"]~'<int>{0}': an option may be given 1 to 64 times",
        "options = [\"-e <int>{65}\"]~'<int>{65}': an option may be given 1 to 64 times",
        "options = [\"-e [<int>\"]~'[<int>' is not a value: write '<type>'",
        "options = [\"-e <int>]\"]~'<int>]' is not a value: write '<type>'",
        "options = [\"-e <int:5-1>\"]~unknown type '<int:5-1>': see dbg-tools(5)",
        "operands = [\"<stdout>\"]~'<stdout>' admits a dash: it is for options",
        "operands = [\"<comparison>\"]~'<comparison>' admits a dash: it is for options",
        "needs = [\"-x\"]~'-x' is not one of its flags and options",
        "secret = [\"-x\"]~'-x' is not one of its options",
        "needs = [\"\"]~'' is not one of its flags and options",
        "always = \"-x\"~'always' must be a list of strings",
        "operands-first = 1~'operands-first' must be true or false",
        "flags = [\"++\"]~'++' is not an option: write '-x' or '--word'",
      })
  void a_mistake_in_an_entry_is_said(String line, String what) {
    assertEquals(
        "x.toml:4:1: " + what,
        assertThrows(TomlMistake.class, () -> ToolFile.parse("x.toml", HEAD + line + "\n"))
            .message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "name = \"\"~x.toml:5:1: '' is not a name for a sub-command",
        "name = \"-x\"~x.toml:5:1: '-x' is not a name for a sub-command",
        "name = \"a a\"~x.toml:5:1: 'a' is defined twice",
        "flags = []~x.toml:4:1: 'name' is missing",
        "name = \"a\"\\nflgs = []~x.toml:6:1: unknown key 'flgs' in [command]: did you mean 'flags'?",
      })
  void a_mistake_in_a_sub_command_is_said(String lines, String what) {
    assertEquals(
        what,
        assertThrows(
                TomlMistake.class,
                () ->
                    ToolFile.parse(
                        "x.toml", HEAD + "[[command]]\n" + lines.replace("\\n", "\n") + "\n"))
            .message());
  }

  @Test
  void beside_sub_commands_there_are_no_operands() {
    String text = HEAD + "operands = [\"<path>\"]\n[[command]]\nname = \"a\"\n";
    assertEquals(
        "x.toml:4:1: beside sub-commands there can be no operands",
        assertThrows(TomlMistake.class, () -> ToolFile.parse("x.toml", text)).message());
  }

  private static List<String> canonical(String... typed) throws ArgumentMistake {
    List<String> run = GRAMMAR.read(List.of(typed)).canonical();
    assertEquals(run, GRAMMAR.read(run).canonical());
    return run;
  }

  private static String refused(String... typed) {
    return assertThrows(
            ArgumentMistake.class,
            () -> GRAMMAR.read(List.of(typed)).canonical(),
            () -> List.of(typed).toString())
        .message();
  }

  private static ArgumentGrammar grammar(String text) {
    try {
      return ToolFile.parse("x.toml", HEAD + text).arguments();
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
  }
}
