package dev.dbg.audit.export;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.ParsedRecord;

/** A record in a sentence for people, of one line that no terminal obeys. */
public final class Sentence {
  private Sentence() {}

  public static String of(JsonNode record) {
    String who = record.at("/operator/user").asText("dbgd");
    String why = record.path("why").asText();
    if (record.has(ParsedRecord.TOO_LONG)) {
      return Forms.oneLine(
          "%s: %s of %s: its line of %s bytes is too long to be read: the log has it whole"
              .formatted(
                  who,
                  record.path("event").asText(),
                  record.path("session").asText("no session"),
                  record.path(ParsedRecord.TOO_LONG).asText()));
    }
    return Forms.oneLine(
        switch (record.path("event").asText()) {
          case "intent" -> "%s runs %s".formatted(who, line(record));
          case "denied" -> "%s may not run %s".formatted(who, line(record));
          case "result" ->
              "the tool of %s ended: %s".formatted(who, Forms.outcome(record.path("outcome")));
          case "orphaned" -> "the session of %s has no end: %s".formatted(who, why);
          case "read" -> "%s reads others' records".formatted(who);
          case "malformed" -> "%s sent what is no request: %s".formatted(who, why);
          case "seal" ->
              "the log is sealed: epoch %s, head %s:%s"
                  .formatted(
                      record.at("/seal/epoch").asText(),
                      record.at("/seal/seq").asText(),
                      record.at("/seal/hash").asText());
          case "policy" -> policy(record, why);
          case "retention" -> "%s is removed: %s".formatted(record.path("segment").asText(), why);
          case "daemon" ->
              "dbgd: %s, version %s"
                  .formatted(record.path("action").asText(), record.path("version").asText());
          default -> "dbgd: " + record.path("event").asText();
        });
  }

  private static String policy(JsonNode record, String why) {
    return record.path("action").asText().equals("keep")
        ? "the old policy stays in force: " + why
        : "a policy of %s rules is in force".formatted(record.path("rules").asText());
  }

  /** What was asked for; the whole command line, where that means nothing. */
  private static String line(JsonNode record) {
    if (record.has("argv")) {
      return Forms.words(record.path("argv"), " ");
    }
    JsonNode target = record.path("target");
    return "%s in %s"
        .formatted(
            (record.at("/tool/name").asText()
                    + " "
                    + Forms.words(record.at("/tool/argv_typed"), " "))
                .strip(),
            target.has("name") ? target.path("name").asText() : target.path("asked").asText());
  }
}
