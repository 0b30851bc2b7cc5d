package dev.dbg.tools;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One form that a tool's operands may take: words and typed places, the last of which may repeat.
 * Written {@code addr show dev <interface>} or {@code <filter>...}; an empty form is no operands.
 */
record Operands(List<ValueType> places, boolean lastRepeats) {
  static final String REPEATED = "...";

  Operands {
    places = List.copyOf(places);
  }

  boolean accepts(List<String> operands) {
    boolean fits =
        lastRepeats ? operands.size() >= places.size() : operands.size() == places.size();
    if (!fits) {
      return false;
    }
    for (int i = 0; i < operands.size(); i++) {
      if (!places.get(Math.min(i, places.size() - 1)).accepts(operands.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether {@code operand} could stand anywhere in it. */
  boolean mayHold(String operand) {
    return places.stream().anyMatch(place -> place.accepts(operand));
  }

  String description() {
    if (places.isEmpty()) {
      return "no operand";
    }
    return places.stream().map(ValueType::description).collect(Collectors.joining(" "))
        + (lastRepeats ? " (and more)" : "");
  }
}
