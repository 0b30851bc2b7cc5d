package dev.dbg.administer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.ManualPage;
import dev.dbg.model.ExitStatus;
import dev.dbg.policy.Policy;
import dev.dbg.policy.PolicyReader;
import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The example policies that people copy are valid, and permit what is said of them. */
class PolicyManualTest {
  private static final String TEAM = "A POLICY FOR A TEAM OF FIVE";
  private static final Pattern LITERAL =
      Pattern.compile("\\.Bd -literal -offset indent\n(.*?)\\.Ed", Pattern.DOTALL);
  private static final Pattern RULE = Pattern.compile("(?s)\\[\\[rule]].*?(?=\\[\\[|\\z)");

  /** The literal texts of a section, each of them whole. */
  private static List<String> examples(String section) throws IOException {
    String text = ManualPage.read("dbg-policy.5").section(section);
    return LITERAL.matcher(text).results().map(literal -> literal.group(1)).toList();
  }

  private static int tested(String policy) throws Exception {
    PolicyTestFile file = PolicyTestFile.parse("team.test.toml", examples(TEAM).get(1));
    assertEquals(Optional.of("team.toml"), file.policy());
    assertTrue(file.expectations().size() >= 8);
    return PolicyTest.run(file, Shipped.catalogue(), read("team.toml", policy)).status();
  }

  /** Each rule is tried: without it, or without its exception, the tests do not hold. */
  @Test
  void the_policy_for_a_team_does_what_its_tests_expect() throws Exception {
    String policy = examples(TEAM).getFirst();
    Policy whole = read("team.toml", policy);
    assertEquals(3, whole.ruleCount());
    assertEquals(1, whole.auditAccessCount());
    assertEquals(ExitStatus.OK, tested(policy));
    List<String> rules = RULE.matcher(policy).results().map(MatchResult::group).toList();
    assertEquals(3, rules.size());
    for (String rule : rules) {
      assertNotEquals(ExitStatus.OK, tested(policy.replace(rule, "")), rule);
    }
    for (String key : List.of("except", "reason", "operands")) {
      String without = policy.replaceAll("(?m)^" + key + " .*$", "");
      assertNotEquals(ExitStatus.OK, tested(without), key);
    }
  }

  @Test
  void the_other_examples_are_read() throws Exception {
    assertEquals(2, read("a.toml", examples("ACCESS TO RECORDS").getFirst()).auditAccessCount());
    assertEquals(0, read("g.toml", examples("Groups of tools").getFirst()).ruleCount());
  }

  /** What the page says to write is accepted, each in a rule that has nothing else to say. */
  @Test
  void each_key_that_the_page_says_to_write_is_accepted() throws Exception {
    Map<String, String> least =
        Map.of(
            "who",
            "[\"*\"]",
            "containers",
            "[\"*\"]",
            "namespaces",
            "[\"mnt\"]",
            "tools",
            "[\"environ\"]");
    Matcher line =
        Pattern.compile("(?m)^\\.Li ([a-z-]+ = .*)$")
            .matcher(ManualPage.read("dbg-policy.5").section("TO PERMIT X, WRITE Y"));
    int lines = 0;
    while (line.find()) {
      Map<String, String> keys = new TreeMap<>(least);
      Matcher key =
          Pattern.compile("([a-z-]+) = (\\[.*?]|true|\".*?\")")
              .matcher(line.group(1).replace("\\(dq", "\""));
      while (key.find()) {
        keys.put(key.group(1), key.group(2));
      }
      String options = keys.remove("options");
      String rule =
          keys.entrySet().stream()
              .map(entry -> "%s = %s%n".formatted(entry.getKey(), entry.getValue()))
              .collect(Collectors.joining());
      String narrowed = options == null ? "" : "[rule.arguments.environ]\noptions = " + options;
      assertEquals(1, read("p.toml", "[[rule]]\n" + rule + narrowed).ruleCount(), rule);
      lines++;
    }
    assertTrue(lines >= 10, "lines: " + lines);
  }

  /** A list that lacks a tool would hide what a rule permits. */
  @Test
  void the_groups_of_the_page_are_those_that_are_shipped() throws Exception {
    String table =
        ManualPage.read("dbg-policy.5").section("Groups of tools").replaceAll("(?m)\n(?!\\.)", " ");
    Map<String, List<String>> listed = new TreeMap<>();
    Pattern.compile("(?m)^\\.It Li @([a-z]+) Ta .* Ta (.*)$")
        .matcher(table)
        .results()
        .forEach(row -> listed.put(row.group(1), List.of(row.group(2).split(", +"))));
    assertEquals(new TreeMap<>(Shipped.catalogue().groups().tools()), listed);
  }

  /** For a log and a status nothing is entered; every other tool enters something. */
  @Test
  void only_a_rule_for_logs_and_status_alone_needs_no_namespaces() throws Exception {
    String rule = "[[rule]]\nwho = [\"*\"]\ncontainers = [\"*\"]\ntools = [%s]\n";

    assertEquals(1, read("p", rule.formatted("\"logs\"")).ruleCount());
    assertEquals(1, read("p", rule.formatted("\"status\", \"logs\"")).ruleCount());
    assertThrows(TomlMistake.class, () -> read("p", rule.formatted("\"logs\", \"ss\"")));
    assertThrows(TomlMistake.class, () -> read("p", rule.formatted("\"ss\"")));
    for (List<String> group : Shipped.catalogue().groups().tools().values()) {
      assertFalse(group.contains("logs"));
      assertFalse(group.contains("status"));
    }
  }

  @Test
  void the_shipped_example_permits_nothing_until_it_is_uncommented() throws Exception {
    String name = "10-example.toml.example";
    String text = Files.readString(Path.of("src/main/dist/etc/dbg/policy.d", name));
    assertEquals(0, read(name, text).ruleCount());
    Policy whole = read(name, text.replaceAll("(?m)^# (\\[\\[|[a-z]+ += )", "$1"));
    assertEquals(3, whole.ruleCount());
    assertEquals(1, whole.auditAccessCount());
  }

  private static Policy read(String file, String text) throws TomlMistake, IOException {
    return new PolicyReader(Shipped.catalogue()).read(new TreeMap<>(Map.of(file, text)));
  }
}
