package dev.dbg.tools.argument;

import dev.dbg.model.Glob;
import dev.dbg.toml.Nearest;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What may follow a tool's name, argument by argument. Free arguments are an exec in disguise: what
 * this does not know is refused, and what it knows is rebuilt, so that the tool reads what was
 * decided and nothing else: no abbreviations, each flag by itself, one spelling an option, no
 * option more often than it may be given, options on one side of the operands. dbg-tools(5).
 *
 * @param flags every spelling of every flag, with the one that the tool is given
 * @param options every spelling of every option that takes a value
 * @param operands the forms that the operands may take
 * @param commands every spelling of every sub-command; what follows one is its grammar's
 * @param always what the tool is given first, whatever is typed
 * @param needs sets of flags and options, of each of which one must be given
 * @param operandsFirst whether the tool wants its operands before its options, as find(1) does
 * @param valuesApart whether the value of a long option is a word of its own, as curl(1) wants it
 * @param elsewhere options that make the tool look elsewhere than its operands say, by the spelling
 *     that it is given, with those of their values that do
 */
public record ArgumentGrammar(
    Map<String, String> flags,
    Map<String, TypedOption> options,
    OperandForms operands,
    Map<String, Command> commands,
    List<String> always,
    List<Set<String>> needs,
    boolean operandsFirst,
    boolean valuesApart,
    Map<String, Glob> elsewhere) {
  /** Fewer letters are nearly everything's neighbour. */
  private static final int SHORTEST_SUGGESTED = 4;

  public ArgumentGrammar {
    flags = Map.copyOf(flags);
    options = Map.copyOf(options);
    commands = Map.copyOf(commands);
    always = List.copyOf(always);
    needs = List.copyOf(needs);
    elsewhere = Map.copyOf(elsewhere);
  }

  /**
   * An option that takes a value.
   *
   * @param spelling the one that the tool is given
   * @param optional whether the value may be missing; it is one if no dash starts the next word
   * @param most how often it may be given
   * @param secret whether its value is hidden wherever it would be shown or written down
   */
  public record TypedOption(
      String spelling, ValueType type, boolean optional, int most, boolean secret) {}

  /** A sub-command, by the spelling that the tool is given. */
  public record Command(String spelling, ArgumentGrammar grammar) {}

  /**
   * Reads what an operator typed.
   *
   * @param typed without the tool's name
   */
  public ParsedArguments read(List<String> typed) throws ArgumentMistake {
    return new ArgumentWalk(this, typed).read();
  }

  /** The arguments as the tool will be given them. */
  public List<String> canonical(List<String> typed) throws ArgumentMistake {
    return read(typed).canonical();
  }

  /** What was typed as it may be shown and recorded, whether it is accepted or not. */
  public List<String> shown(List<String> typed) {
    return new ArgumentWalk(this, typed).shown();
  }

  /** The spellings that the tool can be given, of this and of its sub-commands. */
  public Set<String> spellings() {
    Set<String> all = new TreeSet<>(flags.values());
    options.values().forEach(option -> all.add(option.spelling()));
    commands.values().forEach(command -> all.addAll(command.grammar().spellings()));
    return all;
  }

  /** Every type that an operand may be of, of this and of its sub-commands. */
  public Set<ValueType> operandTypes() {
    Set<ValueType> types = new HashSet<>(operands.types());
    commands.values().forEach(command -> types.addAll(command.grammar().operandTypes()));
    return types;
  }

  /** Every type of the values of an option, by the spelling that the tool is given. */
  public Set<ValueType> valueTypes(String spelling) {
    Set<ValueType> types = new HashSet<>();
    options.values().stream()
        .filter(option -> option.spelling().equals(spelling))
        .forEach(option -> types.add(option.type()));
    commands.values().forEach(command -> types.addAll(command.grammar().valueTypes(spelling)));
    return types;
  }

  /** The types of the values that may lead elsewhere than the operands say. */
  public Set<ValueType> elsewhereTypes() {
    Set<ValueType> types = new HashSet<>();
    for (TypedOption option : options.values()) {
      if (leadsElsewhere(option.spelling(), Optional.of(option.type()), Optional.empty())) {
        types.add(option.type());
      }
    }
    commands.values().forEach(command -> types.addAll(command.grammar().elsewhereTypes()));
    return types;
  }

  /**
   * Whether an option may make the tool look elsewhere than its operands say: one that the entry
   * calls so, and a path beside operands that are paths.
   */
  boolean leadsElsewhere(String spelling, Optional<ValueType> type, Optional<String> value) {
    Glob values = elsewhere.get(spelling);
    boolean isCalledSo =
        values != null && value.map(v -> values.matches(v.toLowerCase(Locale.ROOT))).orElse(true);
    return isCalledSo || (type.isPresent() && type.get().isPath() && operands.hasPaths());
  }

  public boolean hasSecrets() {
    return options.values().stream().anyMatch(TypedOption::secret)
        || commands.values().stream().anyMatch(command -> command.grammar().hasSecrets());
  }

  /** Whether a word that starts with a plus sign is an option, as dig(1) has them. */
  boolean hasPlusOptions() {
    return flags.keySet().stream().anyMatch(s -> s.startsWith("+"))
        || options.keySet().stream().anyMatch(s -> s.startsWith("+"));
  }

  /** The known spelling that an unknown one was probably to be. */
  Optional<String> suggestion(String unknown) {
    if (unknown.length() < SHORTEST_SUGGESTED) {
      return Optional.empty();
    }
    Set<String> known = new LinkedHashSet<>(flags.keySet());
    known.addAll(options.keySet());
    known.addAll(commands.keySet());
    List<String> longer = known.stream().filter(s -> s.startsWith(unknown)).toList();
    return longer.size() == 1 ? Optional.of(longer.get(0)) : Nearest.to(unknown, known);
  }

  /** What would be accepted, short: {@code -tulnp --tos -f VALUE are}. */
  String accepted() {
    StringBuilder letters = new StringBuilder();
    List<String> words = new ArrayList<>();
    for (String flag : new TreeSet<>(flags.values())) {
      if (flag.length() == 2 && flag.startsWith("-")) {
        letters.append(flag.charAt(1));
      } else {
        words.add(flag);
      }
    }
    options.values().stream()
        .map(option -> option.spelling() + (option.optional() ? " [VALUE]" : " VALUE"))
        .distinct()
        .sorted()
        .forEach(words::add);
    if (!letters.isEmpty()) {
      words.addFirst("-" + letters);
    }
    return words.isEmpty() ? "it takes no option" : String.join(" ", words) + " are";
  }

  /** The sub-commands by the spelling that the tool is given. */
  String acceptedCommands() {
    return String.join(
        ", ", new TreeSet<>(commands.values().stream().map(Command::spelling).toList()));
  }
}
