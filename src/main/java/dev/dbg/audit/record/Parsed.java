package dev.dbg.audit.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;

/** A line of the log as its members. Any thread may ask. */
public final class Parsed {
  private static final JsonMapper JSON = new JsonMapper();

  private Parsed() {}

  /** Empty for what is no record: a line that a crash tore, and that was ended later. */
  public static Optional<JsonNode> of(String line) {
    try {
      JsonNode record = JSON.readTree(line);
      return record != null && record.isObject() ? Optional.of(record) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
