package dev.dbg.audit.record;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.model.RawText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lists, sentences and exports say of a record in the same words, each as a shell would read
 * it again: no word of an operator's can pass for another word, or for one of dbgd's.
 */
public final class RecordWords {
  private RecordWords() {}

  /** How often it occurred, if more than once. */
  public static String often(JsonNode record) {
    if (REPEATED.of(record).isObject()) {
      return REPEATED_COUNT.number(record) + " times: ";
    }
    return UNWRITTEN.of(record).isObject()
        ? "%d without a record, the gravest: ".formatted(UNWRITTEN_COUNT.number(record))
        : "";
  }

  /** The container's name, or the form that an operator types for other targets. */
  public static String target(JsonNode record) {
    String name = TARGET_NAME.text(record, TARGET_ASKED.text(record));
    String runtime = TARGET_RUNTIME.text(record);
    if (TARGET_OWNER.isIn(record)) {
      return "%s://%s/%s".formatted(runtime, TARGET_OWNER.text(record), name);
    }
    return List.of("pid", "unit", "image").contains(runtime) ? runtime + "://" + name : name;
  }

  /** The user and group that the tool had by {@code -u}; empty without. */
  public static String runAs(JsonNode record) {
    // Older records of sessions have these two alone.
    long uid = CONFINEMENT_UID.number(record);
    long gid = CONFINEMENT_GID.number(record);
    return TOOL_RUN_AS.find(record).orElse(uid == 0 && gid == 0 ? "" : uid + ":" + gid);
  }

  /** dbg's options that say as whom and where the tool runs; none, or with a blank behind. */
  public static String options(JsonNode record) {
    String runAs = runAs(record);
    return (runAs.isEmpty() ? "" : "-u " + runAs + " ")
        + directory(record).map(path -> "-w " + RawText.quoted(path) + " ").orElse("");
  }

  /** The directory of {@code -w}, without what leads nowhere, as in {@code /./etc//}. */
  public static Optional<String> directory(JsonNode record) {
    return TOOL_DIRECTORY.find(record).map(RawText::plainPath);
  }

  /** The tool and its arguments as they were typed. */
  public static String tool(JsonNode record) {
    return quoted(
        Stream.concat(
            Stream.of(TOOL_NAME.text(record)), texts(TOOL_ARGV_TYPED.of(record)).stream()));
  }

  public static String quoted(JsonNode list) {
    return quoted(texts(list).stream());
  }

  private static String quoted(Stream<String> words) {
    return words.map(RawText::quoted).collect(Collectors.joining(" "));
  }
}
