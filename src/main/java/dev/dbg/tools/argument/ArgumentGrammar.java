package dev.dbg.tools.argument;

import dev.dbg.model.Glob;
import dev.dbg.tools.value.ValueType;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The arguments that a tool accepts, dbg-tools(5). Any other argument is refused. Accepted ones are
 * rebuilt in a canonical form, so that the tool interprets them exactly as dbgd did: no
 * abbreviations, each flag in its own word, one spelling of each option, no option too often,
 * options on one side of the operands.
 *
 * <p>The spellings are in the order of the tool's file, for people who read them.
 *
 * @param tool the name of the tool whose arguments they are
 * @param flags every spelling of every flag, mapped to the one that is passed to the tool
 * @param options every spelling of every option that takes a value
 * @param operands the forms that the operands may take
 * @param commands every spelling of every sub-command; its own grammar reads what follows it
 * @param always words that are always passed to the tool first
 * @param alwaysAtTerminal the same, if the tool has a terminal of its own
 * @param needs sets of flags and options; one of each set must be given
 * @param manner how the tool reads its words
 * @param elsewhere options that make the tool look elsewhere than its operands say, by the spelling
 *     that is passed to it, and the values with which they do
 * @param onlyByName flags and options that only a rule permits that names them, by the spelling
 *     that is passed to the tool
 * @param advice what to type instead of what is refused
 */
public record ArgumentGrammar(
    String tool,
    Map<String, String> flags,
    Map<String, TypedOption> options,
    OperandForms operands,
    Map<String, Command> commands,
    List<String> always,
    List<String> alwaysAtTerminal,
    List<Set<String>> needs,
    ParsingStyle manner,
    Map<String, List<Glob>> elsewhere,
    Set<String> onlyByName,
    Advice advice) {
  private static final String TOP = "/";

  public ArgumentGrammar {
    flags = inOrder(flags);
    options = inOrder(options);
    commands = inOrder(commands);
    always = List.copyOf(always);
    alwaysAtTerminal = List.copyOf(alwaysAtTerminal);
    needs = List.copyOf(needs);
    elsewhere = Map.copyOf(elsewhere);
    onlyByName = Set.copyOf(onlyByName);
  }

  private static <T> Map<String, T> inOrder(Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /**
   * An option that takes a value.
   *
   * @param spelling the spelling that is passed to the tool
   * @param optional whether the value may be missing; the next word is the value unless it starts
   *     with a dash
   * @param attached whether a value is always attached, as in {@code --color=auto}
   * @param most how often it may be given
   * @param secret whether its value is hidden in messages and records
   */
  public record TypedOption(
      String spelling,
      ValueType type,
      boolean optional,
      boolean attached,
      int most,
      boolean secret) {
    TypedOption asSecret() {
      return new TypedOption(spelling, type, optional, attached, most, true);
    }
  }

  /** A sub-command, by the spelling that is passed to the tool. */
  public record Command(String spelling, ArgumentGrammar grammar) {}

  /** Parses the arguments of a line without {@code -w}. */
  public ParsedArguments read(List<String> typed) throws ArgumentMistake {
    return read(typed, Optional.empty());
  }

  /**
   * Parses the arguments that an operator typed. Relative paths are below the working directory;
   * without an operand, a tool that takes paths shows that directory.
   *
   * @param typed the arguments, without the tool's name
   * @param directory the tool's working directory, absolute; {@code /} if none was typed
   */
  public ParsedArguments read(List<String> typed, Optional<String> directory)
      throws ArgumentMistake {
    ParsedArguments parsed = new ArgumentWalk(this, typed, directory.orElse(TOP)).read();
    boolean takesPaths = operandTypes().stream().anyMatch(ValueType::isPath);
    return directory.isPresent() && takesPaths ? parsed.showing(directory.get()) : parsed;
  }

  /** Whether every operand is a path, so that one with a pattern's characters is a pattern. */
  public boolean takesOnlyPaths() {
    return operands.areOnlyPaths();
  }

  /** The grammar of a tool that has a terminal of its own. */
  public ArgumentGrammar atTerminal() {
    return new ArgumentGrammar(
        tool,
        flags,
        options,
        operands,
        commands,
        alwaysAtTerminal,
        alwaysAtTerminal,
        needs,
        manner,
        elsewhere,
        onlyByName,
        advice);
  }

  /** The typed arguments as they may be shown and recorded, whether they are accepted or not. */
  public List<String> shown(List<String> typed) {
    return new ArgumentWalk(this, typed, TOP).shown();
  }

  /** The spellings that can be passed to the tool, of this grammar and of its sub-commands. */
  public Set<String> spellings() {
    Set<String> all = new TreeSet<>(flags.values());
    options.values().forEach(option -> all.add(option.spelling()));
    commands.values().forEach(command -> all.addAll(command.grammar().spellings()));
    return all;
  }

  /** All types of operands, of this grammar and of its sub-commands. */
  public Set<ValueType> operandTypes() {
    Set<ValueType> types = new HashSet<>(operands.types());
    commands.values().forEach(command -> types.addAll(command.grammar().operandTypes()));
    return types;
  }

  /** The types of an option's values; the option is spelt as it is passed to the tool. */
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
    options.values().stream()
        .filter(o -> leadsElsewhere(o.spelling(), Optional.of(o.type()), Optional.empty()))
        .forEach(option -> types.add(option.type()));
    commands.values().forEach(command -> types.addAll(command.grammar().elsewhereTypes()));
    return types;
  }

  /**
   * Whether an option may make the tool look elsewhere than its operands say: the entry lists it as
   * such, or its value is a path and operands are paths too.
   */
  boolean leadsElsewhere(String spelling, Optional<ValueType> type, Optional<String> value) {
    List<Glob> values = elsewhere.getOrDefault(spelling, List.of());
    String text = value.orElse("").toLowerCase(Locale.ROOT);
    boolean isListed = values.stream().anyMatch(v -> value.isEmpty() || v.matches(text));
    return isListed || (type.isPresent() && type.get().isPath() && operands.hasPaths());
  }

  public boolean hasSecrets() {
    return options.values().stream().anyMatch(TypedOption::secret)
        || commands.values().stream().anyMatch(command -> command.grammar().hasSecrets());
  }

  /** Whether a word that starts with a plus sign is an option, as in dig(1). */
  boolean hasPlusOptions() {
    return flags.keySet().stream().anyMatch(s -> s.startsWith("+"))
        || options.keySet().stream().anyMatch(s -> s.startsWith("+"));
  }

  public boolean operandsFirst() {
    return manner.operandsFirst();
  }

  /** Whether a word without a dash is an option, as {@code !} of find(1) is. */
  boolean isBareFlag(String word) {
    return GrammarReader.BARE_FLAGS.contains(word) && flags.containsKey(word);
  }

  /** What to type instead of an option that is not accepted, given as typed and by its letter. */
  String insteadOfOption(List<String> typed) {
    Set<String> canonical = new TreeSet<>(flags.values());
    options.values().forEach(option -> canonical.add(option.spelling()));
    Set<String> known = new TreeSet<>(flags.keySet());
    known.addAll(options.keySet());
    return advice.ofOption(typed).isPresent()
        ? advice.ofOption(typed).orElseThrow()
        : canonical.isEmpty()
            ? "it takes no option"
            : ArgumentMistake.instead(tool, typed, known, canonical);
  }

  /** What to type instead of a sub-command that is not accepted. */
  String insteadOfCommand(String typed) {
    return advice
        .ofWords(List.of(typed))
        .orElseGet(
            () -> ArgumentMistake.instead(tool, List.of(typed), commands.keySet(), commandNames()));
  }

  /** The sub-commands, by the spelling that is passed to the tool. */
  Set<String> commandNames() {
    return commands.values().stream().map(Command::spelling).collect(Collectors.toSet());
  }
}
