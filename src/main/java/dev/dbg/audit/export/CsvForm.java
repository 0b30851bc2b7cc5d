package dev.dbg.audit.export;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal.Denial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Records as lines of a table, RFC 4180, for spreadsheets. What a spreadsheet would take for a
 * formula begins with an apostrophe, which it takes for the mark of a text.
 */
public final class CsvForm {
  private static final String FORMULA = "=+-@";

  private static final Map<String, Function<JsonNode, String>> COLUMNS = columns();

  private CsvForm() {}

  private static Map<String, Function<JsonNode, String>> columns() {
    Map<String, Function<JsonNode, String>> columns = new LinkedHashMap<>();
    columns.put("number", SEQ::text);
    columns.put("time", TIME::text);
    columns.put("host", HOST_NAME::text);
    columns.put("event", EVENT::text);
    columns.put("kind", record -> Event.denial(record).map(Denial::word).orElse(""));
    columns.put("operator", OPERATOR_USER::text);
    columns.put("from", OPERATOR_SOURCE::text);
    columns.put("session", SESSION::text);
    columns.put("shell", SHELL::text);
    columns.put("container", Forms::container);
    columns.put("image", TARGET_IMAGE::text);
    columns.put("namespaces", record -> NAMESPACES.words(record, ","));
    columns.put("tool", TOOL_NAME::text);
    columns.put("arguments", record -> TOOL_ARGV_TYPED.words(record, " "));
    columns.put("reason", REASON::text);
    columns.put("rule", DECISION_RULE::text);
    columns.put("why", record -> DECISION_WHY.find(record).orElse(WHY.text(record)));
    columns.put("outcome", record -> OUTCOME.isIn(record) ? Forms.outcome(record) : "");
    columns.put("microseconds", OUTCOME_DURATION_US::text);
    columns.put("recorded", RECORDED::text);
    return columns;
  }

  /** The line with the names of the columns. */
  public static String heading() {
    return line(COLUMNS.keySet().stream());
  }

  public static String line(JsonNode record) {
    return line(COLUMNS.values().stream().map(column -> column.apply(record)));
  }

  private static String line(Stream<String> cells) {
    return cells.map(CsvForm::cell).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String cell(String text) {
    String shown = RawText.printable(text);
    boolean isFormula = !shown.isEmpty() && FORMULA.indexOf(shown.charAt(0)) >= 0;
    return "\"%s%s\"".formatted(isFormula ? "'" : "", shown.replace("\"", "\"\""));
  }
}
