package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Shipped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example policies that people copy are valid. */
class PolicyManualTest {
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "\\.Bd -literal -offset indent\n(\\[\\[(?:rule|audit-access)]].*?)\\.Ed", Pattern.DOTALL);

  @Test
  void the_examples_of_the_manual_are_policies() throws Exception {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("src/docs/man/dbg-policy.5")));
    int examples = 0;
    while (example.find()) {
      Policy policy = read("dbg-policy.5", example.group(1));
      assertTrue(policy.ruleCount() == 1 || policy.auditAccessCount() == 2, example.group(1));
      examples++;
    }
    assertTrue(examples >= 5, "examples: " + examples);
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
