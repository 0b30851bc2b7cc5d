package dev.dbg.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.toml.TomlMistake;
import dev.dbg.tools.Catalogue;
import dev.dbg.tools.ToolGroups;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Shipped groups of tools in rules. */
class ShippedGroupsTest {
  private static final Catalogue CATALOGUE =
      Asked.catalogue(List.of("ss", "ip", "curl"))
          .with(new ToolGroups(Map.of("network", List.of("ss", "ip"), "files", List.of("ss"))));

  @Test
  void a_rule_may_name_a_shipped_group() throws Exception {
    Policy policy = read(CATALOGUE, rule("@network"));
    assertTrue(policy.names("ss"));
    assertTrue(policy.names("ip"));
    assertFalse(policy.names("curl"));
    assertEquals(Map.of("network", List.of("ip", "ss")), policy.groups());
  }

  @Test
  void the_hash_is_of_what_a_shipped_group_holds() throws Exception {
    Catalogue wider = CATALOGUE.with(new ToolGroups(Map.of("network", List.of("ss", "curl"))));
    assertNotEquals(
        read(CATALOGUE, rule("@network")).sha256(), read(wider, rule("@network")).sha256());
    assertEquals(read(CATALOGUE, rule("ss")).sha256(), read(wider, rule("ss")).sha256());
  }

  @Test
  void a_policy_s_own_group_replaces_the_shipped_one_of_its_name() throws Exception {
    Policy policy = read(CATALOGUE, rule("@network") + "[tool-groups]\nnetwork = [\"curl\"]\n");
    assertTrue(policy.names("curl"));
    assertFalse(policy.names("ss"));
    assertEquals(Map.of(), policy.groups());
  }

  @Test
  void an_unknown_group_is_answered_with_the_nearest_or_all() {
    assertEquals(
        "p.toml:5:1: unknown group of tools '@netwrok': did you mean '@network'?",
        mistake(rule("@netwrok")));
    assertEquals(
        "p.toml:5:1: unknown group of tools '@storage': [tool-groups] defines them; there are @files, @network",
        mistake(rule("@storage")));
  }

  @Test
  void a_star_says_why_it_is_refused_and_names_the_groups() {
    assertEquals(
        "p.toml:5:1: '*' is not a tool: it would permit tools that nobody has read about:"
            + " name them, or a group; there are @files, @network",
        mistake(rule("*")));
  }

  private static String rule(String tool) {
    return """
    [[rule]]
    who = ["*"]
    containers = ["*"]
    namespaces = ["net"]
    tools = ["%s"]
    """
        .formatted(tool);
  }

  private static Policy read(Catalogue catalogue, String text) throws TomlMistake {
    return new PolicyReader(catalogue).read(new TreeMap<>(Map.of("p.toml", text)));
  }

  private static String mistake(String text) {
    return assertThrows(TomlMistake.class, () -> read(CATALOGUE, text)).message();
  }
}
