package dev.dbg.tools.argument;

import dev.dbg.model.Glob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to type instead of words that people do type and the tool's entry refuses on purpose.
 *
 * @param options by the spelling of an option
 * @param words by a pattern of an operand or a sub-command
 */
public record Advice(Map<String, String> options, Map<Glob, String> words) {
  public Advice {
    options = Map.copyOf(options);
    words = Map.copyOf(new LinkedHashMap<>(words));
  }

  /** For an option that is not accepted, given in several readings. */
  Optional<String> ofOption(List<String> readings) {
    return readings.stream().filter(options::containsKey).map(options::get).findFirst();
  }

  /** For operands that are not accepted. */
  Optional<String> ofWords(List<String> operands) {
    return operands.stream()
        .flatMap(
            operand ->
                words.entrySet().stream()
                    .filter(entry -> entry.getKey().matches(operand))
                    .map(Map.Entry::getValue))
        .findFirst();
  }
}
