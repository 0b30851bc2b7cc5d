package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RunAs;
import dev.dbg.model.Samples;
import dev.dbg.toml.TomlMistake;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyReaderTest {
  private static final String RULE =
      """
      [[rule]]
      who = ["*"]
      containers = ["a"]
      namespaces = ["net"]
      tools = ["ss"]
      """;

  private final PolicyReader reader = new PolicyReader(Set.of("ss", "netstat"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "who~[\"oncall\"]~2:1: 'oncall' is nobody: write user:NAME, group:NAME or *",
        "who~[\"user:\"]~2:1: 'user:' is nobody",
        "who~[\"group:\"]~2:1: 'group:' is nobody",
        "who~[\"\"]~2:1: '' is nobody",
        "who~[\"uid:0\"]~2:1: 'uid:0' is nobody",
        "who~[\"**\"]~2:1: '**' is nobody",
        "who~[]~2:1: 'who' must not be empty",
        "who~\"*\"~2:1: 'who' must be a list of strings",
        "containers~[]~3:1: 'containers' must not be empty",
        "containers~[\"\"]~3:1: '' names no container",
        "containers~[\"docker://\"]~3:1: 'docker://' names no container",
        "containers~[\"dokcer://a\"]~3:1: unknown runtime 'dokcer': did you mean 'docker'?",
        "containers~[\"label:\"]~3:1: 'label:' names no label",
        "containers~[\"label:=x\"]~3:1: 'label:=x' names no label",
        "containers~[\"image:\"]~3:1: 'image:' names no image",
        "containers~[\"lable:team=x\"]~3:1: no container's name is like 'lable:team=x'",
        "containers~[1]~3:1: 'containers' must hold strings only",
        "namespaces~[]~4:1: 'namespaces' must not be empty",
        "namespaces~[\"nett\"]~4:1: unknown namespace 'nett'",
        "tools~[]~5:1: 'tools' must not be empty",
        "tools~[\"netstats\"]~5:1: no tool 'netstats' in the catalogue: did you mean 'netstat'?",
        "tools~[\"bash\"]~5:1: no tool 'bash' in the catalogue: dbg tools lists it",
        "tools~[\"*\"]~5:1: no tool '*' in the catalogue: dbg tools lists it",
        "tools~[\"ss \"]~5:1: no tool 'ss ' in the catalogue: did you mean 'ss'?",
      })
  void a_wrong_value_is_a_mistake_with_its_place(String key, String value, String what) {
    String message = mistake(RULE.replaceAll(key + " = .*", key + " = " + value));
    assertTrue(message.startsWith("p.toml:" + what), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"who", "containers", "namespaces", "tools"})
  void a_rule_without_one_of_its_keys_is_a_mistake(String key) {
    assertEquals(
        "p.toml:1:1: '%s' is missing".formatted(key),
        mistake(RULE.replaceAll(key + " = .*\n", "")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"dokcer://vault", "lable:secret", "", "image:", "pid//1:", "label:=x"})
  void an_exception_that_could_except_nothing_is_a_mistake(String pattern) {
    String message = mistake(RULE + "except = [\"" + pattern + "\"]\n");
    assertTrue(message.startsWith("p.toml:6:1: "), message);
  }

  @Test
  void an_unknown_key_is_a_mistake_in_the_rule_it_stands_in() {
    assertEquals(
        "p.toml:11:1: unknown key 'exept' in [rule]: did you mean 'except'?",
        mistake(RULE + RULE + "exept = [\"b\"]\n"));
    assertEquals(
        "p.toml:1:1: unknown key 'rules': did you mean 'rule'?",
        mistake(RULE.replace("[[rule]]", "[[rules]]")));
    assertEquals(
        "p.toml:1:1: 'rule' must be written [[rule]]", mistake(RULE.replace("[[rule]]", "[rule]")));
    assertEquals(
        "p.toml:6:1: 'host-namespaces' must be true or false",
        mistake(RULE + "host-namespaces = \"yes\"\n"));
    assertTrue(mistake(RULE + "deny = [\"x\"]\n").contains("unknown key 'deny'"));
  }

  @Test
  void a_mistake_in_one_file_leaves_no_policy_at_all() {
    TomlMistake mistake =
        assertThrows(
            TomlMistake.class,
            () -> reader.read(new TreeMap<>(Map.of("a.toml", RULE, "b.toml", "rule = 1\n"))));
    assertEquals("b.toml:1:1: 'rule' must be written [[rule]]", mistake.message());
  }

  @Test
  void the_rules_of_all_files_are_in_force_each_with_its_place() throws Exception {
    Policy policy =
        reader.read(
            new TreeMap<>(
                Map.of("b.toml", "\n" + RULE.replace("[\"a\"]", "[\"b\"]"), "a.toml", RULE)));
    assertEquals(2, policy.ruleCount());
    assertEquals(new Verdict.Permitted("a.toml:1"), decide(policy, "a"));
    assertEquals(new Verdict.Permitted("b.toml:2"), decide(policy, "b"));
  }

  @Test
  void the_hash_tells_policies_apart() throws Exception {
    String one = reader.read(new TreeMap<>(Map.of("a.toml", RULE))).sha256();
    assertTrue(one.matches("[0-9a-f]{64}"), one);
    assertEquals(one, reader.read(new TreeMap<>(Map.of("a.toml", RULE))).sha256());
    assertNotEquals(one, reader.read(new TreeMap<>(Map.of("b.toml", RULE))).sha256());
    assertNotEquals(one, reader.read(new TreeMap<>(Map.of("a.toml", RULE + "#\n"))).sha256());
    assertNotEquals(one, reader.read(new TreeMap<>()).sha256());
  }

  private static Verdict decide(Policy policy, String name) {
    return policy.decide(
        Samples.operator("ann"),
        Set.of(NamespaceKind.NET),
        "ss",
        RunAs.ROOT,
        Samples.container(name),
        Set.of());
  }

  private String mistake(String text) {
    return assertThrows(TomlMistake.class, () -> reader.read(new TreeMap<>(Map.of("p.toml", text))))
        .message();
  }
}
