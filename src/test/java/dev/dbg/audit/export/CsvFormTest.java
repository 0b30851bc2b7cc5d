package dev.dbg.audit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.EveryEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a spreadsheet reads. */
class CsvFormTest {
  /** A cell in quotes, in which a quote is doubled, and what follows it. */
  private static final Pattern CELL = Pattern.compile("\"((?:[^\"]|\"\")*)\"(,|\r\n)");

  @TempDir private Path directory;

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    Matcher cell = CELL.matcher(line);
    int end = 0;
    while (cell.find()) {
      assertEquals(end, cell.start(), line);
      end = cell.end();
      cells.add(cell.group(1).replace("\"\"", "\""));
    }
    assertEquals(line.length(), end, line);
    return cells;
  }

  @Test
  void every_event_is_one_line_of_as_many_cells_as_there_are_columns() throws Exception {
    List<String> columns = cells(CsvForm.heading());
    for (JsonNode record : EveryEvent.records(directory)) {
      String line = CsvForm.line(record);
      assertEquals(columns.size(), cells(line).size(), line);
      assertEquals(line.length() - 2, line.indexOf("\r\n"), line);
      assertEquals(record.path("event").asText(), cells(line).get(columns.indexOf("event")));
    }
  }

  @Test
  void what_an_operator_typed_is_a_text_and_no_formula() throws Exception {
    JsonNode record =
        new JsonMapper()
            .readTree(
                """
                {"seq":7,"event":"intent","reason":"=HYPERLINK(\\"http://x\\",\\"y\\")",
                 "tool":{"name":"ss","argv_typed":["-t","a,b\\n\\u202e"]},"shell":"@x","cwd":"/","operator":{"user":"a; =1,2|+3"},"target":{"name":"+1"}}
                """);
    List<String> cells = cells(CsvForm.line(record));
    assertTrue(cells.contains("'=HYPERLINK(\"http://x\",\"y\")"), cells::toString);
    assertTrue(cells.contains("a;' =1,2|'+3"), cells::toString);
    assertTrue(cells.contains("'@x") && cells.contains("'+1"), cells::toString);
    String arguments = cells.get(cells(CsvForm.heading()).indexOf("arguments"));
    assertTrue(
        arguments.startsWith("'-t a,b") && arguments.chars().allMatch(c -> c >= ' '), arguments);
  }
}
