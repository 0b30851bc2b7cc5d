package dev.dbg.kubernetes;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code src/kubernetes} has is what a Kubernetes understands. */
class ManifestsTest {
  @Test
  void each_object_is_as_kubernetes_publishes_its_kind() throws IOException {
    List<JsonNode> objects = Manifests.ofBase();
    assertTrue(objects.size() > 20, "objects: " + objects.size());
    for (JsonNode object : objects) {
      assertEquals(List.of(), OpenApi.wrong(object), object.get("metadata")::toString);
    }
  }

  @Test
  void a_key_that_kubernetes_does_not_know_is_found_wherever_it_is() throws IOException {
    JsonNode set = Manifests.object("DaemonSet", "dbg").deepCopy();
    ((ObjectNode) set.at("/spec/template/spec/containers/1/securityContext")).put("runAsRoot", 1);
    ((ObjectNode) set.at("/spec/template/spec/volumes/0/configMap")).put("defaultMode", "0444");
    ((ObjectNode) set.at("/spec")).remove("selector");
    ((ObjectNode) set.at("/spec/template/spec/containers/0")).put("imagePullPolicy", "Seldom");
    assertEquals(
        List.of(
            "DaemonSet.spec has no selector",
            "DaemonSet.spec.template.spec.containers[0].imagePullPolicy has a value that is not"
                + " listed: \"Seldom\"",
            "DaemonSet.spec.template.spec.containers[1].securityContext.runAsRoot is not known",
            "DaemonSet.spec.template.spec.volumes[0].configMap.defaultMode is not of the type"
                + " \"integer\""),
        OpenApi.wrong(set));
  }

  @ParameterizedTest
  @ValueSource(strings = {"debugsessions.dbg.dev", "debuglogheads.dbg.dev"})
  void everything_in_a_schema_has_a_bound_and_what_people_read_a_description(String name)
      throws IOException {
    List<String> missing = new ArrayList<>();
    require(missing, "spec", Manifests.schema(name).get("spec"));
    assertEquals(List.of(), missing);
    JsonNode spec = Manifests.schema(name).get("spec");
    for (Map.Entry<String, JsonNode> property : spec.get("properties").properties()) {
      assertTrue(property.getValue().has("description"), property.getKey());
    }
  }

  private static void require(List<String> missing, String place, JsonNode schema) {
    List<String> bounds =
        switch (schema.get("type").asText()) {
          case "string" -> List.of("maxLength", "pattern", "enum", "format");
          case "array" -> List.of("maxItems");
          case "integer" -> List.of("minimum");
          case "object" -> List.of("properties", "maxProperties");
          default -> List.of();
        };
    if (bounds.stream().noneMatch(schema::has)) {
      missing.add(place + " has none of " + bounds);
    }
    schema
        .path("properties")
        .properties()
        .forEach(p -> require(missing, place + "." + p.getKey(), p.getValue()));
    for (String inner : List.of("items", "additionalProperties")) {
      if (schema.has(inner)) {
        require(missing, place + "[]", schema.get(inner));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"create.json", "begin.json", "end.json"})
  void a_recorded_session_fits_the_schema(String file) throws IOException {
    JsonNode session = AdmissionRequest.recordedJson(file).get("object");
    for (String part : List.of("spec", "status")) {
      if (session.has(part)) {
        JsonNode schema = Manifests.schema("debugsessions.dbg.dev").get(part);
        assertEquals(List.of(), OpenApi.wrong(session.get(part), schema));
      }
    }
  }

  /** The stamping policy itself needs an API server: native-tests/kubernetes. */
  @Test
  void all_that_the_schema_has_of_a_user_is_stamped_and_compared() throws IOException {
    String stamp =
        Manifests.object("MutatingAdmissionPolicy", "dbg-session")
            .at("/spec/mutations/0/jsonPatch/expression")
            .asText()
            .replaceAll("\\s+", " ");
    String compared =
        Manifests.object("ValidatingAdmissionPolicy", "dbg-session").get("spec").toString();
    Set<String> properties = new TreeSet<>();
    Manifests.schema("debugsessions.dbg.dev")
        .at("/spec/properties/user/properties")
        .properties()
        .forEach(p -> properties.add(p.getKey()));
    assertEquals(Set.of("extra", "groups", "uid", "username"), properties);
    for (String property : properties) {
      String asked = "request.userInfo." + property;
      assertTrue(
          stamp.contains(property + ": " + asked)
              || stamp.contains(property + ": has(" + asked + ") ? " + asked + " : "),
          stamp);
      assertTrue(compared.contains(asked), property);
    }
    assertTrue(
        stamp.contains(
            "path: \"/spec/namespaceLabels\", value: has(namespaceObject.metadata.labels) ?"
                + " namespaceObject.metadata.labels : {}"),
        stamp);
  }

  @Test
  void kustomize_is_told_of_each_file() throws IOException {
    Set<String> told = new TreeSet<>();
    Manifests.of(Manifests.BASE.resolve("kustomization.yaml"))
        .getFirst()
        .get("resources")
        .forEach(name -> told.add(name.asText()));
    try (Stream<Path> files = Files.list(Manifests.BASE)) {
      Set<String> there =
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
      there.remove("kustomization.yaml");
      assertEquals(new TreeSet<>(there), told);
    }
  }

  @Test
  void kubectl_renders_the_base() throws Exception {
    assertEquals(byName(Manifests.ofBase()).keySet(), rendered("base").keySet());
  }

  /** The stamp goes, the client is told of it, and may read what it has to copy: no more. */
  @Test
  @Tag("whole")
  void for_an_older_cluster_the_policies_are_the_same_and_the_client_fills_in() throws Exception {
    assertEquals(older(rendered("base")), rendered("overlays/before-1.36"));
    assertEquals(older(rendered("overlays/crio")), rendered("overlays/crio-before-1.36"));
    String client = Files.readString(Path.of("src/main/c/dbg/kube/cluster.c"));
    assertTrue(client.contains("\"metadata.annotations.dbg-user-is-filled-in-by\""));
    assertTrue(client.contains("\"kubectl-dbg\""));
  }

  private static Map<String, JsonNode> older(Map<String, JsonNode> base) throws IOException {
    assertTrue(base.keySet().removeIf(name -> name.startsWith("MutatingAdmissionPolicy")));
    ObjectNode set =
        (ObjectNode) requireNonNull(base.get("DaemonSet dbg")).at("/spec/template/metadata");
    set.putObject("annotations").put("dbg-user-is-filled-in-by", "kubectl-dbg");
    ((ArrayNode) requireNonNull(base.get("ClusterRole dbg-user")).get("rules"))
        .add(
            Manifests.JSON.readTree(
                "{\"apiGroups\":[\"\"],\"resources\":[\"namespaces\"],\"verbs\":[\"get\"]}"));
    return base;
  }

  private static Map<String, JsonNode> byName(List<JsonNode> objects) {
    Map<String, JsonNode> named = new TreeMap<>();
    for (JsonNode object : objects) {
      String name = object.get("kind").asText() + " " + object.at("/metadata/name").asText();
      assertNull(named.put(name, object), name);
    }
    return named;
  }

  @Test
  @Tag("whole")
  void kubectl_renders_what_nodes_with_crio_get_in_place_of_containerds() throws Exception {
    String base = text("base");
    String crio = text("overlays/crio");
    assertEquals(rendered("base").keySet(), rendered("overlays/crio").keySet());
    assertEquals(Set.of("/run/containerd"), paths(base, crio));
    assertEquals(
        Set.of(
            "/run/containers/storage/overlay-containers",
            "/var/lib/containers/storage/overlay-containers"),
        paths(crio, base));
    String manual = Files.readString(Path.of("src/docs/man/dbg-fleet.7"));
    paths(crio, base).forEach(path -> assertTrue(manual.contains(".It Pa " + path + "\n"), path));
    assertFalse(crio.contains("DirectoryOrCreate\n        name: crio"), "made for everybody");
  }

  /** The paths that are in one and not in the other. */
  private static Set<String> paths(String one, String other) {
    Set<String> paths = new TreeSet<>();
    for (String line : one.lines().toList()) {
      if (line.matches(" *path: /.*") && !other.contains(line + "\n")) {
        paths.add(line.strip().substring("path: ".length()));
      }
    }
    return paths;
  }

  private static Map<String, JsonNode> rendered(String directory) throws Exception {
    return byName(Manifests.ofText(text(directory)));
  }

  private static String text(String directory) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/kubectl")), "no kubectl");
    Process kubectl =
        new ProcessBuilder("/usr/bin/kubectl", "kustomize", "src/kubernetes/" + directory)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String text = new String(kubectl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, kubectl.waitFor());
    return text;
  }
}
