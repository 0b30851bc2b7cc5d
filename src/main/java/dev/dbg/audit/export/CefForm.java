package dev.dbg.audit.export;

import com.fasterxml.jackson.databind.JsonNode;

/** ArcSight's Common Event Format 0: seven fields with bars between, then keys and values. */
public final class CefForm {
  private CefForm() {}

  public static String line(JsonNode record, String version) {
    String kind = record.path("event").asText();
    StringBuilder line =
        new StringBuilder("CEF:0|dbg|dbgd|")
            .append(header(version))
            .append('|')
            .append(header(kind))
            .append('|')
            .append(header(Sentence.of(record)))
            .append('|')
            .append(severity(kind))
            .append('|');
    add(line, "rt", Long.toString(Forms.milliseconds(record.path("time"))));
    add(line, "externalId", record.path("seq").asText());
    JsonNode counted = Forms.counted(record);
    if (counted.isObject()) {
      add(line, "cnt", counted.path("count").asText());
      add(line, "start", Long.toString(Forms.milliseconds(counted.path("first"))));
      add(line, "end", Long.toString(Forms.milliseconds(counted.path("last"))));
    }
    add(line, "suid", record.at("/operator/uid").asText());
    add(line, "suser", record.at("/operator/user").asText());
    add(line, "spid", record.at("/operator/pid").asText());
    add(line, "sproc", record.at("/tool/name").asText());
    add(line, "filePath", record.at("/tool/path").asText());
    add(line, "fileHash", record.at("/tool/sha256").asText());
    add(line, "reason", record.at("/decision/why").asText());
    if (record.has("outcome")) {
      add(line, "outcome", Forms.outcome(record.path("outcome")));
    }
    custom(line, 1, "session", record.path("session").asText());
    custom(
        line,
        2,
        "container",
        record.at("/target").has("name")
            ? record.at("/target/name").asText()
            : record.at("/target/asked").asText());
    custom(line, 3, "namespaces", Forms.words(record.path("namespaces"), ","));
    custom(line, 4, "arguments", Forms.words(record.at("/tool/argv_typed"), " "));
    custom(line, 5, "rule", record.at("/decision/rule").asText());
    custom(line, 6, "hash", record.path("hash").asText());
    return line.toString().stripTrailing() + "\n";
  }

  private static int severity(String kind) {
    return switch (kind) {
      case "denied", "orphaned" -> 5;
      case "malformed" -> 7;
      default -> 2;
    };
  }

  private static void custom(StringBuilder line, int number, String label, String value) {
    if (!value.isEmpty()) {
      add(line, "cs" + number + "Label", label);
      add(line, "cs" + number, value);
    }
  }

  private static void add(StringBuilder line, String key, String value) {
    if (!value.isEmpty()) {
      line.append(key).append('=').append(extension(value)).append(' ');
    }
  }

  private static String header(String text) {
    return Forms.oneLine(text).replace("\\", "\\\\").replace("|", "\\|");
  }

  private static String extension(String text) {
    return Forms.oneLine(text).replace("\\", "\\\\").replace("=", "\\=");
  }
}
