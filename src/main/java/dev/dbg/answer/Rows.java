package dev.dbg.answer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Lists things: as a table for people, or as one line of JSON each. */
final class Rows<T> {
  private final Map<String, Function<T, String>> columns = new LinkedHashMap<>();
  private final Map<String, Function<T, Object>> fields = new LinkedHashMap<>();

  Rows<T> column(String heading, Function<T, String> cell) {
    columns.put(heading, cell);
    return this;
  }

  /** A member of the JSON; an empty Optional leaves it out. */
  Rows<T> field(String name, Function<T, Object> value) {
    fields.put(name, value);
    return this;
  }

  String text(List<T> things, boolean json) {
    if (json) {
      StringBuilder lines = new StringBuilder();
      for (T thing : things) {
        Map<String, Object> line = new LinkedHashMap<>();
        fields.forEach(
            (name, value) ->
                present(value.apply(thing)).ifPresent(member -> line.put(name, member)));
        lines.append(Json.of(line)).append('\n');
      }
      return lines.toString();
    }
    List<List<String>> table = new ArrayList<>();
    table.add(List.copyOf(columns.keySet()));
    things.forEach(
        thing -> table.add(columns.values().stream().map(cell -> cell.apply(thing)).toList()));
    return TextTable.of(table);
  }

  private static Optional<?> present(Object value) {
    return value instanceof Optional<?> optional ? optional : Optional.of(value);
  }
}
