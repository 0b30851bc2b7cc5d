package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Who may do what in a cluster, and nothing else. */
class RolesTest {
  private static final String POLICIES =
      "validatingadmissionpolicies,validatingadmissionpolicybindings"
          + " [dbg-session,dbg-session-status]: get";

  /** The whole table: a right that is new is read by a person here. */
  @Test
  void each_role_has_these_rights() throws IOException {
    Map<String, List<String>> rights = new TreeMap<>();
    List<String> ofNamespaces = new ArrayList<>();
    for (JsonNode object : Manifests.ofBase()) {
      if (object.get("kind").asText().matches("(Cluster)?Role")) {
        List<String> rules = new ArrayList<>();
        object.get("rules").forEach(rule -> rules.add(words(rule)));
        if (object.get("kind").asText().equals("Role")) {
          assertEquals("dbg-system", object.at("/metadata/namespace").asText());
          ofNamespaces.add(object.at("/metadata/name").asText());
        }
        rights.put(object.get("metadata").get("name").asText(), rules);
        assertFalse(object.has("aggregationRule"));
        assertFalse(object.get("metadata").has("labels"), "labels add a role to others");
      }
    }
    assertEquals(
        Map.of(
            "dbg-user",
            List.of("debugsessions: create,get,delete", "pods: get"),
            "dbg-viewer",
            List.of("debugsessions: get,list,watch"),
            "dbg-killer",
            List.of("debugsessions: get,list,watch,delete,kill"),
            "dbg-connect",
            List.of("pods: get,list", "pods/portforward: create,get"),
            "dbg-agent",
            List.of("debugsessions: get,delete", "debugsessions/status: patch", POLICIES),
            "dbg-agent-proof",
            List.of("debugsessions: create"),
            "dbg-log-head",
            List.of("debuglogheads: create,get,patch")),
        rights);
    assertEquals(List.of("dbg-connect", "dbg-agent-proof"), ofNamespaces);
  }

  private static String words(JsonNode rule) {
    String names = rule.has("resourceNames") ? " [" + list(rule.get("resourceNames")) + "]" : "";
    return list(rule.get("resources")) + names + ": " + list(rule.get("verbs"));
  }

  private static String list(JsonNode words) {
    List<String> list = new ArrayList<>();
    words.forEach(word -> list.add(word.asText()));
    return String.join(",", list);
  }

  /** People bind their roles themselves. */
  @Test
  void only_dbgs_own_accounts_are_bound_each_to_a_role_of_its_own() throws IOException {
    Map<String, String> bound = new TreeMap<>();
    for (JsonNode object : Manifests.ofBase()) {
      if (object.get("kind").asText().endsWith("RoleBinding")) {
        assertEquals(1, object.get("subjects").size());
        JsonNode subject = object.get("subjects").get(0);
        assertEquals("ServiceAccount", subject.get("kind").asText());
        assertEquals("dbg-system", subject.get("namespace").asText());
        bound.put(object.at("/roleRef/name").asText(), subject.get("name").asText());
        String role = object.get("kind").asText().replace("Binding", "");
        assertEquals(role, object.at("/roleRef/kind").asText());
      }
    }
    assertEquals(
        Map.of(
            "dbg-agent",
            "dbg-agent",
            "dbg-agent-proof",
            "dbg-agent",
            "dbg-log-head",
            "dbg-deliver"),
        bound);
  }
}
