package dev.dbg.review;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.answer.Screen;
import dev.dbg.answer.Screen.Paint;
import dev.dbg.answer.TextTable;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.model.RawText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Records for people: a line each, or one whole. */
final class AuditTable {
  private static final List<String> HEADING =
      List.of("TIME", "EVENT", "OPERATOR", "SESSION", "WHAT");

  /** Where a row's event stands. */
  private static final int EVENT = 1;

  private static final int SHORT_SESSION = 8;

  private final Screen screen;

  /** How wide each column is at least; what is printed later keeps to what was printed first. */
  private final int[] widths;

  AuditTable(Screen screen) {
    this.screen = screen;
    this.widths = screen.isNarrow() ? new int[] {14, 9, 10, 8, 0} : new int[] {20, 9, 10, 16, 0};
  }

  /** A record's row. */
  record Row(List<String> cells, Paint paint) {}

  String of(List<Row> rows) {
    rows.forEach(this::expect);
    StringBuilder table = new StringBuilder(heading());
    rows.forEach(row -> table.append(line(row)));
    return table.toString();
  }

  /** A row will be printed: its columns are made wide enough. */
  void expect(Row row) {
    int[] needed = TextTable.widths(List.of(shown(row.cells)));
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], needed[i]);
    }
  }

  String heading() {
    Row heading = new Row(HEADING, Paint.HEADING);
    expect(heading);
    return line(heading);
  }

  /** A row, below the heading. */
  String line(Row row) {
    return painted(shown(row.cells), row.paint);
  }

  /** Printable, and on a narrow screen as short as it can be said. */
  private List<String> shown(List<String> cells) {
    List<String> shown = new ArrayList<>(cells.stream().map(RawText::printable).toList());
    if (screen.isNarrow() && !cells.equals(HEADING)) {
      shown.set(0, shortened(shown.get(0)));
      String session = shown.get(3);
      shown.set(3, session.substring(0, Math.min(SHORT_SESSION, session.length())));
    }
    return shown;
  }

  /** Month, day and time of day. */
  private static String shortened(String time) {
    return time.length() < 19 ? time : time.substring(5, 10) + " " + time.substring(11, 19);
  }

  /** The heading is painted whole, of a record the event. */
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

  static Row row(JsonNode record) {
    return new Row(
        List.of(
            seconds(record.path("time").asText()),
            record.path("event").asText(),
            record.path("operator").path("user").asText("-"),
            record.path("session").asText("-"),
            repeated(record) + what(record)),
        paint(record));
  }

  private static Paint paint(JsonNode record) {
    return switch (record.path("event").asText()) {
      case "denied", "malformed" -> Paint.BAD;
      case "orphaned" -> Paint.WARNING;
      case "result" -> {
        JsonNode outcome = record.path("outcome");
        boolean ended = outcome.has("exit") || outcome.has("signal");
        yield ended && !outcome.has("short_of") ? Paint.PLAIN : Paint.WARNING;
      }
      case "policy" -> record.path("action").asText().equals("keep") ? Paint.BAD : Paint.QUIET;
      case "retention" -> record.has("undelivered") ? Paint.BAD : Paint.QUIET;
      case "daemon", "seal", "read" -> Paint.QUIET;
      default -> Paint.PLAIN;
    };
  }

  /** How often what it tells came, if more than once. */
  private static String repeated(JsonNode record) {
    JsonNode repeated = record.path("repeated");
    JsonNode unwritten = record.path("unwritten");
    return repeated.isObject()
        ? repeated.path("count").asLong() + " times: "
        : unwritten.isObject()
            ? "%d without a record, the last: ".formatted(unwritten.path("count").asLong())
            : "";
  }

  private static String seconds(String time) {
    int dot = time.indexOf('.');
    return dot < 0 ? time : time.substring(0, dot) + "Z";
  }

  /** What was refused; nothing of a client that was turned away unheard. */
  private static String asked(JsonNode record) {
    if (record.has("tool")) {
      return line(record, record.path("target").path("asked").asText()) + ": ";
    }
    return record.has("argv") ? words(record.path("argv"), " ") + ": " : "";
  }

  private static String what(JsonNode record) {
    if (record.has(ParsedRecord.TOO_LONG)) {
      return "record %s: its line of %s bytes is too long to be shown"
          .formatted(record.path("seq").asText(), record.path(ParsedRecord.TOO_LONG).asText());
    }
    return switch (record.path("event").asText()) {
      case "intent" -> line(record, target(record.path("target")));
      case "denied" -> asked(record) + record.path("decision").path("why").asText();
      case "result" -> outcome(record.path("outcome"));
      case "read" -> words(record.path("argv"), " ");
      case "daemon" -> record.path("action").asText() + " " + record.path("version").asText();
      case "policy" ->
          record.path("action").asText()
              + (record.has("rules")
                  ? record.path("rules").asLong() == 1
                      ? ": 1 rule"
                      : ": %d rules".formatted(record.path("rules").asLong())
                  : " " + record.path("why").asText());
      case "seal" ->
          "epoch %d, to record %d"
              .formatted(
                  record.path("seal").path("epoch").asLong(),
                  record.path("seal").path("seq").asLong());
      case "retention" ->
          "%s removed: %s".formatted(record.path("segment").asText(), record.path("why").asText());
      default -> record.path("why").asText();
    };
  }

  /** A container by its name; a user's, and a bare process, as it is typed. */
  static String target(JsonNode target) {
    String name = target.path("name").asText();
    String runtime = target.path("runtime").asText();
    if (target.has("owner")) {
      return "%s://%s/%s".formatted(runtime, target.path("owner").asText(), name);
    }
    return runtime.equals("pid") ? "pid://" + name : name;
  }

  private static String line(JsonNode record, String target) {
    JsonNode tool = record.path("tool");
    String arguments = words(tool.path("argv_typed"), " ");
    return "%s %s -- %s%s"
        .formatted(
            target,
            words(record.path("namespaces"), ","),
            tool.path("name").asText(),
            arguments.isEmpty() ? "" : " " + arguments);
  }

  private static String outcome(JsonNode outcome) {
    String took = " after %.3f s".formatted(outcome.path("duration_us").asLong() / 1e6);
    if (outcome.has("short_of")) {
      took += ", short of " + words(outcome.path("short_of"), " and ");
    }
    if (outcome.has("exit")) {
      return "exit " + outcome.path("exit").asInt() + took;
    }
    if (outcome.has("signal")) {
      return "signal " + outcome.path("signal").asInt() + took;
    }
    if (outcome.has("timeout")) {
      return "timed out" + took;
    }
    return "not run: " + outcome.path("why").asText();
  }

  private static String words(JsonNode list, String separator) {
    StringJoiner joined = new StringJoiner(separator);
    list.forEach(element -> joined.add(element.asText()));
    return joined.toString();
  }

  /** Every member on a line of its own, what is in another one behind its name. */
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
        String shown = value.isArray() ? words(value, " ") : value.asText();
        text.append("%-24s %s\n".formatted(name, RawText.printable(shown)));
      }
    }
  }
}
