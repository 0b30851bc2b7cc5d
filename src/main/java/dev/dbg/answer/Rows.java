package dev.dbg.answer;

import dev.dbg.audit.record.Json;
import dev.dbg.model.RawText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Prints objects as a table, or as one JSON object a line. */
final class Rows<T> {
  private final Map<String, Function<T, String>> columns = new LinkedHashMap<>();
  private final Map<String, Function<T, Object>> fields = new LinkedHashMap<>();

  Rows<T> column(String heading, Function<T, String> cell) {
    columns.put(heading, cell);
    return this;
  }

  /** Adds a member to the JSON objects. An empty Optional leaves the member out. */
  Rows<T> field(String name, Function<T, Object> value) {
    fields.put(name, value);
    return this;
  }

  String text(List<T> things, boolean json) {
    StringBuilder text = new StringBuilder();
    print(things, json, text::append);
    return text.toString();
  }

  /** Prints a few lines at a time: untrusted input decides how long the list is. */
  void print(List<T> things, boolean json, Consumer<String> out) {
    if (json) {
      things.forEach(thing -> out.accept(json(thing)));
    } else {
      List<String> headings = List.copyOf(columns.keySet());
      int[] widths = TextTable.widths(List.of(headings));
      things.forEach(thing -> TextTable.widen(widths, cells(thing)));
      out.accept(TextTable.line(headings, widths) + "\n");
      things.forEach(thing -> out.accept(TextTable.line(cells(thing), widths) + "\n"));
    }
  }

  private String json(T thing) {
    Map<String, Object> line = new LinkedHashMap<>();
    fields.forEach(
        (name, value) -> present(value.apply(thing)).ifPresent(member -> line.put(name, member)));
    return Json.of(line) + "\n";
  }

  private List<String> cells(T thing) {
    return columns.values().stream().map(cell -> RawText.printable(cell.apply(thing))).toList();
  }

  private static Optional<?> present(Object value) {
    return value instanceof Optional<?> optional ? optional : Optional.of(value);
  }
}
