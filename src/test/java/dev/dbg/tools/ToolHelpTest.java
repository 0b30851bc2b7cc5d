package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.GrammarWords;
import dev.dbg.tools.value.ValueType;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What people are told of a tool's arguments. */
class ToolHelpTest {
  private static final String PROBE =
      """
      name = "probe"
      summary = "what the probe sees"
      requires = ["net"]
      also = ["pid"]
      excludes = ["mnt"]
      why = "probing needs no capability, so none is given"
      examples = ["probe -v show", "probe --kind=a list -c1 '( x = :1 )'"]
      flags = ["-v --verbose"]
      options = ["--kind [=<a|b>]"]
      [[command]]
      name = "show"
      [[command]]
      name = "list l"
      needs = ["-c"]
      options = ["-c --count <int:1-5>{3}", "--to <hostname>"]
      split-operands = true
      operands = ["", "<filter>..."]
      """;

  @Test
  void a_tool_is_told_with_its_arguments() throws Exception {
    assertEquals(
        """
        probe: what the probe sees
        namespaces: needs net; also uses pid; does not work with mnt
        rights: no capability: probing needs no capability, so none is given
        examples
          dbg CONTAINER -- probe -v show
          dbg CONTAINER -- probe --kind=a list -c1 '( x = :1 )'
        flags
          -v --verbose
        options
          --kind[=<a|b>]
        show operands
          (none)
        list|l options
          -c --count <int:1-5>          a whole number from 1 to 5 (up to 3 times)
          --to <hostname>               a host's name or address
        must be given: -c
        list|l operands
          (none)
          <filter>...
          <filter>                      is a word of a filter
        """,
        ToolHelp.of(ToolFile.parse("x.toml", PROBE)));
  }

  @Test
  void an_example_is_accepted_by_its_own_entry() {
    for (String example : List.of("probe -z", "prob show", "", "probe list")) {
      String text = PROBE.replaceAll("examples = .*", "examples = [\"" + example + "\"]");
      TomlMistake mistake =
          assertThrows(TomlMistake.class, () -> ToolFile.parse("x.toml", text), example);
      assertTrue(mistake.message().startsWith("x.toml:7:1: '" + example + "'"), mistake.message());
    }
  }

  @Test
  void an_example_is_read_as_a_shell_reads_it() {
    assertEquals(
        List.of("ss", "-o", "( dport = :443 )", "%{x}\\n", "(", "a'b"),
        ExampleLine.words("ss  -o '( dport = :443 )' '%{x}\\n' \\( a\\'b"));
  }

  @Test
  void the_help_of_every_shipped_tool_fits_a_terminal() {
    for (Tool tool : Shipped.catalogue().all()) {
      for (String line : ToolHelp.lines(tool)) {
        assertTrue(line.length() <= 80, tool.name() + ": " + line);
        assertEquals(line, line.stripTrailing());
      }
    }
  }

  @Test
  void what_may_follow_is_known_for_completion() throws Exception {
    ArgumentGrammar grammar =
        ToolFile.parse("x.toml", PROBE.replaceAll("examples = .*", "")).arguments();
    assertEquals(
        List.of(
            List.of("-v", "--verbose"), List.of("--kind"), List.of("show"), List.of("list", "l")),
        GrammarWords.after(grammar, List.of("-v")).words().stream()
            .map(GrammarWords.Word::spellings)
            .toList());
    GrammarWords.Next value = GrammarWords.after(grammar, List.of("l", "--count"));
    assertEquals(List.of(), value.words());
    assertEquals(Set.of("<int:1-5>"), notations(value));
    assertEquals(Set.of("<filter>"), notations(GrammarWords.after(grammar, List.of("list"))));
    assertEquals(
        Set.of("<filter>"),
        notations(GrammarWords.after(grammar, List.of("list", "-c", "1", "x"))));
    assertEquals(Set.of(), notations(GrammarWords.after(grammar, List.of("show"))));
    ArgumentGrammar ip = Shipped.catalogue().tool("ip").orElseThrow().arguments();
    assertTrue(
        GrammarWords.after(ip, List.of("addr")).values().stream()
            .anyMatch(type -> type.accepts("show")));
  }

  private static Set<String> notations(GrammarWords.Next next) {
    return Set.copyOf(next.values().stream().map(ValueType::notation).toList());
  }
}
