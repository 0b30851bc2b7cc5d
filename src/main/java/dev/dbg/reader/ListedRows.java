package dev.dbg.reader;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.model.Refusal.Denial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rows of {@code dbg audit}: one for each session, refusal and mistyped command, with its
 * result. For one thread.
 */
final class ListedRows {
  /** Lines are cut here, since a thousand are in memory; {@code audit show} prints them whole. */
  private static final int LONGEST = 1000;

  /** Fits an IPv6 address; a host's name may be cut. */
  private static final int LONGEST_SOURCE = 39;

  /** The most running sessions in memory, whose commands are needed for the rows of their ends. */
  private static final int MOST_RUNNING = 256;

  /** A tool's result, its duration, and further text. */
  private static final Pattern OUTCOME = Pattern.compile("(?s)(.*?)( after [0-9.]+ s)?([,:].*)?");

  private static final Map<String, String> WORDS =
      Map.of("timed out", "timeout", "not run", "failed");

  private final boolean events;
  private final Optional<String> status;
  private final Map<String, CommandAndReason> running = new LinkedHashMap<>();
  private Optional<JsonNode> end = Optional.empty();

  /** A command and the operator's reason, which comes last because it is free text. */
  private record CommandAndReason(String line, String reason) {
    static CommandAndReason of(JsonNode begin) {
      String marks =
          (RECORDED.of(begin).asBoolean() ? "(rec) " : "") + (TAB.isIn(begin) ? "(Tab) " : "");
      String reason = REASON.find(begin).map("  # "::concat).orElse("");
      return new CommandAndReason(
          cut(marks + AuditTable.what(begin), LONGEST), cut(reason, LONGEST));
    }
  }

  /**
   * @param status only rows with this word, or with this exit status of the tool
   */
  ListedRows(boolean events, Optional<String> status) {
    this.events = events;
    this.status = status;
  }

  /** Returns the row that this record completes. Records come backwards, ends before begins. */
  Optional<AuditTable.Row> backward(JsonNode record) {
    if (!events && Event.isEnd(record)) {
      end = Optional.of(record);
      return Optional.empty();
    }
    JsonNode its =
        end.filter(found -> SESSION.text(found).equals(SESSION.text(record))).orElse(record);
    end = Optional.empty();
    return row(its, record, asked(record));
  }

  /** Returns the row of this record. Records come in the log's order. */
  Optional<AuditTable.Row> next(JsonNode record) {
    return row(record, record, asked(record));
  }

  private CommandAndReason asked(JsonNode record) {
    if (events) {
      return new CommandAndReason(cut(AuditTable.what(record), LONGEST), "");
    }
    CommandAndReason begun =
        Event.isEnd(record) ? running.remove(SESSION.text(record)) : CommandAndReason.of(record);
    return begun == null ? new CommandAndReason("", "") : begun;
  }

  private Optional<AuditTable.Row> row(JsonNode end, JsonNode timed, CommandAndReason asked) {
    if (!events && Event.INTENT.is(end)) {
      running.put(SESSION.text(end), asked);
      if (running.size() > MOST_RUNNING) {
        running.remove(running.keySet().iterator().next());
      }
    }
    Matcher how = OUTCOME.matcher(events ? EVENT.text(end) : how(end));
    boolean _ = how.matches(); // as any text does
    String word = WORDS.getOrDefault(how.group(1), how.group(1));
    String from =
        OPERATOR_SOURCE
            .find(timed)
            .filter(_ -> !events)
            .map(host -> " from " + cut(host, LONGEST_SOURCE))
            .orElse("");
    List<String> cells =
        List.of(
            TIME.text(timed),
            word + Objects.requireNonNullElse(how.group(2), ""),
            OPERATOR_USER.text(timed, "-") + from,
            SESSION.text(timed, "-"),
            asked.line + cut(Objects.requireNonNullElse(how.group(3), ""), LONGEST) + asked.reason);
    return status.filter(wanted -> !is(word, wanted)).isPresent()
        ? Optional.empty()
        : Optional.of(new AuditTable.Row(cells, AuditTable.paint(end)));
  }

  private static boolean is(String word, String wanted) {
    return word.equals("exit " + wanted) || word.split(" ", 2)[0].equals(wanted);
  }

  /** Returns the status of the row, with details. */
  private static String how(JsonNode record) {
    return switch (Event.of(record)) {
      case INTENT -> "running";
      case RESULT ->
          ENDED_HOW.isIn(record)
              ? AuditTable.what(record).replaceFirst("^[a-z ]+ [0-9]*(?= after)", "killed")
              : AuditTable.what(record);
      case ORPHANED -> "unfinished: " + WHY.text(record);
      case DENIED ->
          Event.denial(record)
              .filter(d -> d == Denial.FAILED)
              .map(d -> ended(record).orElse(d.word()))
              .orElse("refused");
      case null, default -> EVENT.text(record);
    };
  }

  /** Returns how a wait ended. */
  private static Optional<String> ended(JsonNode record) {
    return ENDED_HOW.isIn(record)
        ? Optional.of("killed")
        : OUTCOME_SIGNAL.find(record).map("signal "::concat);
  }

  private static String cut(String text, int most) {
    int end = text.offsetByCodePoints(0, Math.min(most, text.codePointCount(0, text.length())));
    return end == text.length() ? text : text.substring(0, end) + "…";
  }
}
