package dev.dbg.audit.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Parses lines of the log. For any thread. */
public final class ParsedRecord {
  private static final JsonMapper JSON = new JsonMapper();

  private ParsedRecord() {}

  /** Parses a line; empty if it is not a record, such as a line that a crash tore. */
  public static Optional<JsonNode> of(String line) {
    try {
      // Bytes are parsed faster than characters. A text that begins otherwise may be taken for
      // UTF-16.
      JsonNode record =
          line.startsWith("{\"")
              ? JSON.readTree(line.getBytes(StandardCharsets.UTF_8))
              : JSON.readTree(line);
      return record != null && record.isObject() ? Optional.of(record) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
