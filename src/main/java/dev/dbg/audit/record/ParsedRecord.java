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

  /**
   * Parses a line; empty if it is not a record: it was torn by a crash, or has no {@link
   * ChainLink}.
   */
  public static Optional<JsonNode> of(String line) {
    return ChainLink.isIn(line) ? object(line) : Optional.empty();
  }

  /** Parses an object that need be no record; empty if the text does not begin with one. */
  public static Optional<JsonNode> object(String text) {
    try {
      // Bytes are parsed faster than characters. A text that begins otherwise may be taken for
      // UTF-16.
      JsonNode record =
          text.startsWith("{\"")
              ? JSON.readTree(text.getBytes(StandardCharsets.UTF_8))
              : JSON.readTree(text);
      return record != null && record.isObject() ? Optional.of(record) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
