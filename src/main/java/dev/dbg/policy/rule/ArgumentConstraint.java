package dev.dbg.policy.rule;

import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import dev.dbg.tools.argument.ParsedArguments;
import dev.dbg.tools.argument.Redaction;
import dev.dbg.tools.value.ValuePatterns;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The arguments of a tool that a rule permits. Each option and each operand is compared separately
 * and according to its type.
 *
 * @param options the options by the spelling that is passed to the tool; empty to permit all that
 *     the tool's entry accepts
 * @param operands each operand must match one of these; empty to permit all
 */
public record ArgumentConstraint(
    Optional<Map<String, Values>> options, Optional<ValuePatterns> operands) {
  /** For a tool that a rule does not narrow. */
  static final ArgumentConstraint NONE = new ArgumentConstraint(Optional.empty(), Optional.empty());

  public ArgumentConstraint {
    options = options.map(Map::copyOf);
  }

  /**
   * The permitted values of an option.
   *
   * @param any whether the rule names the option without a value
   */
  public record Values(boolean any, ValuePatterns patterns) {
    boolean permits(ParsedArguments.Given given) {
      if (any || given.type().isEmpty()) {
        return true;
      }
      ValueType type = given.type().get();
      return given.value().map(v -> patterns.permits(v, type)).orElse(patterns.permitAll());
    }

    /** Whether the rule names values, so that a path is compared with the option's own patterns. */
    boolean saysWhich() {
      return !patterns.texts().isEmpty();
    }

    private Stream<String> words(String option) {
      Stream<String> bare = any ? Stream.of(option) : Stream.of();
      return Stream.concat(bare, patterns.texts().stream().map(text -> option + " " + text));
    }
  }

  /** The first argument that it does not permit, for people; empty if it permits all. */
  Optional<String> objection(ParsedArguments arguments) {
    for (ParsedArguments.Given given : arguments.options()) {
      if (!isPermitted(given)) {
        return Optional.of(
            "does not permit %s%s"
                .formatted(
                    QuotedText.of(given.shown()),
                    given.byName() ? ", as it would have to name it: dbg-policy(5)" : ""));
      }
      if (given.elsewhere() && !isPermittedElsewhere(given)) {
        return Optional.of(
            "permits only operands like %s, and not %s, which may lead elsewhere or show others: a rule must name it"
                .formatted(words(operands.orElseThrow()), QuotedText.of(given.shown())));
      }
    }
    return operands.flatMap(patterns -> objection(patterns, arguments));
  }

  private static Optional<String> objection(ValuePatterns patterns, ParsedArguments arguments) {
    for (int i = 0; i < arguments.operands().size(); i++) {
      String operand = arguments.operands().get(i);
      Set<ValueType> types = arguments.operandTypes().get(i);
      if (!patterns.permits(operand, types)) {
        return Optional.of(
            "permits only operands like %s, not '%s'%s"
                .formatted(
                    words(patterns),
                    QuotedText.of(RawText.printable(Redaction.ofValue(operand, types))),
                    types.size() < 2
                        ? ""
                        : ", which the tool could take for "
                            + types.stream()
                                .map(ValueType::description)
                                .sorted()
                                .collect(Collectors.joining(" and for "))));
      }
    }
    return arguments.showsAll() && !patterns.permitNone()
        ? Optional.of(
            "permits only operands like %s: %s"
                .formatted(
                    words(patterns), arguments.operands().isEmpty() ? "give one" : "say which"))
        : Optional.empty();
  }

  /** The permitted arguments, for people. */
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
                            .flatMap(option -> option.getValue().words(option.getKey()))
                            .collect(Collectors.joining(", "))));
    operands.ifPresent(
        patterns ->
            words.add(
                patterns.texts().isEmpty()
                    ? "it has no operand"
                    : "its operands are like " + words(patterns)));
    return words;
  }

  private boolean isPermitted(ParsedArguments.Given given) {
    if (options.isEmpty()) {
      return !given.byName();
    }
    Values values = options.get().get(given.spelling());
    return values != null && values.permits(given);
  }

  /**
   * Whether an option that may make the tool look elsewhere is permitted together with restricted
   * operands: if the rule names it, or if its value matches the operands' patterns. A path must
   * match a pattern of the option or of the operands.
   */
  private boolean isPermittedElsewhere(ParsedArguments.Given given) {
    if (operands.isEmpty() || operands.get().permitAll()) {
      return true;
    }
    Optional<Values> named = options.map(permitted -> permitted.get(given.spelling()));
    if (named.isPresent() && (!given.isPath() || named.get().saysWhich())) {
      return true;
    }
    return given.value().isPresent()
        && given.type().isPresent()
        && operands.get().permits(given.value().get(), given.type().get());
  }

  private static String words(ValuePatterns patterns) {
    return String.join(", ", patterns.texts());
  }
}
