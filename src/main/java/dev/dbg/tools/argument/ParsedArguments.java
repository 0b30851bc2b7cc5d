package dev.dbg.tools.argument;

import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * An operator's arguments, parsed with a tool's grammar, which accepts all of them.
 *
 * @param commands the sub-commands, the outermost first
 * @param options every flag and option, of the tool and of its sub-commands, as typed in order
 * @param operands the innermost command's operands, as rules see them: paths are absolute
 * @param operandTypes the type of each operand, or all possible types where the entry leaves it
 *     open
 * @param showsAll whether no operand says which one is meant, and the tool therefore shows
 *     everything
 * @param canonical the arguments as they will be passed to the tool
 * @param shown the same with secrets hidden
 */
public record ParsedArguments(
    List<String> commands,
    List<Given> options,
    List<String> operands,
    List<Set<ValueType>> operandTypes,
    boolean showsAll,
    List<String> canonical,
    List<String> shown) {
  public ParsedArguments {
    commands = List.copyOf(commands);
    options = List.copyOf(options);
    operands = List.copyOf(operands);
    operandTypes = List.copyOf(operandTypes);
    canonical = List.copyOf(canonical);
    shown = List.copyOf(shown);
  }

  /** Arguments without a sub-command. */
  ParsedArguments(
      ArgumentGrammar grammar,
      List<String> commands,
      List<Given> options,
      List<String> operands,
      List<String> words,
      List<Set<ValueType>> operandTypes,
      boolean showsAll) {
    this(
        commands,
        options,
        operands,
        operandTypes,
        showsAll,
        rebuilt(grammar, options, words, false),
        rebuilt(grammar, options, shown(words, operandTypes), true));
  }

  /**
   * The same for a rule, if the tool shows all of {@code directory} without an operand: that
   * directory is what is permitted or not.
   */
  ParsedArguments showing(String directory) {
    return !showsAll || !operands.isEmpty()
        ? this
        : new ParsedArguments(
            commands,
            options,
            List.of(directory),
            List.of(Set.of(ValueType.Named.PATH)),
            false,
            canonical,
            shown);
  }

  /** The paths among them, absolute: operands that may be one, and options' values. */
  public List<String> paths() {
    List<String> paths =
        options.stream()
            .filter(Given::isPath)
            .flatMap(option -> option.value().stream())
            .collect(Collectors.toList());
    for (int i = 0; i < operands.size(); i++) {
      if (operandTypes.get(i).stream().anyMatch(ValueType::isPath)) {
        paths.add(operands.get(i));
      }
    }
    return paths;
  }

  /** These arguments after a sub-command. */
  ParsedArguments after(ArgumentGrammar outer, String command, List<Given> before) {
    return new ParsedArguments(
        joined(List.of(command), commands),
        joined(before, options),
        operands,
        operandTypes,
        showsAll,
        joined(rebuilt(outer, before, List.of(command), false), canonical),
        joined(rebuilt(outer, before, List.of(command), true), shown));
  }

  /**
   * A flag or option that was given.
   *
   * @param spelling the spelling that is passed to the tool
   * @param type the type of its value; empty for a flag
   * @param value as rules see it: a path is absolute; empty for a flag, and for a missing optional
   *     value
   * @param word the value as the tool gets it
   * @param elsewhere whether it may make the tool look elsewhere than its operands say
   * @param byName whether only a rule permits it that names it
   * @param apart whether the value is always a separate word
   */
  public record Given(
      String spelling,
      Optional<ValueType> type,
      Optional<String> value,
      Optional<String> word,
      boolean secret,
      boolean elsewhere,
      boolean byName,
      boolean apart) {
    public boolean isPath() {
      return type.isPresent() && type.get().isPath();
    }

    /** The option, with a secret value hidden. */
    public String shown() {
      return words(true).collect(Collectors.joining(" "));
    }

    /** Whether it is passed to the tool in any case. */
    boolean isOneOf(List<String> always) {
      List<String> words = words(false).toList();
      return words.size() == 1 && always.contains(words.get(0));
    }

    private Stream<String> words(boolean hidden) {
      if (word.isEmpty()) {
        return Stream.of(spelling);
      }
      String plain = word.get();
      String text =
          !hidden
              ? plain
              : secret ? Redaction.HIDDEN : Redaction.ofValue(plain, type.stream().toList());
      if (spelling.endsWith("=")) {
        return Stream.of(spelling + text);
      }
      return !apart && (spelling.startsWith("--") || spelling.startsWith("+"))
          ? Stream.of(spelling + "=" + text)
          : Stream.of(spelling, text);
    }
  }

  private static List<String> shown(List<String> operands, List<Set<ValueType>> types) {
    return IntStream.range(0, operands.size())
        .mapToObj(i -> Redaction.ofValue(operands.get(i), types.get(i)))
        .toList();
  }

  private static List<String> rebuilt(
      ArgumentGrammar grammar, List<Given> options, List<String> words, boolean hidden) {
    List<String> given =
        options.stream()
            .filter(option -> !option.isOneOf(grammar.always()))
            .flatMap(option -> option.words(hidden))
            .toList();
    return joined(
        grammar.always(), grammar.operandsFirst() ? joined(words, given) : joined(given, words));
  }

  private static <T> List<T> joined(List<T> first, List<T> then) {
    List<T> both = new ArrayList<>(first);
    both.addAll(then);
    return both;
  }
}
