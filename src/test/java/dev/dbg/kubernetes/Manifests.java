package dev.dbg.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

/** Reads what {@code src/kubernetes} has for a cluster. */
final class Manifests {
  static final Path BASE = Path.of("src/kubernetes/base");

  static final ObjectMapper JSON = new ObjectMapper();

  private Manifests() {}

  /** The objects of one file, in its order. A key that is there twice is an error. */
  static List<JsonNode> of(Path file) throws IOException {
    return ofText(Files.readString(file));
  }

  static List<JsonNode> ofText(String yaml) {
    LoaderOptions strict = new LoaderOptions();
    strict.setAllowDuplicateKeys(false);
    List<JsonNode> objects = new ArrayList<>();
    for (Object object : new Yaml(strict).loadAll(yaml)) {
      objects.add(JSON.valueToTree(object));
    }
    return objects;
  }

  /** The objects of all files of the base but kustomize's own. */
  static List<JsonNode> ofBase() throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(BASE, "*.yaml")) {
      for (Path file : files) {
        if (!file.endsWith("kustomization.yaml")) {
          objects.addAll(of(file));
        }
      }
    }
    return objects;
  }

  /** The one object of the base that has this kind and this name. */
  static JsonNode object(String kind, String name) throws IOException {
    List<JsonNode> found =
        ofBase().stream()
            .filter(o -> kind.equals(o.path("kind").asText()))
            .filter(o -> name.equals(o.path("metadata").path("name").asText()))
            .toList();
    assertEquals(1, found.size(), kind + " " + name);
    return found.getFirst();
  }

  /** The properties of the schema of a custom resource. */
  static JsonNode schema(String name) throws IOException {
    JsonNode versions = object("CustomResourceDefinition", name).get("spec").get("versions");
    assertEquals(1, versions.size(), name);
    return versions.get(0).get("schema").get("openAPIV3Schema").get("properties");
  }
}
