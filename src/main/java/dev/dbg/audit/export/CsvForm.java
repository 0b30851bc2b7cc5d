package dev.dbg.audit.export;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.message.Sentence;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordWords;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal.Denial;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Records as rows of a table, RFC 4180; an apostrophe precedes text like a formula. */
public final class CsvForm {
  /** Also behind what separates cells elsewhere, and the wide forms of these characters. */
  private static final Pattern FORMULA =
      Pattern.compile("(^|[;,|])(\\s*[=+@\\-\uff1d\uff0b\uff0d\uff20])");

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
    columns.put("arguments", Forms::arguments);
    columns.put("reason", REASON::text);
    columns.put("rule", DECISION_RULE::text);
    columns.put("why", Forms::why);
    columns.put("outcome", record -> OUTCOME.isIn(record) ? Sentence.outcome(record) : "");
    columns.put("microseconds", OUTCOME_DURATION_US::text);
    columns.put("recorded", RECORDED::text);
    columns.put("directory", TOOL_DIRECTORY::text);
    columns.put("run_as", RecordWords::runAs);
    columns.put("count", record -> Forms.counted(record).path(REPEATED_COUNT.word()).asText());
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
    return "\"%s\"".formatted(FORMULA.matcher(shown).replaceAll("$1'$2").replace("\"", "\"\""));
  }
}
