package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The agent compares the cluster's admission policies with those of its release, and reads no YAML:
 * the jar has the same objects as JSON.
 */
class PoliciesInJarTest {
  private static final Path YAML = Manifests.BASE.resolve("policies.yaml");
  private static final Path IN_JAR = Path.of("src/main/resources/dev/dbg/kube/policies.json");
  private static final String ACCEPT = "dbg.accept-policies";
  private static final ObjectWriter PRETTY = Manifests.JSON.writerWithDefaultPrettyPrinter();

  @Test
  void the_jar_has_the_policies_that_are_applied_to_the_cluster() throws IOException {
    String applied = PRETTY.writeValueAsString(Manifests.of(YAML)) + "\n";
    if (Boolean.getBoolean(ACCEPT)) {
      Files.writeString(IN_JAR, applied);
    }
    assertEquals(
        applied,
        Files.readString(IN_JAR),
        () -> "To make it anew: mvn test -Dtest=PoliciesInJarTest -D" + ACCEPT + "=true");
  }

  @Test
  void the_agent_is_told_of_two_policies_and_of_their_bindings() throws IOException {
    List<String> names =
        Manifests.of(YAML).stream()
            .map(o -> o.get("kind").asText() + " " + o.get("metadata").get("name").asText())
            .toList();
    assertEquals(
        List.of(
            "ValidatingAdmissionPolicy dbg-session",
            "ValidatingAdmissionPolicyBinding dbg-session",
            "ValidatingAdmissionPolicy dbg-session-status",
            "ValidatingAdmissionPolicyBinding dbg-session-status"),
        names);
  }

  /** The API server fills in what is left out; an agent would then see a difference. */
  @Test
  void the_defaults_of_the_api_server_are_written_out() throws IOException {
    for (JsonNode policy : Manifests.of(YAML)) {
      JsonNode spec = policy.get("spec");
      if (policy.get("kind").asText().endsWith("Binding")) {
        assertEquals(List.of("policyName", "validationActions"), keys(spec));
        continue;
      }
      assertEquals(
          List.of("failurePolicy", "matchConstraints", "variables", "validations"), keys(spec));
      JsonNode match = spec.get("matchConstraints");
      assertEquals(
          List.of("matchPolicy", "namespaceSelector", "objectSelector", "resourceRules"),
          keys(match));
      for (JsonNode rule : match.get("resourceRules")) {
        assertEquals(
            List.of("apiGroups", "apiVersions", "operations", "resources", "scope"), keys(rule));
      }
    }
  }

  private static List<String> keys(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }
}
