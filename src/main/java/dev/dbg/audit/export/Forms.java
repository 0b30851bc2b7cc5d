package dev.dbg.audit.export;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** Code that the export forms share. */
final class Forms {
  private Forms() {}

  /** The container's name, or if it was not resolved the name that was typed. */
  static String container(JsonNode record) {
    return (TARGET_NAME.isIn(record) ? TARGET_NAME : TARGET_ASKED).text(record);
  }

  /** The arguments as typed; of what runs no tool, the whole command line. */
  static String arguments(JsonNode record) {
    return (TOOL_ARGV_TYPED.isIn(record) ? TOOL_ARGV_TYPED : ARGV).words(record, " ");
  }

  /** Why something is so; of a {@code kill}, whose session it ends. */
  static String why(JsonNode record) {
    return DECISION_WHY
        .find(record)
        .or(() -> WHY.find(record))
        .or(() -> KILLED_USER.find(record).map("a session of "::concat))
        .orElse("");
  }

  /** The tool and its arguments as they were typed. */
  static String typed(JsonNode record) {
    return (TOOL_NAME.text(record) + " " + TOOL_ARGV_TYPED.words(record, " ")).strip();
  }

  /** A time in milliseconds since 1970; 0 if it is not a time. */
  static long milliseconds(JsonNode value) {
    return time(value).map(Instant::toEpochMilli).orElse(0L);
  }

  /** Whether the tool did not exit with status 0. */
  static boolean failed(JsonNode record) {
    return OUTCOME_EXIT.of(record).asInt(-1) != 0;
  }

  /**
   * The count of the occurrences that a record stands for, with the times of the first and the
   * last; a missing node if there was one occurrence. The members of both objects have the same
   * names.
   */
  static JsonNode counted(JsonNode record) {
    return (REPEATED.isIn(record) ? REPEATED : UNWRITTEN).of(record);
  }
}
