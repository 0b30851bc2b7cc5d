package dev.dbg.audit.record;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line of the log as its members. Any thread may ask. */
public final class ParsedRecord {
  private static final JsonMapper JSON = new JsonMapper();

  /** What binds a line to its neighbours, at its end. */
  private static final Pattern BOUND =
      Pattern.compile(",\"prev\":\"([0-9a-f]{64})\",\"hash\":\"([0-9a-f]{64})\"\\}$");

  /** What the end of a session says of its recording: the last member before that. */
  private static final Pattern RECORDING_IN_TAIL =
      Pattern.compile(",\"recording\":(\\{[^{}]*\\}),\"prev\":");

  private ParsedRecord() {}

  /** Empty for what is no record: a line that a crash tore, and that was ended later. */
  public static Optional<JsonNode> of(String line) {
    try {
      JsonNode record = JSON.readTree(line);
      return record != null && record.isObject() ? Optional.of(record) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * The same of a line of which only the beginning is held, if it is a record's: the members that
   * are whole there, of {@code operator} also what there is, {@link RecordField#TOO_LONG}, and the
   * hashes.
   *
   * @param begin its beginning, or all of it
   * @param length how long it is
   * @param tail its end, if {@code begin} is not all of it
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
      // What is held of it ends here, or it is no JSON.
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

  /** The record as a line, where it stands for one that is too long. */
  public static String line(JsonNode record) {
    return FittedRecord.json(record);
  }
}
