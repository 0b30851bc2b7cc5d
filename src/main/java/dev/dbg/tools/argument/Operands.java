package dev.dbg.tools.argument;

import dev.dbg.tools.value.ValueType;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One form of a tool's operands: literal words and typed places, of which the last may repeat. It
 * is written {@code addr show dev <interface>} or {@code <filter>...}; an empty form means no
 * operands.
 *
 * @param with the options that select the form, by the spelling that is passed to the tool, as in
 *     {@code -e: <path>...}; empty for the usual forms
 */
public record Operands(Set<String> with, List<ValueType> places, boolean lastRepeats) {
  static final String REPEATED = "...";

  public Operands {
    with = Set.copyOf(with);
    places = List.copyOf(places);
  }

  boolean accepts(List<String> operands) {
    return fits(operands.size()) && holds(operands, false);
  }

  /** Returns true if a tool could read the operands in this form; any word can be a path. */
  boolean couldBe(List<String> operands) {
    return fits(operands.size()) && holds(operands, true);
  }

  /** Whether these are all words that it names, and a value of another type follows them. */
  boolean goesOnBeyond(List<String> operands) {
    int count = operands.size();
    return count < places.size()
        && holds(operands, false)
        && places.subList(0, count).stream().allMatch(ValueType.Choice.class::isInstance)
        && !places.subList(count, places.size()).stream()
            .allMatch(ValueType.Choice.class::isInstance);
  }

  private boolean fits(int count) {
    return lastRepeats ? count >= places.size() : count == places.size();
  }

  private boolean holds(List<String> operands, boolean anyPath) {
    for (int i = 0; i < operands.size(); i++) {
      ValueType place = place(i);
      if (!place.accepts(operands.get(i)) && !(anyPath && place == ValueType.Named.PATH)) {
        return false;
      }
    }
    return true;
  }

  ValueType place(int at) {
    return places.get(Math.min(at, places.size() - 1));
  }

  /** Whether {@code operand} is accepted at any place. */
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
