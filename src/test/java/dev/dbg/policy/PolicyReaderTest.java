package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Samples;
import dev.dbg.policy.rule.Bounds;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Terms;
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

  private final PolicyReader reader = new PolicyReader(Asked.catalogue(Set.of("ss", "netstat")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "who~[\"oncall\"]~2:1: 'oncall' is not a valid operator: write user:NAME, group:NAME, uid:FIRST-LAST, kube:NAME, kube-group:NAME or *",
        "who~[\"user:\"]~2:1: 'user:' is not a valid operator",
        "who~[\"group:\"]~2:1: 'group:' is not a valid operator",
        "who~[\"\"]~2:1: '' is not a valid operator",
        "who~[\"uid:\"]~2:1: 'uid:' is not a valid operator",
        "who~[\"uid:2-1\"]~2:1: 'uid:2-1' is not a valid operator",
        "who~[\"uid:01\"]~2:1: 'uid:01' is not a valid operator",
        "who~[\"uid:-1\"]~2:1: 'uid:-1' is not a valid operator",
        "who~[\"uid:1-\"]~2:1: 'uid:1-' is not a valid operator",
        "who~[\"uid:0-4294967295\"]~2:1: 'uid:0-4294967295' is not a valid operator",
        "who~[\"uid:ann\"]~2:1: 'uid:ann' is not a valid operator",
        "containers~[\"runtime:\"]~3:1: 'runtime:' names nothing: runtime:NAME",
        "containers~[\"runtime:dokcer\"]~3:1: unknown runtime 'dokcer': did you mean 'docker'?",
        "containers~[\"k8s:\"]~3:1: 'k8s:' names nothing: k8s:NAME",
        "tools~[\"@net\"]~5:1: unknown group of tools '@net': [tool-groups] defines them",
        "who~[\"**\"]~2:1: '**' is not a valid operator",
        "who~[]~2:1: 'who' must not be empty",
        "who~\"*\"~2:1: 'who' must be a list of strings",
        "containers~[]~3:1: 'containers' must not be empty",
        "containers~[\"\"]~3:1: '' names no container",
        "containers~[\"docker://\"]~3:1: 'docker://' names no container",
        "containers~[\"dokcer://a\"]~3:1: unknown runtime 'dokcer': did you mean 'docker'?",
        "containers~[\"podman://una/\"]~3:1: 'podman://una/' names no user's container: podman://USER/NAME",
        "containers~[\"podman:///a\"]~3:1: 'podman:///a' names no user's container",
        "containers~[\"docker://una/\"]~3:1: 'docker://una/' names no user's container: docker://USER/NAME",
        "containers~[\"compose:\"]~3:1: 'compose:' matches no name: write compose:PROJECT/SERVICE",
        "containers~[\"compose:shop\"]~3:1: 'compose:shop' matches no name: write compose:PROJECT/SERVICE",
        "containers~[\"compose:shop/\"]~3:1: 'compose:shop/' matches no name: write compose:PROJECT/SERVICE",
        "containers~[\"compose:/web\"]~3:1: 'compose:/web' matches no name: write compose:PROJECT/SERVICE",
        "containers~[\"compose://shop/web/1\"]~3:1: 'compose://shop/web/1' matches no name: write compose:PROJECT/SERVICE",
        "containers~[\"runtime:compose\"]~3:1: unknown runtime 'compose'",
        "containers~[\"label:\"]~3:1: 'label:' names no label",
        "containers~[\"label:=x\"]~3:1: 'label:=x' names no label",
        "containers~[\"image:\"]~3:1: 'image:' names nothing",
        "containers~[\"lable:team=x\"]~3:1: 'lable:team=x' matches no name: write NAME",
        "containers~[\"unit://sshd\"]~3:1: 'unit://sshd' matches no name: write unit://NAME.service",
        "containers~[\"k8s://vault\"]~3:1: 'k8s://vault' matches no name: write k8s:NAMESPACE, k8s://NAMESPACE/POD or",
        "containers~[\"k8s:vault/a\"]~3:1: 'k8s:vault/a' matches no name: write k8s:NAMESPACE, or k8s://NAMESPACE/POD",
        "containers~[\"docker://una/a/b\"]~3:1: 'docker://una/a/b' matches no name: write docker://NAME, or",
        "containers~[1]~3:1: 'containers' must hold strings only",
        "namespaces~[]~4:1: 'namespaces' must not be empty",
        "namespaces~[\"nett\"]~4:1: unknown namespace 'nett'",
        "tools~[]~5:1: 'tools' must not be empty",
        "tools~[\"netstats\"]~5:1: no tool 'netstats' in the catalogue: did you mean 'netstat'?",
        "tools~[\"bash\"]~5:1: no tool 'bash' in the catalogue: dbg tools lists it",
        "tools~[\"*\"]~5:1: '*' is not a tool: it would permit tools that nobody has read about",
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
  @ValueSource(
      strings = {
        "dokcer://vault",
        "lable:secret",
        "",
        "image:",
        "pid//1:",
        "label:=x",
        "k8s://kube-system",
        "k8s://*/a/b/c",
        "k8s://vault/",
        "k8s:vault/secret",
        "unit://sshd",
        "unit://*.timer",
        "containerd://default",
        "containerd://moby/*",
        "docker://a/b/c",
        "podman://u[12]/web",
        "lxc://a/b",
        "nspawn://*/b",
        "incus://a/b/c",
        "incus://default/vault",
        "docker://root/vault",
        "unit://vpn@.service",
        "label:secret*",
        "namespace-label:pci *=yes",
        "pid://init",
        "pid://0*",
        "compose:shop/[ab]*",
        "vault-[12]",
        "a/b/c/d"
      })
  void an_exception_that_no_name_can_match_is_a_mistake(String pattern) {
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "reason = \"yes\"~'reason' accepts only \"required\", not 'yes'",
        "reason = true~'reason' must be a string",
        "timeout = \"5\"~'5' is not a duration: whole numbers and d, h, m or s, as in 90s or 1h30m",
        "timeout = 5~'timeout' must be a string",
        "sessions = 0~'sessions' must be a whole number from 1 to 10000",
        "sessions = \"2\"~'sessions' must be a whole number from 1 to 10000",
        "record = 1~'record' must be true or false",
        "user-switch = \"yes\"~'user-switch' must be true or false",
        "until = \"2026-12-01\"~'until' must be a date and time as 2026-12-01T00:00:00Z",
        "until = 2026-12-01~'until' must be a date and time as 2026-12-01T00:00:00Z",
        "until = 2026-12-01T00:00:00~'until' must be a date and time as 2026-12-01T00:00:00Z",
        "hours = []~'hours' must not be empty",
        "hours = [\"8-18\"]~'8-18' are not valid hours: write '08:00-18:00' or 'mon-fri 08:00-18:00'",
        "hours = [\"08:00-08:00\"]~'08:00-08:00' are not valid hours: a day has 00:00 to 24:00",
        "hours = [\"24:00-25:00\"]~'24:00-25:00' are not valid hours: a day has 00:00 to 24:00",
        "hours = [\"mo-fr 08:00-18:00\"]~'mo' in 'mo-fr 08:00-18:00' is not a day: mon, tue, wed, thu, fri, sat or sun",
        "hours = [\"mon- 08:00-18:00\"]~'' in 'mon- 08:00-18:00' is not a day",
        "hours = [\"mon-tue-wed 08:00-18:00\"]~'mon-tue-wed' in 'mon-tue-wed 08:00-18:00' is not a day",
        "zone = \"Berlin\"~'Berlin' is not a time zone: write one as Europe/Berlin",
        "userswitch = true~unknown key 'userswitch' in [rule]: did you mean 'user-switch'?",
      })
  void a_wrong_condition_is_a_mistake_with_its_place(String line, String what) {
    String message = mistake(RULE + line + "\n");
    assertTrue(message.startsWith("p.toml:6:1: " + what), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "[rule.arguments.ssh]~6:1: the rule has no tool 'ssh': did you mean 'ss'?",
        "[rule.arguments.netstat]~6:1: the rule has no tool 'netstat'",
        "[rule.arguments.ss]|options = [\"-K\"]~7:1: the tool is never given '-K'",
        "[rule.arguments.ss]|options = [\"--verbose\"]~7:1: the tool is never given '--verbose'",
        "[rule.arguments.ss]|options = \"-v\"~7:1: 'options' must be a list of strings",
        "[rule.arguments.ss]|operand = [\"x\"]~7:1: unknown key 'operand' in [rule.arguments.ss]: did you mean 'operands'?",
      })
  void a_wrong_narrowing_is_a_mistake_with_its_place(String lines, String what) {
    String message = mistake(RULE + lines.replace("|", "\n") + "\n");
    assertTrue(message.startsWith("p.toml:" + what), message);
  }

  @Test
  void an_exception_of_images_from_containers_is_a_mistake() {
    String mistake = mistake(RULE + "except = [\"image://corp/secret:*\"]\n");
    assertTrue(mistake.contains("image:// excludes none of this rule's containers"), mistake);
  }

  @Test
  void an_exception_by_image_for_containers_without_images_is_a_mistake() {
    String except = "except = [\"image:*vault*\"]\n";
    for (String containers : new String[] {"incus://*", "lxc://web\", \"runtime:nspawn"}) {
      String mistake = mistake(RULE.replace("[\"a\"]", "[\"" + containers + "\"]") + except);
      assertTrue(mistake.contains("image: excludes none of this rule's containers"), mistake);
    }
    for (String containers : new String[] {"*", "lxc://web\", \"docker://web", "label:a"}) {
      assertDoesNotThrow(
          () ->
              reader.read(
                  new TreeMap<>(
                      Map.of(
                          "p.toml",
                          RULE.replace("[\"a\"]", "[\"" + containers + "\"]") + except))));
    }
  }

  @Test
  void groups_of_tools_are_known_in_every_file() throws Exception {
    Policy policy =
        reader.read(
            new TreeMap<>(
                Map.of(
                    "a.toml",
                    RULE.replace("[\"ss\"]", "[\"@sockets\"]"),
                    "b.toml",
                    "[tool-groups]\nsockets = [\"ss\", \"netstat\"]\n")));
    assertEquals(new Decision.Permitted("a.toml:1", Terms.NONE, Bounds.NONE), decide(policy, "a"));
    assertEquals(
        "p.toml:2:1: no tool 'sss' in the catalogue: did you mean 'ss'?",
        mistake("[tool-groups]\nx = [\"sss\"]\n"));
    assertEquals("p.toml:2:1: 'x' must not be empty", mistake("[tool-groups]\nx = []\n"));
    assertEquals(
        "p.toml:5:1: unknown group of tools '@socket': did you mean '@sockets'?",
        mistake(RULE.replace("[\"ss\"]", "[\"@socket\"]") + "[tool-groups]\nsockets = [\"ss\"]\n"));
    assertEquals(
        "b.toml:2:1: the group of tools 'x' is defined twice",
        assertThrows(
                TomlMistake.class,
                () ->
                    reader.read(
                        new TreeMap<>(
                            Map.of(
                                "a.toml", "[tool-groups]\nx = [\"ss\"]\n",
                                "b.toml", "[tool-groups]\nx = [\"ss\"]\n"))))
            .message());
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
    assertEquals(new Decision.Permitted("a.toml:1", Terms.NONE, Bounds.NONE), decide(policy, "a"));
    assertEquals(new Decision.Permitted("b.toml:2", Terms.NONE, Bounds.NONE), decide(policy, "b"));
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

  private static Decision decide(Policy policy, String name) {
    return policy
        .ask(Asked.plainly(Samples.operator("ann"), Set.of(NamespaceKind.NET), "ss"))
        .decide(Samples.container(name), Set.of());
  }

  private String mistake(String text) {
    return assertThrows(TomlMistake.class, () -> reader.read(new TreeMap<>(Map.of("p.toml", text))))
        .message();
  }
}
