package dev.dbg.audit.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.model.RawText;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.StringJoiner;

/** What the forms of export share. */
final class Forms {
  private static final ObjectWriter JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build().writer();

  private Forms() {}

  /** A line of JSON in ASCII, with its end. */
  static String json(JsonNode tree) {
    try {
      return JSON.writeValueAsString(tree).replace("\u007f", "\\u007f") + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a tree of values is JSON", e);
    }
  }

  /** The text at a JSON pointer; empty if there is none. */
  static Optional<String> text(JsonNode record, String pointer) {
    return Optional.of(record.at(pointer).asText()).filter(text -> !text.isEmpty());
  }

  static String words(JsonNode list, String separator) {
    StringJoiner joined = new StringJoiner(separator);
    list.forEach(element -> joined.add(element.asText()));
    return joined.toString();
  }

  /** Nothing that ends a line or that a terminal obeys. */
  static String oneLine(String text) {
    return RawText.printable(text);
  }

  /** A time in milliseconds since 1970; 0 if it is none. */
  static long milliseconds(JsonNode time) {
    try {
      return Instant.parse(time.asText()).toEpochMilli();
    } catch (DateTimeException e) {
      return 0;
    }
  }

  static String outcome(JsonNode outcome) {
    if (outcome.has("exit")) {
      return "exit " + outcome.path("exit").asInt();
    }
    if (outcome.has("signal")) {
      return "signal " + outcome.path("signal").asInt();
    }
    if (outcome.has("timeout")) {
      return "timeout";
    }
    return outcome.has("not_run") ? "not run" : "status " + outcome.path("status").asInt();
  }

  /** How often what a record tells came, and from when to when; missing if it came once. */
  static JsonNode counted(JsonNode record) {
    return record.has("repeated") ? record.path("repeated") : record.path("unwritten");
  }
}
