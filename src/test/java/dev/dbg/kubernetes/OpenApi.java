package dev.dbg.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares objects with the schemas that a Kubernetes publishes of its own kinds. */
final class OpenApi {
  private final JsonNode schemas;
  private final List<String> wrong = new ArrayList<>();

  private OpenApi(JsonNode schemas) {
    this.schemas = schemas;
  }

  /** What is wrong with an object of one of Kubernetes' own kinds, each with its place. */
  static List<String> wrong(JsonNode object) throws IOException {
    JsonNode schemas = AdmissionRequest.recordedJson("openapi.json");
    String kind = object.get("kind").asText();
    OpenApi api = new OpenApi(schemas);
    List<String> named =
        schemas.properties().stream()
            .map(Map.Entry::getKey)
            .filter(name -> name.endsWith(".v1." + kind))
            .toList();
    if (named.size() != 1 || !object.get("apiVersion").asText().matches("v1|.*/v1")) {
      return List.of("no schema of " + object.get("apiVersion") + " " + kind);
    }
    api.check(kind, object, schemas.get(named.getFirst()));
    return api.wrong;
  }

  /** What is wrong with a value by a schema that refers to no other. */
  static List<String> wrong(JsonNode value, JsonNode schema) {
    OpenApi api = new OpenApi(schema);
    api.check("", value, schema);
    return api.wrong;
  }

  private void check(String place, JsonNode value, JsonNode schema) {
    if (schema.path("$ref").isTextual()) {
      check(place, value, schemas.get(schema.get("$ref").asText()));
      return;
    }
    if (!isOfType(value, schema)) {
      wrong.add(place + " is not of the type " + schema.get("type"));
    }
    if (schema.has("enum") && !contains(schema.get("enum"), value)) {
      wrong.add(place + " has a value that is not listed: " + value);
    }
    if (schema.has("pattern") && !value.asText().matches(schema.get("pattern").asText())) {
      wrong.add(place + " does not match " + schema.get("pattern"));
    }
    schema
        .path("required")
        .forEach(
            name -> {
              if (!value.has(name.asText())) {
                wrong.add(place + " has no " + name.asText());
              }
            });
    if (value.isArray() && schema.has("items")) {
      for (int i = 0; i < value.size(); i++) {
        check(place + "[" + i + "]", value.get(i), schema.get("items"));
      }
    }
    if (value.isObject() && (schema.has("properties") || schema.has("additionalProperties"))) {
      checkMembers(place, value, schema);
    }
  }

  private void checkMembers(String place, JsonNode value, JsonNode schema) {
    for (Map.Entry<String, JsonNode> member : value.properties()) {
      String inner = place + "." + member.getKey();
      JsonNode known = schema.path("properties").path(member.getKey());
      if (!known.isMissingNode()) {
        check(inner, member.getValue(), known);
      } else if (schema.has("additionalProperties")) {
        check(inner, member.getValue(), schema.get("additionalProperties"));
      } else {
        wrong.add(inner + " is not known");
      }
    }
  }

  private static boolean isOfType(JsonNode value, JsonNode schema) {
    return switch (schema.path("type").asText()) {
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer", "number" -> value.isIntegralNumber();
      case "array" -> value.isArray();
      case "object" -> value.isObject();
      default -> true;
    };
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode one : list) {
      if (one.equals(value)) {
        return true;
      }
    }
    return false;
  }
}
