package dev.dbg.audit.message;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordWords;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal.Denial;

/**
 * A record as one sentence for people, on one line without control characters. Receivers cut it, so
 * what an operator cannot make longer comes first: how often, who, and in which container.
 */
public final class Sentence {
  private Sentence() {}

  /** Only a seal's names an epoch and a head, as {@code dbgd verify --heads} looks for. */
  public static String of(JsonNode record) {
    String sentence = RawText.printable(RecordWords.often(record) + said(record));
    return Event.SEAL.is(record)
        ? sentence
        : sentence.replaceAll("(epoch [0-9]+), (head )", "$1 $2");
  }

  private static String said(JsonNode record) {
    String who = RawText.quoted(OPERATOR_USER.text(record, "dbgd"));
    String where = RawText.quoted(RecordWords.target(record));
    String why = WHY.text(record);
    return switch (Event.of(record)) {
      case INTENT -> "%s in %s runs %s".formatted(who, where, line(record));
      case DENIED, MISTYPED ->
          denied(record, TARGET.isIn(record) ? "%s in %s".formatted(who, where) : who);
      case RESULT -> "the tool of %s ended: %s%s".formatted(who, outcome(record), order(record));
      case ORPHANED -> "the session of %s has no end: %s".formatted(who, why);
      case SHELL -> "%s opens a shell in %s".formatted(who, where);
      case KILL ->
          "%s ends session %s of %s"
              .formatted(who, KILLED_SESSION.text(record), KILLED_USER.text(record));
      case READ -> "%s reads others' records: %s".formatted(who, line(record));
      case WITNESS -> "%s says how far a log has come: %s".formatted(who, line(record));
      case MALFORMED -> "%s sent a malformed request: %s".formatted(who, why);
      case SEAL ->
          "the log is sealed: epoch %s, head %s:%s"
              .formatted(SEAL_EPOCH.text(record), SEAL_SEQ.text(record), SEAL_HASH.text(record));
      case POLICY -> policy(record, why);
      case RETENTION -> "%s is removed: %s".formatted(SEGMENT.text(record), why);
      case DAEMON -> "dbgd: %s, version %s".formatted(ACTION.text(record), VERSION.text(record));
      case null -> "dbgd: " + EVENT.text(record);
    };
  }

  private static String denied(JsonNode record, String who) {
    String line = line(record);
    if (line.isEmpty()) {
      return "%s is refused: %s".formatted(who, DECISION_WHY.text(record));
    }
    return switch (Event.denial(record).orElse(Denial.RULE)) {
      case RULE, MALFORMED -> "%s may not run %s".formatted(who, line);
      case ENTRY -> "%s typed what the tool's entry does not accept: %s".formatted(who, line);
      case TOOL -> "%s typed a tool that is not in the catalogue: %s".formatted(who, line);
      case FAILED -> "%s could not run %s".formatted(who, line);
      case MISTYPED -> "%s mistyped a command line: %s".formatted(who, line);
    };
  }

  private static String policy(JsonNode record, String why) {
    return Event.isKeptPolicy(record)
        ? "the old policy stays in force: " + why
        : "a policy of %s rules is in force".formatted(RULES.text(record));
  }

  /** The request; the whole command line if it could not be parsed; empty if none was read. */
  private static String line(JsonNode record) {
    if (ARGV.isIn(record)) {
      return RecordWords.quoted(ARGV.of(record));
    }
    String options = RecordWords.options(record);
    return TOOL.isIn(record)
        ? options + (options.isEmpty() ? "" : "-- ") + RecordWords.tool(record)
        : "";
  }

  /** How the session ended, in a few words; it must have ended. */
  public static String outcome(JsonNode record) {
    if (OUTCOME_EXIT.isIn(record)) {
      return "exit " + OUTCOME_EXIT.of(record).asInt();
    }
    if (OUTCOME_SIGNAL.isIn(record)) {
      return "signal " + OUTCOME_SIGNAL.of(record).asInt();
    }
    if (OUTCOME_TIMEOUT.isIn(record)) {
      return "timeout";
    }
    if (OUTCOME_NOT_RUN.isIn(record)) {
      return "not run";
    }
    return OUTCOME_STATUS.isIn(record)
        ? "status " + OUTCOME_STATUS.of(record).asInt()
        : "killed by dbgd";
  }

  /** What ended the tool, if dbg kill or a stop of dbgd did; otherwise empty. */
  private static String order(JsonNode record) {
    return switch (ENDED_HOW.text(record)) {
      case "kill" -> ", ended by %s with dbg kill".formatted(ENDED_USER.text(record));
      case "stop" -> ", ended because dbgd was stopped";
      default -> "";
    };
  }
}
