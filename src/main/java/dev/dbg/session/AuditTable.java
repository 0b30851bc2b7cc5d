package dev.dbg.session;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.model.RawText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Records for people: a line each, or one whole. */
final class AuditTable {
  private static final List<String> HEADING =
      List.of("TIME", "EVENT", "OPERATOR", "SESSION", "WHAT");
  private static final String MORE = "…";
  private static final int LEAST = 40;

  private final int width;
  private int[] widths = {20, 9, 10, 16};

  /**
   * @param width of the terminal; 0 for lines as long as they are
   */
  AuditTable(int width) {
    this.width = width;
  }

  String of(List<List<String>> rows) {
    List<List<String>> all = new ArrayList<>();
    all.add(HEADING);
    all.addAll(rows);
    StringBuilder cut = new StringBuilder();
    String table = Tables.of(all);
    table.lines().forEach(line -> cut.append(fitted(line)).append('\n'));
    for (int i = 0; i < widths.length; i++) {
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], RawText.printable(row.get(i)).length());
      }
    }
    return cut.toString();
  }

  /** One more line, when the table has been printed. */
  String line(List<String> row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.size(); i++) {
      String cell = RawText.printable(row.get(i));
      line.append(cell);
      if (i < widths.length) {
        line.append(" ".repeat(Math.max(0, widths[i] - cell.length()) + 2));
      }
    }
    return fitted(line.toString().stripTrailing()) + "\n";
  }

  private String fitted(String line) {
    return width < LEAST || line.length() <= width ? line : line.substring(0, width - 1) + MORE;
  }

  static List<String> row(JsonNode record) {
    return List.of(
        seconds(record.path("time").asText()),
        record.path("event").asText(),
        record.path("operator").path("user").asText("-"),
        record.path("session").asText("-"),
        repeated(record) + what(record));
  }

  /** How often what it tells came, if more than once. */
  private static String repeated(JsonNode record) {
    JsonNode repeated = record.path("repeated");
    return repeated.isObject() ? repeated.path("count").asLong() + " times: " : "";
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
    return switch (record.path("event").asText()) {
      case "intent" -> line(record, target(record.path("target")));
      case "denied" -> asked(record) + record.path("decision").path("why").asText();
      case "result" -> outcome(record.path("outcome"));
      case "read" -> words(record.path("argv"), " ");
      case "daemon" -> record.path("action").asText() + " " + record.path("version").asText();
      case "policy" -> record.path("action").asText() + " " + record.path("why").asText();
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
