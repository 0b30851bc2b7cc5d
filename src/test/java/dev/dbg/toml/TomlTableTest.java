package dev.dbg.toml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TomlTableTest {
  @Test
  void an_unknown_key_is_refused_where_it_stands_with_the_nearest_known_one() throws Exception {
    TomlTable table = parse("name = \"ss\"\n  sumary = \"sockets\"\n");
    table.requiredString("name");
    table.string("summary");
    assertEquals(
        "f.toml:2:3: unknown key 'sumary': did you mean 'summary'?", mistake(table::rejectUnknown));
  }

  /** The parser calls itself for each of them, and a thread's stack is small. */
  @Test
  void arrays_that_are_nested_deep_are_a_mistake() {
    String deep = "a = " + "[".repeat(40) + "]".repeat(40);
    String mistake = mistake(() -> parse(deep));
    assertTrue(mistake.startsWith("f.toml:1:1: Document nesting depth (33)"), mistake);
  }

  @Test
  void an_unknown_key_like_no_other_is_refused_with_all_known_ones() throws Exception {
    TomlTable table = parse("zebra = 1\n");
    table.string("path");
    table.string("group");
    assertEquals(
        "f.toml:1:1: unknown key 'zebra': known here: group, path", mistake(table::rejectUnknown));
  }

  @Test
  void an_unknown_key_of_a_table_is_refused_with_the_table_s_name() throws Exception {
    TomlTable table = parse("[socket]\npath = \"/x\"\ngrop = \"dbg\"\n").table("socket");
    table.string("path");
    table.string("group");
    assertEquals(
        "f.toml:3:1: unknown key 'grop' in [socket]: did you mean 'group'?",
        mistake(table::rejectUnknown));
  }

  @Test
  void an_unknown_table_is_a_key_of_the_root() throws Exception {
    TomlTable root = parse("\n[sokcet]\npath = \"/x\"\n");
    root.table("socket");
    assertEquals(
        "f.toml:2:1: unknown key 'sokcet': did you mean 'socket'?", mistake(root::rejectUnknown));
  }

  @Test
  void an_empty_document_is_an_empty_table() throws Exception {
    for (String text : List.of("", "\n", "# nothing\n")) {
      TomlTable root = parse(text);
      assertEquals(Optional.empty(), root.string("path"));
      assertEquals(List.of(), root.tables("rule"));
      assertEquals(Optional.empty(), root.table("limits").integer("sessions", 1, 9));
      root.rejectUnknown();
    }
  }

  @Test
  void a_date_that_no_calendar_has_is_refused_where_it_stands() {
    assertEquals(
        "f.toml:2:9: not a valid date: Text '2026-52-01T00:00:00Z' could not be parsed: Invalid value"
            + " for MonthOfYear (valid values 1 - 12): 52",
        mistake(() -> parse("a = 1\nuntil = 2026-52-01T00:00:00Z\n")));
  }

  @Test
  void values_are_read_as_they_are_written() throws Exception {
    TomlTable table = parse("s = 'a\\b'\ni = 5\nf = true\nl = [\"a\", \"b\"]\n");
    assertEquals(Optional.of("a\\b"), table.string("s"));
    assertEquals(Optional.of(5L), table.integer("i", 1, 5));
    assertTrue(table.flag("f"));
    assertFalse(table.flag("missing"));
    assertEquals(List.of("a", "b"), table.strings("l"));
    table.rejectUnknown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "true", "[\"a\"]", "{ a = 1 }", "2026-01-01", "1.5"})
  void what_is_no_string_is_refused(String value) throws Exception {
    TomlTable table = parse("a = 1\nkey = " + value + "\n");
    assertEquals("f.toml:2:1: 'key' must be a string", mistake(() -> table.string("key")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"5\"", "0", "11", "-1", "5.0", "true", "[5]", "99999999999999999999", "inf"})
  void what_is_no_whole_number_of_the_range_is_refused(String value) throws Exception {
    TomlTable table = parse("key = " + value + "\n");
    assertEquals(
        "f.toml:1:1: 'key' must be a whole number from 1 to 10",
        mistake(() -> table.integer("key", 1, 10)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"true\"", "1", "[]", "\"yes\""})
  void what_is_neither_true_nor_false_is_refused(String value) throws Exception {
    TomlTable table = parse("key = " + value + "\n");
    assertEquals("f.toml:1:1: 'key' must be true or false", mistake(() -> table.flag("key")));
  }

  @Test
  void what_is_no_list_of_strings_is_refused() throws Exception {
    TomlTable table = parse("a = \"net\"\nb = [\"net\", 5]\nc = [[\"net\"]]\nd = []\n");
    assertEquals("f.toml:1:1: 'a' must be a list of strings", mistake(() -> table.strings("a")));
    assertEquals("f.toml:2:1: 'b' must hold strings only", mistake(() -> table.strings("b")));
    assertEquals("f.toml:3:1: 'c' must hold strings only", mistake(() -> table.strings("c")));
    assertEquals("f.toml:4:1: 'd' must not be empty", mistake(() -> table.requiredStrings("d")));
    assertEquals("f.toml:1:1: 'e' is missing", mistake(() -> table.requiredStrings("e")));
    assertEquals("f.toml:1:1: 'e' is missing", mistake(() -> table.requiredString("e")));
  }

  @Test
  void what_is_no_table_is_refused() throws Exception {
    TomlTable root = parse("a = 1\nb = [1]\n[c]\n");
    assertEquals("f.toml:1:1: 'a' must be a table", mistake(() -> root.table("a")));
    assertEquals("f.toml:2:1: 'b' must be written [[b]]", mistake(() -> root.tables("b")));
    assertEquals("f.toml:3:1: 'c' must be written [[c]]", mistake(() -> root.tables("c")));
  }

  @Test
  void a_mistake_in_an_array_of_tables_stands_in_the_right_one() throws Exception {
    String text =
        """
        [[rule]]
        who = ["*"]

        # who = "here" is only a comment
        [[rule]]
          who = "user:a"

        [[rule]]
        whom = ["*"]
        """;
    List<TomlTable> rules = parse(text).tables("rule");
    assertEquals(List.of(1, 5, 8), rules.stream().map(rule -> rule.position().line()).toList());
    assertEquals(
        "f.toml:6:3: 'who' must be a list of strings", mistake(() -> rules.get(1).strings("who")));
    assertEquals(
        "f.toml:8:1: 'who' is missing", mistake(() -> rules.get(2).requiredStrings("who")));
    assertEquals(
        "f.toml:9:1: unknown key 'whom' in [rule]: did you mean 'who'?",
        mistake(() -> rules.get(2).rejectUnknown()));
  }

  @Test
  void a_table_below_an_array_of_tables_belongs_to_its_last() throws Exception {
    String text = "[[rule]]\n[rule.limits]\na = 1\n[[rule]]\n[rule.limits]\n a = 2\n";
    List<TomlTable> rules = parse(text).tables("rule");
    assertEquals(
        "f.toml:3:1: 'a' must be a string",
        mistake(() -> rules.get(0).table("limits").string("a")));
    assertEquals(
        "f.toml:6:2: 'a' must be a string",
        mistake(() -> rules.get(1).table("limits").string("a")));
  }

  @Test
  void a_dotted_key_stands_where_it_is_written() throws Exception {
    TomlTable root = parse("x = 1\nlimits . sessions = \"many\"\n");
    assertEquals(
        "f.toml:2:1: 'sessions' must be a whole number from 1 to 9",
        mistake(() -> root.table("limits").integer("sessions", 1, 9)));
  }

  @Test
  void a_quoted_key_stands_where_it_is_written() throws Exception {
    TomlTable root = parse("\"a = b # c\" = 1\n'who' = 1\n[\"x]y\"]\nz = 1\n");
    assertEquals(
        "f.toml:1:1: 'a = b # c' must be a string", mistake(() -> root.string("a = b # c")));
    assertEquals("f.toml:2:1: 'who' must be a string", mistake(() -> root.string("who")));
    assertEquals("f.toml:4:1: 'z' must be a string", mistake(() -> root.table("x]y").string("z")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a = \"\"\"\nb = 1\n\"\"\"",
        "a = '''\nb = 1\n'''",
        "a = \"\"\"\n\\\"\"\" b = 1\n\"\"\"",
        "a = \"\"\"two quotes at the end\n\n\"\"\"\"\"",
        "a = '''two quotes at the end\n\n'''''",
        "a = \"\"\"one quote at the end\"\"\"\"",
        "a = '''one quote at the end''''",
        "a = [ # ] b = 1\n\"]\", # [\n]",
        "a = { x = \"}\", y = [ 1 ] } # {\n# b = 1\n",
        "a = \"\\\"\" # \"\n# b = 1\n",
        "a = '\\' # '\n# b = 1\n",
        "a = 1 # b = 1\r\n\r\n",
      })
  void a_key_after_any_value_stands_where_it_is_written(String before) throws Exception {
    TomlTable root = parse("# b = 1\n" + before + "\n b = 2\n");
    long line = 3 + before.chars().filter(c -> c == '\n').count();
    assertEquals(
        "f.toml:%d:2: 'b' must be a string".formatted(line), mistake(() -> root.string("b")));
  }

  @Test
  void a_key_of_an_inline_table_takes_the_place_of_the_key_that_holds_it() throws Exception {
    TomlTable root = parse("\n rule = [{ who = 1 }, { who = 2 }]\n");
    assertEquals(
        "f.toml:2:2: 'who' must be a string",
        mistake(() -> root.tables("rule").get(1).string("who")));
  }

  @Test
  void a_mistake_of_syntax_has_its_place() {
    assertTrue(
        mistake(() -> parse("a = 1\nb = \n")).startsWith("f.toml:2:"),
        mistake(() -> parse("a = 1\nb = \n")));
    assertTrue(mistake(() -> parse("a = 1\n\nb 2\n")).startsWith("f.toml:3:2: "));
    assertTrue(mistake(() -> parse("[[rule]\nx = 1\n")).startsWith("f.toml:2:1: "));
    assertTrue(mistake(() -> parse("a = \"never closed\n")).startsWith("f.toml:1:"));
    assertTrue(mistake(() -> parse("a = 1\na = 2 # twice\n")).startsWith("f.toml:"));
    assertTrue(mistake(() -> parse("a = 1\n[a]\n")).startsWith("f.toml:2:"));
    assertTrue(mistake(() -> parse("a = [1\n")).matches("(?s)f\\.toml:\\d+:\\d+: .+"));
    assertTrue(mistake(() -> parse("\u0000")).startsWith("f.toml:1:1: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"who", "whom", "wo", "whi"})
  void a_slip_of_the_finger_is_understood(String word) {
    assertEquals(Optional.of("who"), DidYouMean.to(word, List.of("who", "containers")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "namespaces", "whomever"})
  void another_word_is_not_taken_for_a_slip(String word) {
    assertEquals(Optional.empty(), DidYouMean.to(word, List.of("who", "containers")));
    assertEquals(Optional.empty(), DidYouMean.to(word, List.of()));
  }

  private static TomlTable parse(String text) throws TomlMistake {
    return TomlTable.parse("f.toml", text);
  }

  private static String mistake(Executable reading) {
    return assertThrows(TomlMistake.class, reading).message();
  }
}
