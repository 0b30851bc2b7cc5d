package dev.dbg.reader;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Screen;
import dev.dbg.answer.Screen.Paint;
import dev.dbg.answer.TextTable;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordWords;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal.Denial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Formats records and sessions as lines, or one record in full. */
final class AuditTable {
  private static final List<String> HEADING =
      List.of("TIME", "EVENT", "OPERATOR", "SESSION", "WHAT");

  /** The index of the column with the event or the session's result. */
  private static final int EVENT = 1;

  /** The parts that a narrow screen omits: the duration, and the operator's address. */
  private static final String LESS_NEEDED = " (after|from) .*";

  private static final int SHORT_SESSION = 8;

  private final Screen screen;
  private final ReaderClock clock;
  private final List<String> headings;

  /** The minimum width of each column; later lines keep the widths of earlier ones. */
  private final int[] widths;

  /**
   * @param second the heading of the second column
   */
  AuditTable(Screen screen, ReaderClock clock, String second) {
    this.screen = screen;
    this.clock = clock;
    this.headings = new ArrayList<>(HEADING);
    headings.set(EVENT, second);
    clock.zoneName().ifPresent(zone -> headings.set(0, HEADING.getFirst() + " " + zone));
    this.widths = screen.isNarrow() ? new int[] {14, 9, 10, 8, 0} : new int[] {20, 9, 10, 16, 0};
  }

  record Row(List<String> cells, Paint paint) {}

  void expect(Row row) {
    int[] needed = TextTable.widths(List.of(shown(row.cells)));
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], needed[i]);
    }
  }

  String heading() {
    return line(new Row(headings, Paint.HEADING));
  }

  /** Returns a row, below the heading if it is the first. */
  String line(Row row) {
    expect(row);
    return painted(shown(row.cells), row.paint);
  }

  /** Returns the cells without control characters, abbreviated for a narrow screen. */
  private List<String> shown(List<String> cells) {
    List<String> shown = new ArrayList<>(cells.stream().map(RawText::printable).toList());
    if (cells.equals(headings)) {
      return shown;
    }
    shown.set(0, clock.shown(shown.get(0)));
    if (screen.isNarrow()) {
      shown.set(0, shortened(shown.get(0)));
      shown.subList(1, 3).replaceAll(cell -> cell.replaceFirst(LESS_NEEDED, ""));
      String session = shown.get(3);
      shown.set(3, session.substring(0, Math.min(SHORT_SESSION, session.length())));
    }
    return shown;
  }

  /** Returns month, day and time of day. */
  private static String shortened(String time) {
    return time.length() < 19 ? time : time.substring(5, 10) + " " + time.substring(11, 19);
  }

  /** Colours the whole heading, or the event of a record. */
  private String painted(List<String> cells, Paint paint) {
    String line = screen.fitted(TextTable.line(cells, widths));
    if (paint == Paint.HEADING) {
      return screen.painted(paint, line) + "\n";
    }
    int from = widths[0] + 2;
    int to = from + cells.get(EVENT).length();
    return line.substring(0, from)
        + screen.painted(paint, line.substring(from, to))
        + line.substring(to)
        + "\n";
  }

  static Paint paint(JsonNode record) {
    return switch (Event.of(record)) {
      case DENIED, MISTYPED, MALFORMED ->
          Event.denial(record).filter(Denial::isRefusal).isPresent() ? Paint.BAD : Paint.WARNING;
      case ORPHANED -> Paint.WARNING;
      case RESULT -> {
        boolean ended = OUTCOME_EXIT.isIn(record) || OUTCOME_SIGNAL.isIn(record);
        yield ended && !OUTCOME_SHORT_OF.isIn(record) ? Paint.PLAIN : Paint.WARNING;
      }
      case POLICY -> Event.isKeptPolicy(record) ? Paint.BAD : Paint.QUIET;
      case RETENTION -> UNDELIVERED.isIn(record) ? Paint.BAD : Paint.QUIET;
      case DAEMON, SEAL, READ, WITNESS -> Paint.QUIET;
      case null, default -> Paint.PLAIN;
    };
  }

  /** Returns the refused command; empty if the client's request was not read. */
  private static String asked(JsonNode record) {
    if (TOOL.isIn(record)) {
      return line(record, TARGET_ASKED.text(record)) + ": ";
    }
    return ARGV.isIn(record) ? RecordWords.quoted(ARGV.of(record)) + ": " : "";
  }

  static String what(JsonNode record) {
    return RecordWords.often(record) + once(record);
  }

  private static String once(JsonNode record) {
    return switch (Event.of(record)) {
      case INTENT -> line(record, RecordWords.target(record));
      case DENIED -> asked(record) + DECISION_WHY.text(record);
      case MISTYPED -> asked(record) + WHY.text(record);
      case RESULT -> outcome(record);
      case SHELL ->
          "%s: dbg audit --shell %s"
              .formatted(RecordWords.target(record), RawText.quoted(SHELL.text(record)));
      case READ, WITNESS -> RecordWords.quoted(ARGV.of(record));
      case KILL ->
          "session %s of %s, %s in %s"
              .formatted(
                  KILLED_SESSION.text(record),
                  KILLED_USER.text(record),
                  TOOL_NAME.text(record),
                  RecordWords.target(record));
      case DAEMON -> ACTION.text(record) + " " + VERSION.text(record);
      case POLICY -> ACTION.text(record) + policy(record);
      case SEAL ->
          "epoch %d, to record %d".formatted(SEAL_EPOCH.number(record), SEAL_SEQ.number(record));
      case RETENTION -> "%s removed: %s".formatted(SEGMENT.text(record), WHY.text(record));
      case null, default -> WHY.text(record);
    };
  }

  private static String policy(JsonNode record) {
    if (!RULES.isIn(record)) {
      return " " + WHY.text(record);
    }
    long rules = RULES.number(record);
    return rules == 1 ? ": 1 rule" : ": %d rules".formatted(rules);
  }

  /** Puts the container first: the operator decides how long the rest is. */
  private static String line(JsonNode record, String target) {
    String namespaces = NAMESPACES.words(record, ",");
    return "%s%s %s-- %s"
        .formatted(
            RawText.quoted(target),
            namespaces.isEmpty() ? "" : " " + namespaces,
            RecordWords.options(record),
            RecordWords.tool(record));
  }

  private static String outcome(JsonNode record) {
    String took = " after %.3f s".formatted(OUTCOME_DURATION_US.number(record) / 1e6);
    if (OUTCOME_SHORT_OF.isIn(record)) {
      took += ", short of " + OUTCOME_SHORT_OF.words(record, " and ");
    }
    if (ENDED_HOW.isIn(record)) {
      took +=
          ENDED_USER.isIn(record)
              ? ", ended by " + ENDED_USER.text(record) + " with dbg kill"
              : ", ended because dbgd was stopped";
    }
    if (OUTCOME_EXIT.isIn(record)) {
      return "exit " + OUTCOME_EXIT.of(record).asInt() + took;
    }
    if (OUTCOME_SIGNAL.isIn(record)) {
      return "signal " + OUTCOME_SIGNAL.of(record).asInt() + took;
    }
    if (OUTCOME_TIMEOUT.isIn(record)) {
      return "timed out" + took;
    }
    return OUTCOME_NOT_RUN.isIn(record)
        ? "not run: " + OUTCOME_WHY.text(record)
        : "killed%s: %s".formatted(took, whyKilled(record));
  }

  /** Returns the reason why dbgd killed the tool. */
  private static String whyKilled(JsonNode record) {
    return Stream.of(OUTCOME_UNRECORDABLE, OUTCOME_UNREAD, OUTCOME_FAILED)
        .flatMap(why -> why.find(record).stream())
        .findFirst()
        .orElse("-");
  }

  /** Returns each member on its own line, with its path. */
  static String whole(JsonNode record) {
    StringBuilder text = new StringBuilder();
    members("", record, text);
    return text.append('\n').toString();
  }

  private static void members(String before, JsonNode node, StringBuilder text) {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      JsonNode value = member.getValue();
      String name = before + member.getKey();
      if (value.isObject()) {
        members(name + ".", value, text);
      } else {
        String shown =
            value.isArray() ? RecordWords.quoted(value) : RawText.printable(value.asText());
        text.append("%-24s %s\n".formatted(name, shown));
      }
    }
  }
}
