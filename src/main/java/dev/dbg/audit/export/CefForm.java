package dev.dbg.audit.export;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordWords;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal.Denial;
import java.util.Optional;

/** ArcSight's Common Event Format 0: seven fields separated by bars, then keys and values. */
public final class CefForm {
  private CefForm() {}

  public static String line(JsonNode record, String version) {
    StringBuilder line =
        new StringBuilder("CEF:0|dbg|dbgd|")
            .append(header(version))
            .append('|')
            .append(header(EVENT.text(record)))
            .append('|')
            .append(header(Sentence.of(record)))
            .append('|')
            .append(severity(record))
            .append('|');
    add(line, "rt", Long.toString(Forms.milliseconds(TIME.of(record))));
    add(line, "externalId", SEQ.text(record));
    add(line, "dvchost", HOST_NAME.text(record));
    add(line, "deviceExternalId", HOST_ID.text(record));
    JsonNode counted = Forms.counted(record);
    if (counted.isObject()) {
      add(line, "cnt", counted.path(REPEATED_COUNT.word()).asText());
      add(line, "start", Long.toString(Forms.milliseconds(counted.path(REPEATED_FIRST.word()))));
      add(line, "end", Long.toString(Forms.milliseconds(counted.path(REPEATED_LAST.word()))));
    }
    add(line, "suid", OPERATOR_UID.text(record));
    add(line, "suser", OPERATOR_USER.text(record));
    add(line, "spid", OPERATOR_PID.text(record));
    add(line, "sproc", TOOL_NAME.text(record));
    add(line, "filePath", TOOL_PATH.text(record));
    add(line, "fileHash", TOOL_SHA256.text(record));
    Event.denial(record).map(Denial::word).ifPresent(kind -> add(line, "cat", kind));
    add(line, "reason", Forms.why(record));
    if (OUTCOME.isIn(record)) {
      add(line, "outcome", Forms.outcome(record));
    }
    custom(line, 1, "session", SESSION.text(record));
    custom(line, 2, "container", Forms.container(record));
    custom(line, 3, "namespaces", NAMESPACES.words(record, ","));
    custom(line, 4, "arguments", Forms.arguments(record));
    custom(line, 5, "rule", DECISION_RULE.text(record));
    custom(line, 6, "hash", HASH.text(record));
    // The form has no further strings of the first kind.
    labelled(line, "flexString1", "directory", TOOL_DIRECTORY.text(record));
    labelled(line, "flexString2", "run_as", RecordWords.runAs(record));
    return line.toString().stripTrailing() + "\n";
  }

  private static int severity(JsonNode record) {
    Optional<Denial> denial = Event.denial(record);
    if (denial.isPresent()) {
      return switch (denial.get()) {
        case RULE, ENTRY, TOOL -> 5;
        case FAILED -> 3;
        case MISTYPED -> 2;
        case MALFORMED -> 7;
      };
    }
    return Event.ORPHANED.is(record) ? 5 : 2;
  }

  private static void custom(StringBuilder line, int number, String label, String value) {
    labelled(line, "cs" + number, label, value);
  }

  private static void labelled(StringBuilder line, String key, String label, String value) {
    if (!value.isEmpty()) {
      add(line, key + "Label", label);
      add(line, key, value);
    }
  }

  private static void add(StringBuilder line, String key, String value) {
    if (!value.isEmpty()) {
      line.append(key).append('=').append(extension(value)).append(' ');
    }
  }

  private static String header(String text) {
    return RawText.printable(text).replace("\\", "\\\\").replace("|", "\\|");
  }

  private static String extension(String text) {
    return RawText.printable(text).replace("\\", "\\\\").replace("=", "\\=");
  }
}
