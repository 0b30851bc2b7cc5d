package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.RawText;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.Shipped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code dbgd check} and {@code dbgd test}. */
class OfflineTest {
  private static final Catalogue CATALOGUE = Shipped.catalogue();

  private static final String RULE =
      """
      [[rule]]
      who = ["group:dns-ops"]
      containers = ["adguard-*"]
      except = ["*-vault-*"]
      namespaces = ["net"]
      tools = ["ss", "ping", "dig"]
      """;

  private static final String EXPECTED =
      """
      [[operator]]
      user = "ana"
      groups = ["dns-ops"]
      [[operator]]
      user = "bob"
      [[container]]
      name = "adguard-1"
      [[container]]
      name = "adguard-vault-1"
      [[container]]
      name = "adguard-host"
      shares = ["net"]
      """;

  private String out = "";
  private String err = "";

  @Test
  void a_good_policy_is_well() throws Exception {
    assertEquals(0, check("p.toml", RULE + RULE));
    assertEquals("2 rules, 0 tools: all is well\n", out);
  }

  @Test
  void a_rule_that_has_ended_is_named() throws Exception {
    assertEquals(0, check("p.toml", RULE + RULE + "until = 2026-01-01T00:00:00Z\n"));
    assertEquals(1, out.lines().filter(line -> line.endsWith(" has ended")).count(), out);
    assertTrue(out.contains("\nthe rule at p.toml:"), out);
  }

  @Test
  void a_file_of_another_name_is_said_to_count_for_nothing(@TempDir Path policies)
      throws Exception {
    for (String name : List.of("10-ops.toml", "10-example.toml.example", ".10.toml.swp")) {
      Path _ = Files.createFile(policies.resolve(name));
    }
    assertEquals("", CheckCommand.passedOver(policies));
    Path file = Files.createFile(policies.resolve("10-ops.conf"));
    assertEquals(
        "\n%s is not read: its name does not end in .toml".formatted(file),
        CheckCommand.passedOver(policies));
    assertEquals("", CheckCommand.passedOver(policies.resolve("missing")));
  }

  @Test
  void a_mistake_is_shown_where_it_is() throws Exception {
    assertEquals(1, check("p.toml", RULE + "  exept = [\"x\"]\n"));
    assertEquals(
        """
        p.toml:7:3: unknown key 'exept' in [rule]: did you mean 'except'?
              exept = ["x"]
              ^
        """,
        err);
  }

  /** A draft may be anybody's; what {@code suggest} prints has lines that operators typed. */
  @Test
  void a_terminal_obeys_nothing_of_a_draft_or_of_what_was_suggested() throws Exception {
    String draft = RULE + "\texept = [\"\u202e\"]\n\"\\u001b]0;x\" = 1\n";
    assertEquals(1, check("p\u001b[2J.toml", draft));
    String checked = err;
    assertTrue(checked.contains("\\x1b]0;x"), checked);
    assertTrue(checked.contains("\n    \texept = [\"\\u202e\"]\n"), checked);
    assertEquals(1, test(expectation("permit", "ana", "adguard-1 net -- ss \u202e")));
    assertTrue(err.startsWith("t.toml:13: adguard-1 net -- ss \\u202e: "), err);
    for (String told : List.of(checked, err)) {
      assertTrue(told.chars().noneMatch(c -> c != '\n' && c != '\t' && RawText.obeyed(c)), told);
    }
  }

  @Test
  void all_mistakes_of_all_files_are_shown() {
    String bad =
        """
        [[rule]]
        who = ["ana"]
        containers = []
        namespaces = ["nte"]
        tools = ["sss", "ping", "@netwrok", "*"]
        timeout = "soon"
        reason = "maybe"
        hours = ["always"]
        unitl = 2026-12-01
        user-swich = true
        [[rule]]
        who = ["*"]
        containers = ["*"]
        namespaces = ["net"]
        tools = ["ss", "ping"]
        [rule.arguments.ss]
        options = ["--nonsense"]
        [rule.arguments.dig]
        [rule.arguments.ping]
        operands = ["10.0.0.0/8"]
        oprands = []
        [[audit-access]]
        who = ["eve"]
        """;
    DaemonVerb.Result result =
        CheckCommand.draft(
            CATALOGUE,
            new TreeMap<>(
                Map.of(
                    "a.toml",
                    bad,
                    "b.toml",
                    "[[rule",
                    "c.toml",
                    RULE,
                    "d.toml",
                    RULE + "exept = []",
                    "t.toml",
                    "name = \"mine\"")));
    assertEquals(1, result.status());
    List<String> shown =
        result.complaints().lines().filter(line -> line.matches("[a-z]\\.toml:.*")).toList();
    List<String> wanted =
        List.of(
            "t.toml:1:1: 'summary' is missing",
            "b.toml:1:7: ",
            "a.toml:2:1: 'ana' is not a valid operator",
            "a.toml:3:1: 'containers' must not be empty",
            "a.toml:5:1: no tool 'sss'",
            "a.toml:5:1: unknown group of tools '@netwrok'",
            "a.toml:5:1: '*' is not a tool",
            "a.toml:4:1: unknown namespace 'nte'",
            "a.toml:8:1: ",
            "a.toml:6:1: 'soon' is not a duration",
            "a.toml:7:1: 'reason' accepts only",
            "a.toml:9:1: unknown key 'unitl'",
            "a.toml:10:1: unknown key 'user-swich'",
            "a.toml:18:1: the rule has no tool 'dig'",
            "a.toml:21:1: unknown key 'oprands'",
            "a.toml:17:1: the tool is never given '--nonsense'",
            "a.toml:23:1: 'eve' is not a valid operator",
            "a.toml:22:1: 'operators' is missing",
            "d.toml:7:1: unknown key 'exept'");
    assertEquals(wanted.size(), shown.size(), () -> String.join("\n", shown));
    for (int i = 0; i < wanted.size(); i++) {
      assertTrue(shown.get(i).startsWith(wanted.get(i)), shown.get(i));
    }
  }

  @Test
  void a_daemon_names_the_first_mistake_and_says_how_many_there_are() {
    TomlMistake mistake =
        assertThrows(
            TomlMistake.class,
            () ->
                new PolicyReader(CATALOGUE)
                    .read(new TreeMap<>(Map.of("p.toml", RULE + "a = 1\nb = 2\nc = 3\n"))));
    assertTrue(
        mistake.message().matches("p.toml:7:1: unknown key 'a'.*; 2 more mistakes: dbgd check.*"),
        mistake.message());
  }

  @Test
  void a_tab_before_the_place_is_a_tab_below_it() throws Exception {
    assertEquals(1, check("p.toml", RULE + "\texept = [\"x\"]\n"));
    assertTrue(err.endsWith("\n    \texept = [\"x\"]\n    \t^\n"), err);
  }

  @Test
  void what_is_no_toml_is_shown_where_it_stops_being_any() throws Exception {
    assertEquals(1, check("p.toml", "[[rule]]\nwho = [\"x\"\n"));
    assertTrue(err.startsWith("p.toml:"));
  }

  @Test
  void a_tool_s_entry_is_checked_as_one_and_known_to_the_policy_beside_it() throws Exception {
    String tool = "name = \"mine\"\nsummary = \"s\"\nwhy = \"w\"\n";
    assertEquals(0, check("t.toml", tool));
    assertEquals(
        0,
        CheckCommand.draft(
                CATALOGUE,
                new TreeMap<>(Map.of("p.toml", RULE.replace("\"ss\"", "\"mine\""), "t.toml", tool)))
            .status());
    assertEquals(1, check("t.toml", tool + "flgs = []\n"));
    assertEquals(1, check("p.toml", RULE.replace("\"ss\"", "\"mine\"")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "permit~ana~adguard-1 net -- ss -tln",
        "permit~ana~adguard-1 net -- ping -c 1 h",
        "refuse~bob~adguard-1 net -- ss -tln",
        "refuse~ana~adguard-1 net -- ss -K",
        "refuse~ana~-u 1000 adguard-1 net -- ss",
        "refuse~ana~adguard-vault-1 net -- ss",
        "refuse~ana~adguard-1 uts -- ss",
        "refuse~ana~adguard-1 net -- netstat",
        "refuse~ana~adguard-host net -- ss",
        "permit~ana~adguard-1 net -- dig h",
      })
  void what_is_expected_and_so_is_well_and_its_opposite_is_not(String verb, String who, String line)
      throws Exception {
    assertEquals(0, test(expectation(verb, who, line)));
    String other = verb.equals("permit") ? "refuse" : "permit";
    assertEquals(1, test(expectation(other, who, line)));
    assertTrue(err.startsWith("t.toml:13: " + line));
  }

  /** With any policy: dbgd may know what the line names, such as a service. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "nowhere net -- ss~has no container 'nowhere'",
        "podman://adguard-1 net -- ss~has no container",
        "ps~run no tool",
        "adguard-1~TOOL",
      })
  void a_line_that_is_always_refused_is_not_well_unless_it_says_why(String line, String because)
      throws Exception {
    String refused = expectation("refuse", "ana", line);
    assertEquals(1, test(refused));
    assertTrue(err.contains("or write because"), err);
    assertEquals(0, test(refused + "because = \"" + because + "\"\n"));
    assertEquals(1, test(expectation("permit", "ana", line)));
    assertFalse(err.contains("or write because"), err);
  }

  private static String expectation(String verb, String who, String line) {
    return "[[%s]]\nwho = \"%s\"\nline = \"%s\"\n".formatted(verb, who, line);
  }

  @Test
  void a_refusal_for_another_reason_than_expected_is_not_well() throws Exception {
    String line = expectation("refuse", "ana", "adguard-1 net -- ss -K");
    assertEquals(0, test(line + "because = \"not accepted\"\n"));
    assertEquals(1, test(line + "because = \"no rule\"\n"));
    assertEquals(
        0, test(expectation("permit", "ana", "adguard-1 net -- ss") + "because = \"p.toml:1\"\n"));
  }

  @Test
  void a_time_and_a_word_with_blanks_can_be_given() throws Exception {
    String rule = RULE + "until = 2026-12-01T00:00:00Z\nreason = \"required\"\n";
    String words =
        "[[%s]]\nwho = \"ana\"\nat = %s\nwords = [\"--reason\", \"a b\", \"adguard-1\", \"net\", \"ss\"]\n";
    assertEquals(0, test(rule, words.formatted("permit", "2026-11-30T23:59:59Z")));
    assertEquals(0, test(rule, words.formatted("refuse", "2026-12-01T00:00:00Z")));
    assertEquals(
        0,
        test(
            rule,
            expectation("refuse", "ana", "adguard-1 net -- ss")
                + "at = 2026-11-30T23:59:59Z\nbecause = \"requires a reason\"\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "[[permit]]|who = \"eve\"|line = \"x\"~t.toml:14:1: no [[operator]] is called 'eve'",
        "[[permit]]|who = \"ana\"~t.toml:13:1: 'line' is missing",
        "[[permits]]~t.toml:13:1: unknown key 'permits': did you mean 'permit'?",
        "[[container]]|name = \"x\"|shares = [\"nett\"]~t.toml:15:1: unknown namespace 'nett'",
        "[[operator]]|user = \"ana\"~t.toml:14:1: operator 'ana' is defined twice",
      })
  void a_mistake_in_a_file_of_expectations_has_its_place(String lines, String what) {
    String message =
        assertThrows(
                TomlMistake.class,
                () -> PolicyTestFile.parse("t.toml", EXPECTED + lines.replace("|", "\n") + "\n"))
            .message();
    assertTrue(message.startsWith(what), message);
  }

  private int check(String file, String text) {
    return told(CheckCommand.draft(CATALOGUE, new TreeMap<>(Map.of(file, text))));
  }

  private int test(String expectations) throws Exception {
    return test(RULE, expectations);
  }

  private int test(String policy, String expectations) throws Exception {
    return told(
        PolicyTest.run(
            PolicyTestFile.parse("t.toml", EXPECTED + expectations),
            CATALOGUE,
            new PolicyReader(CATALOGUE).read(new TreeMap<>(Map.of("p.toml", policy)))));
  }

  private int told(DaemonVerb.Result findings) {
    out = findings.output();
    err = findings.complaints();
    return findings.status();
  }
}
