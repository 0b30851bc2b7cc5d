package dev.dbg.policy;

import dev.dbg.tools.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What of a tool's arguments a rule permits: each option and each operand is looked at by itself,
 * never the line as a whole.
 *
 * @param options the options by the spelling that the tool is given, with a pattern for the value;
 *     empty when all that the tool's entry accepts are permitted
 * @param operands patterns, of which one must match, for each operand; empty when all are permitted
 */
public record Narrowing(Optional<Map<String, List<Glob>>> options, Optional<List<Glob>> operands) {
  public Narrowing {
    options = options.map(Map::copyOf);
    operands = operands.map(List::copyOf);
  }

  /** What of the arguments it does not permit, for people; empty when it permits all of them. */
  Optional<String> objection(Reading arguments) {
    for (Reading.Given given : arguments.options()) {
      if (!permits(given)) {
        return Optional.of("does not permit " + given.shown());
      }
    }
    for (String operand : arguments.operands()) {
      if (operands.isPresent() && operands.get().stream().noneMatch(g -> g.matches(operand))) {
        return Optional.of("permits operands like " + words(operands.get()) + " only");
      }
    }
    return Optional.empty();
  }

  /** What it permits, for people. */
  List<String> words() {
    List<String> words = new ArrayList<>();
    options.ifPresent(
        permitted ->
            words.add(
                permitted.isEmpty()
                    ? "it has no option"
                    : "it has no option but "
                        + permitted.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .flatMap(
                                option ->
                                    option.getValue().stream().map(g -> words(option.getKey(), g)))
                            .collect(Collectors.joining(", "))));
    operands.ifPresent(
        globs ->
            words.add(
                globs.isEmpty() ? "it has no operand" : "its operands are like " + words(globs)));
    return words;
  }

  private static String words(String option, Glob value) {
    return value.matchesAll() ? option : option + " " + value;
  }

  private boolean permits(Reading.Given given) {
    if (options.isEmpty()) {
      return true;
    }
    List<Glob> values = options.get().get(given.spelling());
    return values != null
        && given.value().map(v -> values.stream().anyMatch(g -> g.matches(v))).orElse(true);
  }

  private static String words(List<Glob> globs) {
    return String.join(", ", globs.stream().map(Glob::toString).toList());
  }
}
