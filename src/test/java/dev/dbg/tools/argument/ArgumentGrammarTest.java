package dev.dbg.tools.argument;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.ToolFile;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments that are easily parsed wrongly, for a tool whose grammar has all of them. */
class ArgumentGrammarTest {
  private static final String PROBE =
      """
      name = "probe"
      summary = "made for tests"
      why = "it is given nothing"
      flags = ["-v --verbose", "-l --listening", "-4", "-br -brief"]
      options = [
        "-c --count <int>", "-p --port <port>", "-q --pid <pid>", "--file -f <path>", "-i <interface>",
        "-a <address>", "-n <cidr>", "-h --host <hostname>", "-m --mode <fast|slow>", "-x --text <text>",
      ]
      operands = ["", "show <port>", "list <hostname>..."]
      """;

  private final ArgumentGrammar grammar = grammar(PROBE);

  @ParameterizedTest
  @ValueSource(
      strings = {
        " 1",
        "1 ",
        "+1",
        "-1",
        "0x1",
        "1e0",
        "1.0",
        "01",
        "00",
        "1_000",
        "1000000000",
        "4294967297",
        "99999999999999999999",
        "١",
        "１",
        "",
        "1\n",
        "1,2",
        "one",
        "1;2",
      })
  void what_is_not_plainly_a_number_is_refused(String number) {
    refused("-c", number);
    refused("--count", number);
    refused("--count=" + number);
    refused("-q", number);
    refused("-p", number);
  }

  @Test
  void ranges_are_kept() throws Exception {
    assertEquals(List.of("-p", "0"), canonical("-p0"));
    assertEquals(List.of("-p", "65535"), canonical("--port=65535"));
    refused("-p", "65536");
    refused("-p", "99999");
    refused("-p65536");
    refused("-q", "0");
    assertEquals(List.of("-c", "0"), canonical("-c", "0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--listen",
        "--l",
        "--verb",
        "--cou=1",
        "--po",
        "--",
        "-b",
        "-bri",
        "-brie",
        "-briefx",
        "-bv",
        "--brief",
        "-verbose",
        "-count",
        "--v",
        "--c=1",
        "--LISTENING",
        "-V",
        "-L",
        "--listening ",
      })
  void abbreviations_and_other_spellings_are_refused(String option) throws Exception {
    if (option.equals("--")) {
      assertEquals(List.of(), canonical("--"));
      return;
    }
    refused(option);
    refused(option, "1");
  }

  @Test
  void bundles_are_taken_apart() throws Exception {
    assertEquals(List.of("-v", "-l", "-4"), canonical("-vl4"));
    assertEquals(List.of("-v", "-c", "5"), canonical("-vc5"));
    assertEquals(List.of("-v", "-c", "5"), canonical("-vc", "5"));
    assertEquals(List.of("-br"), canonical("-brief"));
    refused("-vz");
    refused("-zv");
    refused("-vc5l");
    refused("-vc");
    refused("-v-l");
    refused("-v=1");
    refused("-c=5");
  }

  @Test
  void a_flag_takes_no_value() {
    refused("--verbose=1");
    refused("--verbose=");
    refused("-v1");
    refused("--verbose", "1");
  }

  @Test
  void an_option_s_value_is_never_the_next_option() {
    refused("-c", "-v");
    refused("--count", "--verbose");
    refused("--count=");
    refused("--count");
    refused("-x", "-v");
    refused("-x", "--");
    refused("--text=-v");
    refused("-x-v");
  }

  @Test
  void an_option_is_given_once_in_whatever_spellings() {
    refused("-c", "1", "-c", "2");
    refused("-c1", "--count=1");
    refused("-f", "/a", "--file=/b");
    assertEquals(
        "argument 3, '-c': it is given twice: once is accepted", refused("-c1", "-v", "-c2"));
  }

  @Test
  void the_first_spelling_is_the_one_that_is_run() throws Exception {
    assertEquals(List.of("--file=/a"), canonical("-f", "/a"));
    assertEquals(List.of("--file=/a"), canonical("-f/a"));
    assertEquals(List.of("-c", "1", "-m", "fast"), canonical("--count", "1", "--mode=fast"));
  }

  /** As nslookup's {@code -type=mx}. */
  @Test
  void a_value_that_its_option_attaches_is_passed_on_attached() throws Exception {
    ArgumentGrammar attaching =
        grammar(
            """
            name = "probe"
            summary = "made for tests"
            why = "it is given nothing"
            flags = ["-t", "-y"]
            options = ["-type= -q= <a|mx>", "-port= <port>"]
            operands = ["", "<hostname>"]
            """);
    assertEquals(
        List.of("-type=mx", "-port=53", "h"),
        attaching.read(List.of("-q=mx", "h", "-port=53")).canonical());
    for (List<String> refused :
        List.of(
            List.of("-type=ns"),
            List.of("-type=mx", "-q=a"),
            List.of("-type="),
            List.of("-typ=mx"),
            List.of("-y=mx"),
            List.of("-type", "mx"),
            List.of("-typemx"),
            List.of("-q=", "-t"))) {
      assertThrows(
          ArgumentMistake.class, () -> attaching.read(refused).canonical(), refused::toString);
    }
    for (String wrong : List.of("options = [\"-t= [<a|b>]\"]", "flags = [\"-type=\"]")) {
      assertThrows(
          TomlMistake.class,
          () -> ToolFile.parse("x", "name = \"p\"\nsummary = \"s\"\nwhy = \"w\"\n" + wrong));
    }
  }

  @Test
  void options_end_at_the_two_dashes_and_stand_before_the_operands() throws Exception {
    assertEquals(List.of("-v", "show", "80"), canonical("show", "-v", "80"));
    assertEquals(List.of("-v", "show", "80"), canonical("-v", "--", "show", "80"));
    refused("--", "-v");
    refused("show", "--", "-v");
    refused("show", "80", "--", "--");
    refused("-", "80");
    refused("show", "-");
  }

  @Test
  void operands_are_matched_one_by_one_and_never_as_a_joined_string() throws Exception {
    refused("show 80");
    refused("show", "80", "81");
    refused("show");
    refused("80");
    refused("list");
    refused("show", "80 81");
    refused("list", "a", "b c");
    refused("");
    assertEquals(List.of("list", "a", "b", "c"), canonical("list", "a", "b", "c"));
    refused("list", "a", "-b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "~/x",
        "-/x",
        "+x",
        "@x",
        "etc/../..",
        "a\u202eb",
        "",
        "../x",
        "/a\nb",
        "/a\0",
        "/\u001b[2J",
        "/\u009b2J",
        "/\u007f",
      })
  void what_is_no_path_is_refused(String path) {
    refused("-f", path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "a\nb", "\u001b[2J", "a\u009bb", "\u0085", "a\0", "\u007f"})
  void a_text_holds_no_control_character_and_starts_with_no_dash(String text) {
    refused("-x", text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-x",
        "a/b",
        "../x",
        "eth0 ",
        "eth 0",
        "a23456789012345x",
        "eth0;x",
        "äth0",
        ".",
        "@x",
        "eth0\n",
      })
  void what_is_no_interface_is_refused(String name) {
    refused("-i", name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "-1.1.1.1",
        "1.1.1.1/",
        "1.1.1.1/x",
        "1.1.1.1/0000",
        "1.1.1.1 ",
        "@f",
        "host"
      })
  void what_is_no_address_is_refused(String address) {
    refused("-a", address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "@file", "a b", "a/b", "file:///x", "a\n", "$(x)", ".x"})
  void what_is_no_host_s_name_is_refused(String name) {
    refused("-h", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Fast", "fas", "fast ", "fast|slow", "fast,slow", "<fast>"})
  void what_is_none_of_the_words_is_refused(String word) {
    refused("-m", word);
  }

  @Test
  void a_refusal_says_which_argument_at_what_place_and_what_is_accepted() {
    assertEquals(
        "argument 2, '-z': not accepted here: dbg tools probe lists what is accepted",
        refused("-v", "-z"));
    assertEquals("argument 2, 'x': -m takes one of fast, slow", refused("-m", "x"));
    assertEquals("argument 1, '-m': its value is missing", refused("-m"));
    String painted = refused("-\u001b[2J");
    assertTrue(painted.startsWith("argument 1, '-\\x1b[2J': not accepted"), painted);
    assertEquals(
        "the operands 'show' 'x' are not accepted: no operand; or 'show' a port from 0 to 65535; or others: dbg tools probe lists what is accepted",
        refused("show", "x"));
  }

  @Test
  void a_tool_without_options_says_so() {
    ArgumentGrammar bare = grammar("name = \"bare\"\nsummary = \"s\"\nwhy = \"w\"\n");
    assertEquals(
        "argument 1, '-v': not accepted here: it takes no option",
        assertThrows(ArgumentMistake.class, () -> bare.read(List.of("-v")).canonical()).message());
    assertThrows(ArgumentMistake.class, () -> bare.read(List.of("x")).canonical());
    assertThrows(ArgumentMistake.class, () -> bare.read(List.of("")).canonical());
  }

  private List<String> canonical(String... typed) throws ArgumentMistake {
    return grammar.read(List.of(typed)).canonical();
  }

  private String refused(String... typed) {
    return assertThrows(
            ArgumentMistake.class, () -> canonical(typed), () -> List.of(typed).toString())
        .message();
  }

  private static ArgumentGrammar grammar(String file) {
    try {
      return ToolFile.parse("probe.toml", file).arguments();
    } catch (TomlMistake e) {
      throw new IllegalStateException(e);
    }
  }
}
