package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Samples;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Question;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.Tool;
import dev.dbg.tools.ToolFile;
import dev.dbg.tools.argument.ArgumentMistake;
import dev.dbg.tools.argument.ParsedArguments;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A rule that restricts a tool's arguments permits nothing that only looks permitted. */
class NarrowedArgumentsTest {
  private static final Catalogue SHIPPED = Shipped.catalogue();

  record Row(String rule, String expected, String line) {}

  static Stream<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    String rule = "";
    for (String line : Files.readAllLines(Path.of("src/test/resources/catalogue/narrowed"))) {
      if (line.startsWith("rule ")) {
        rule = line.substring("rule ".length());
      } else if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.split(" ", 2);
        rows.add(new Row(rule, parts[0], parts.length < 2 ? "" : parts[1]));
      }
    }
    return rows.stream();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_narrowed_tool_is_given_what_the_rule_permits_and_nothing_else(Row row) throws Exception {
    String[] rule = row.rule().split(": ", 2);
    assertEquals(row.expected(), answer(SHIPPED, rule[0], rule[1], row.line()), row::toString);
  }

  /**
   * An administrator's entry in an older form, which cannot say which option turns a pattern into a
   * path.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        // The first word may be a pattern or a path; nobody knows which.
        "no~needle /var/log/x",
        "yes~-e . /var/log/x",
        "no~-e . /var/log/../../secret/key",
        "no~-e . var/log/x",
        "no~-e . ..",
        "no~-e . /etc/shadow",
        "no~needle /etc/shadow",
        "entry~needle /var/log/../../secret/key",
      })
  void a_word_that_an_entry_leaves_open_is_held_to_all_that_it_could_be(
      String expected, String line) throws Exception {
    Tool open =
        ToolFile.parse(
            "grep.toml",
            """
            name = "grep"
            summary = "s"
            why = "w"
            flags = ["-r"]
            options = ["-e --regexp <pattern>{16}"]
            operands = ["<pattern>", "<pattern> <path>...", "<path>..."]
            """);
    Catalogue catalogue = Catalogue.of(List.of(open));
    String narrowing = "operands = [\"needle\", \"/var/log/*\"]";
    assertEquals(expected, answer(catalogue, "grep", narrowing, line), line);
    assertEquals(
        expected.equals("entry") ? expected : "yes",
        answer(catalogue, "grep", "operands = [\"*\"]", line),
        line);
  }

  @Test
  void a_text_that_is_narrowed_to_paths_is_one() throws Exception {
    Catalogue catalogue = Asked.catalogue(List.of("cat"));
    String narrowing = "operands = [\"/var/log/*\"]";
    assertEquals("yes", answer(catalogue, "cat", narrowing, "/var/log/x"));
    assertEquals("no", answer(catalogue, "cat", narrowing, "/var/log/../../etc/shadow"));
    assertEquals("no", answer(catalogue, "cat", narrowing, "/var/log/.."));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "cat~operands = ['var/log/*']~'var/log/*' can match no value: write an absolute path without .., as /var/log/*",
        "cat~operands = ['/var/log/../x']~'/var/log/../x' can match no value: write an absolute path",
        "find~options = ['-newer x']~'x' can match no value: write an absolute path",
        "curl~operands = ['*example.org*']~'*example.org*' can match no value: write a URL, as https://*.example.org/status/*",
        "curl~operands = ['ftp://h/*']~'ftp://h/*' can match no value: write a URL",
        "curl~operands = ['http://10.0.0.0/8']~ok",
        "curl~operands = ['http://h:80x/']~'http://h:80x/' can match no value",
        "ping~operands = ['10.1']~'10.1' can match no value: write an address or a network, as 10.0.0.0/8, 10.* or 2001:db8::/32, or a name",
        "ping~operands = ['http://h/']~'http://h/' can match no value",
        "ping~operands = ['10.0.0.0/33']~'10.0.0.0/33' can match no value",
        "ping~operands = ['2001:db8::*']~'2001:db8::*' can match no value",
        "ping~options = ['-c many']~'many' can match no value: write a number, as 8080, or a range of them, as 1-100",
        "ping~options = ['-c 5-1']~'5-1' can match no value",
        "ping~options = ['-M never']~'never' can match no value: write one of do, want, dont, probe",
        "ip~operands = ['adr']~ok",
        "openssl~options = ['-connect h']~'h' can match no value: write HOST:PORT",
        "ping~operands = ['10.*', '*.example.org', 'h', '192.168.*', '1*', '*']~ok",
        "grep~operands = ['a.log', '/var/log*', 'x', '**']~ok",
        "ss~operands = ['state', 'x', '*']~ok",
        "ss~operands = ['state', 'x*']~'x*' can match no value: write the whole text",
        "pgrep~operands = ['java*']~'java*' can match no value: write the whole text without a star, or * for all values, paths among them",
        "grep~operands = ['ERROR*', '/var/log/*']~'ERROR*' can match no value: write an absolute path without .., as /var/log/*; or the whole text",
        "curl~options = ['--resolve web:80:10.*']~'web:80:10.*' can match no value: write the whole text",
        "curl~options = ['--connect-to ::10.*']~'::10.*' can match no value: write the whole text",
        "find~options = ['-regex .*a']~'.*a' can match no value: write the whole text",
        "tree~options = ['-P *.log']~'*.log' can match no value: write the whole text",
        "netstat~operands = []~ok",
        "netstat~operands = ['x']~ok",
      })
  void a_pattern_that_no_value_can_match_is_a_mistake_that_says_what_to_write(
      String tool, String narrowing, String what) throws Exception {
    String rule = rule(tool, narrowing);
    if (what.equals("ok")) {
      Policy _ = policy(SHIPPED, rule);
      return;
    }
    String message = assertThrows(TomlMistake.class, () -> policy(SHIPPED, rule)).message();
    assertTrue(message.startsWith("p.toml:7:1: " + what), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "ls~operands = ['/var/*']~~permits only operands like /var/*: give one",
        "curl~operands = ['http://h*']~-L http://h/~permits only operands like http://h*, and not -L, which may lead elsewhere or show others: a rule must name it",
        "curl~operands = ['http://h*']~http://u:p@h/~permits only operands like http://h*, not 'http://***@h/'",
        "find~operands = ['/var/*']~/var/x -newer /etc/x~permits only operands like /var/*, and not -newer /etc/x, which may lead elsewhere or show others: a rule must name it",
      })
  void a_refusal_names_the_word_and_what_is_permitted(
      String tool, String narrowing, String line, String why) throws Exception {
    Decision verdict = verdict(SHIPPED, tool, narrowing, line == null ? "" : line);
    assertTrue(((Decision.Denied) verdict).why().endsWith(why), verdict::toString);
  }

  private static String answer(Catalogue catalogue, String tool, String narrowing, String line)
      throws TomlMistake {
    try {
      return verdict(catalogue, tool, narrowing, line) instanceof Decision.Permitted ? "yes" : "no";
    } catch (ArgumentMistake e) {
      return "entry";
    }
  }

  private static Decision verdict(Catalogue catalogue, String tool, String narrowing, String line)
      throws TomlMistake, ArgumentMistake {
    List<String> words =
        line.isBlank()
            ? List.of()
            : Stream.of(line.split(" +")).map(word -> word.replace('␣', ' ')).toList();
    ParsedArguments reading = catalogue.tool(tool).orElseThrow().arguments().read(words);
    Question question =
        new Question(
            Samples.operator("ann"),
            EnumSet.allOf(NamespaceKind.class),
            tool,
            Optional.of(reading),
            false,
            false,
            false,
            false,
            Asked.NOON);
    return policy(catalogue, rule(tool, narrowing)).ask(question).anywhere();
  }

  private static String rule(String tool, String narrowing) {
    return """
        [[rule]]
        who = ["user:ann"]
        containers = ["*"]
        namespaces = ["all"]
        tools = ["%s"]
        [rule.arguments.%s]
        %s
        """
        .formatted(tool, tool, narrowing.replace("; ", "\n"));
  }

  private static Policy policy(Catalogue catalogue, String rules) throws TomlMistake {
    return new PolicyReader(catalogue).read(new TreeMap<>(Map.of("p.toml", rules)));
  }
}
