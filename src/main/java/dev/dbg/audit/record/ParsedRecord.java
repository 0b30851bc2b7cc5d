package dev.dbg.audit.record;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses lines of the log. For any thread. */
public final class ParsedRecord {
  private static final JsonMapper JSON = new JsonMapper();

  /** The hashes at a line's end. */
  private static final Pattern BOUND =
      Pattern.compile(",\"prev\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"\\}$");

  /** The member {@code recording} of a session's end, the last one before the hashes. */
  private static final Pattern RECORDING_IN_TAIL =
      Pattern.compile(",\"recording\":(\\{[^{}]*\\}),\"prev\":");

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

  /**
   * Parses a line, or the beginning of one of {@code length} bytes that ends in {@code tail}; empty
   * if it is not a record. For a beginning the result has the members that are complete in it,
   * those of {@code operator} as far as they are, {@link RecordField#TOO_LONG}, and the hashes.
   */
  public static Optional<JsonNode> of(String begin, long length, String tail) {
    if (begin.length() == length) {
      return of(begin);
    }
    ObjectNode members = JsonNodeFactory.instance.objectNode();
    try (JsonParser parser = JSON.createParser(begin)) {
      if (parser.nextToken() == JsonToken.START_OBJECT) {
        takeMembers(parser, members);
      }
    } catch (IOException e) {
      // The beginning ends here, or the line is not JSON.
    }
    Matcher bound = BOUND.matcher(tail);
    if (!SEQ.of(members).isIntegralNumber() || !bound.find()) {
      return Optional.empty();
    }
    Matcher recording = RECORDING_IN_TAIL.matcher(tail);
    if (recording.find()) {
      of(recording.group(1)).ifPresent(noted -> members.set(RECORDING.word(), noted));
    }
    members.put(TOO_LONG.word(), length);
    members.put(PREV.word(), bound.group(1));
    members.put(HASH.word(), bound.group(2));
    return Optional.of(members);
  }

  private static void takeMembers(JsonParser parser, ObjectNode members) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals(OPERATOR.word()) && value == JsonToken.START_OBJECT) {
        takeMembers(parser, members.putObject(name));
      } else {
        JsonNode whole = JSON.readTree(parser);
        if (whole != null) {
          members.set(name, whole);
        }
      }
    }
  }

  /** A record as a line, in place of a line that is too long. */
  public static String line(JsonNode record) {
    return FittedRecord.json(record);
  }
}
