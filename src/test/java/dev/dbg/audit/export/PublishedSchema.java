package dev.dbg.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Checks an event against a published schema from {@code src/test/resources/schemas}, where each
 * file names its origin. The result is a line for each error.
 */
final class PublishedSchema {
  private static final JsonMapper JSON = new JsonMapper();

  private final JsonNode schema;
  private final List<String> wrong = new ArrayList<>();

  private PublishedSchema(String name) {
    try (InputStream in = PublishedSchema.class.getResourceAsStream("/schemas/" + name)) {
      schema = JSON.readTree(Objects.requireNonNull(in, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> wrongInEcs(JsonNode event) {
    PublishedSchema ecs = new PublishedSchema("ecs.json");
    ecs.fields(event, "");
    ecs.mustHaveVersion(event.at("/ecs/version"));
    ecs.schema
        .path("fields")
        .properties()
        .forEach(
            field -> {
              String pointer = "/" + field.getKey().replace('.', '/');
              if (field.getValue().path("required").asBoolean()
                  && event.at(pointer).isMissingNode()) {
                ecs.wrong.add(field.getKey() + " is not there");
              }
            });
    for (JsonNode category : event.at("/event/category")) {
      JsonNode expected = ecs.schema.path("types_of_categories").path(category.asText());
      for (JsonNode type : event.at("/event/type")) {
        if (!has(expected, type)) {
          ecs.wrong.add("event.type %s of category %s".formatted(type, category));
        }
      }
    }
    return ecs.wrong;
  }

  static List<String> wrongInOcsf(JsonNode event) {
    PublishedSchema ocsf = new PublishedSchema("ocsf.json");
    ocsf.object(event, "process_activity", "");
    ocsf.mustHaveVersion(event.at("/metadata/version"));
    event
        .at("/metadata/profiles")
        .forEach(
            profile -> {
              if (!has(ocsf.schema.path("profiles"), profile)) {
                ocsf.wrong.add("profile " + profile);
              }
            });
    if (event.path("type_uid").asLong()
        != event.path("class_uid").asLong() * 100 + event.path("activity_id").asLong()) {
      ocsf.wrong.add("type_uid is not of its class and activity");
    }
    return ocsf.wrong;
  }

  private void mustHaveVersion(JsonNode version) {
    if (!version.equals(schema.path("version"))) {
      wrong.add("version " + version);
    }
  }

  /** ECS: fields are listed by their full names; below labels any keyword is allowed. */
  private void fields(JsonNode node, String before) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String name = before + member.getKey();
      JsonNode field = schema.path("fields").path(name);
      JsonNode value = member.getValue();
      if (name.equals("labels")) {
        value.properties().forEach(label -> scalar(label.getValue(), "keyword", label.getKey()));
      } else if (value.isObject()) {
        fields(value, name + ".");
      } else if (field.isMissingNode()) {
        wrong.add(name + " is no field");
      } else {
        values(value, field, name).forEach(one -> scalar(one, field.path("type").asText(), name));
      }
    }
  }

  /**
   * OCSF: checks the attributes of an object: which are known, which are required, and of which at
   * least one is required.
   */
  private void object(JsonNode node, String type, String before) {
    JsonNode attributes = schema.path(type);
    if (!attributes.isObject() || !node.isObject()) {
      wrong.add("%s is no %s".formatted(before, type));
      return;
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String name = before + member.getKey();
      JsonNode attribute = attributes.path(member.getKey());
      String wanted = attribute.path("type").asText();
      if (attribute.isMissingNode()) {
        wrong.add("%s is no attribute of %s".formatted(name, type));
      } else {
        for (JsonNode value : values(member.getValue(), attribute, name)) {
          if (wanted.endsWith("_t")) {
            scalar(value, wanted, name);
          } else if (!wanted.equals("object")) {
            object(value, wanted, name + ".");
          }
        }
      }
    }
    for (Map.Entry<String, JsonNode> attribute : attributes.properties()) {
      if (attribute.getValue().path("required").asBoolean() && !node.has(attribute.getKey())) {
        wrong.add(before + attribute.getKey() + " is not there");
      }
    }
    JsonNode oneOf = schema.path("at_least_one").path(type);
    if (!oneOf.isEmpty() && stream(oneOf).noneMatch(name -> node.has(name.asText()))) {
      wrong.add("%s has none of %s".formatted(before, oneOf));
    }
  }

  /**
   * Returns the elements of an array, or the single value; the schema says which of the two it must
   * be.
   */
  private List<JsonNode> values(JsonNode value, JsonNode wanted, String name) {
    if (value.isArray() != wanted.path("array").asBoolean()) {
      wrong.add("%s: a list or none: %s".formatted(name, value));
    }
    List<JsonNode> values = value.isArray() ? stream(value).toList() : List.of(value);
    if (wanted.has("values")) {
      values.stream()
          .filter(one -> !has(wanted.path("values"), one))
          .forEach(one -> wrong.add("%s: %s".formatted(name, one)));
    }
    return values;
  }

  private void scalar(JsonNode value, String type, String name) {
    boolean right =
        switch (type) {
          case "keyword", "wildcard", "match_only_text", "string_t" ->
              value.isTextual() && !value.asText().isEmpty();
          case "long", "integer_t", "long_t" -> value.isIntegralNumber();
          case "timestamp_t" -> value.isIntegralNumber() && value.asLong() > 0;
          case "date" -> isTime(value.asText());
          default -> false;
        };
    if (!right) {
      wrong.add("%s is no %s: %s".formatted(name, type, value));
    }
  }

  private static boolean isTime(String text) {
    try {
      return Instant.parse(text).isAfter(Instant.EPOCH);
    } catch (DateTimeException e) {
      return false;
    }
  }

  /** Compares numbers by their text. */
  private static boolean has(JsonNode values, JsonNode value) {
    return stream(values).anyMatch(one -> one.toString().equals(value.toString()));
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }
}
