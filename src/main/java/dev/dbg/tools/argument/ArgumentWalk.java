package dev.dbg.tools.argument;

import dev.dbg.tools.argument.ArgumentGrammar.TypedOption;
import dev.dbg.tools.argument.ParsedArguments.Given;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** One pass over a command, as getopt_long(3) without abbreviations and reordering. */
final class ArgumentWalk {
  private static final String END_OF_OPTIONS = "--";

  private final ArgumentGrammar grammar;
  private final List<String> typed;
  private final String directory;
  private final Redaction redaction;
  private final List<String> commands = new ArrayList<>();
  private final List<Given> given = new ArrayList<>();
  private final TypedOperands operands;
  private final Map<String, Integer> counts = new HashMap<>();

  /** The index of the next word. */
  private int at;

  ArgumentWalk(ArgumentGrammar grammar, List<String> typed, String directory) {
    this(grammar, typed, directory, 0, new Redaction(typed, grammar.hasSecrets()));
  }

  private ArgumentWalk(
      ArgumentGrammar grammar, List<String> typed, String directory, int at, Redaction redaction) {
    this.grammar = grammar;
    this.typed = typed;
    this.directory = directory;
    this.at = at;
    this.redaction = redaction;
    this.operands = new TypedOperands(grammar, typed, redaction);
  }

  /** The typed words with secrets hidden, as far as the words can be parsed. */
  List<String> shown() {
    try {
      ParsedArguments _ = read();
    } catch (ArgumentMistake e) {
      // Words that could not be parsed stay hidden if the tool has secret options.
    }
    return redaction.shown();
  }

  ParsedArguments read() throws ArgumentMistake {
    skipWhatIsAlwaysGiven();
    bareBundle();
    boolean optionsEnded = false;
    for (; at < typed.size(); at++) {
      String word = typed.get(at);
      if (!optionsEnded && word.equals(END_OF_OPTIONS)) {
        optionsEnded = true;
        redaction.show(at);
      } else if (!optionsEnded && (word.startsWith("--") || isPlusOption(word))) {
        longOption(word);
      } else if (!optionsEnded && word.startsWith("-") && word.length() > 1) {
        shortOptions(word);
      } else if (!optionsEnded && grammar.isBareFlag(word)) {
        redaction.show(at);
        flag(word);
      } else if (!grammar.commands().isEmpty()) {
        return command(word);
      } else {
        operands.add(at);
      }
    }
    List<String> words = operands.words();
    List<Operands> forms = grammar.operands().where(spellings());
    requireOperands(forms);
    requireNeeded();
    List<Set<ValueType>> types = OperandForms.types(forms, words);
    if (!words.isEmpty() && !grammar.operandsFirst()) {
      requireValueOfLast();
    }
    operands.show(types);
    return new ParsedArguments(
        grammar,
        commands,
        given,
        operands.meant(types, base()),
        operands.given(types),
        types,
        grammar.operands().showAllWith(words, forms));
  }

  /** Skips words that are always passed to the tool, so a canonical command is accepted. */
  private void skipWhatIsAlwaysGiven() {
    int length = grammar.always().size();
    if (typed.size() - at >= length && typed.subList(at, at + length).equals(grammar.always())) {
      for (int end = at + length; at < end; at++) {
        redaction.show(at);
      }
    }
  }

  /** {@code cf -}: the letters of the first word, whose values are the next words. */
  private void bareBundle() throws ArgumentMistake {
    if (!grammar.manner().bareBundle()
        || at == typed.size()
        || !typed.get(at).matches("[A-Za-z]+")) {
      return;
    }
    String word = typed.get(at);
    redaction.show(at);
    int first = at;
    for (int i = 0; i < word.length(); i++) {
      String letter = "-" + word.charAt(i);
      TypedOption option = grammar.options().get(letter);
      if (option != null) {
        next(letter, option);
      } else if (grammar.flags().containsKey(letter)) {
        flag(letter);
      } else {
        at = first;
        throw unknown(word, letter);
      }
    }
    at++;
  }

  /** The directory of relative operands. */
  private String base() {
    return grammar.manner().base().stream()
        .flatMap(option -> given.stream().filter(g -> g.spelling().equals(option)))
        .flatMap(option -> option.value().stream())
        .findFirst()
        .orElse(directory);
  }

  private boolean isPlusOption(String word) {
    return word.startsWith("+") && grammar.hasPlusOptions();
  }

  private void longOption(String word) throws ArgumentMistake {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    if (equals < 0 && grammar.flags().containsKey(name)) {
      redaction.show(at);
      flag(name);
      return;
    }
    TypedOption option = grammar.options().get(name);
    if (option == null) {
      throw unknown(word, "");
    }
    if (equals < 0) {
      redaction.show(at);
      next(name, option);
    } else {
      add(name, option, equals + 1);
    }
  }

  /** A whole flag or option ({@code -4}, {@code -family}), else a bundle of letters. */
  private void shortOptions(String word) throws ArgumentMistake {
    if (grammar.flags().containsKey(word)) {
      redaction.show(at);
      flag(word);
      return;
    }
    TypedOption whole = grammar.options().get(word);
    if (whole != null) {
      redaction.show(at);
      next(word, whole);
      return;
    }
    int attached = word.indexOf('=') + 1;
    TypedOption attaching = grammar.options().get(word.substring(0, attached));
    if (attaching != null) {
      add(attaching.spelling(), attaching, attached);
      return;
    }
    int first = number(word);
    for (int i = first; i < word.length(); i++) {
      String letter = "-" + word.charAt(i);
      TypedOption option = grammar.options().get(letter);
      if (option != null) {
        if (i + 1 < word.length()) {
          add(letter, option, i + 1);
        } else {
          redaction.show(at);
          next(letter, option);
        }
        return;
      }
      if (!grammar.flags().containsKey(letter)) {
        throw unknown(word, letter);
      }
      flag(letter);
    }
    redaction.show(at);
  }

  /** {@code -20} is {@code -n 20} where an option may be written so; returns what follows it. */
  private int number(String word) throws ArgumentMistake {
    TypedOption option = grammar.options().get(GrammarReader.NUMBER);
    int end = 1;
    while (option != null && end < word.length() && "0123456789".indexOf(word.charAt(end)) >= 0) {
      end++;
    }
    if (option != null && end > 1) {
      add(word.substring(0, end), option, word.substring(1, end), 1);
    }
    return end;
  }

  private void flag(String name) throws ArgumentMistake {
    redaction.requireRoom();
    give(grammar.flags().getOrDefault(name, name), Optional.empty(), false);
  }

  private void give(String spelling, Optional<ValueType> type, boolean secret) {
    give(spelling, type, Optional.empty(), Optional.empty(), secret);
  }

  /** Takes the next word as the value; its type admits no leading dash. */
  private void next(String name, TypedOption option) throws ArgumentMistake {
    boolean isThere = at + 1 < typed.size();
    if (option.optional() && (option.attached() || !isThere || typed.get(at + 1).startsWith("-"))) {
      count(name, option);
      give(option.spelling(), Optional.of(option.type()), option.secret());
      return;
    }
    if (!isThere) {
      throw new ArgumentMistake(at + 1, name, "its value is missing");
    }
    at++;
    add(name, option, 0);
  }

  /** Takes the value that begins {@code start} characters into the current word. */
  private void add(String name, TypedOption option, int start) throws ArgumentMistake {
    add(name, option, typed.get(at).substring(start), start);
  }

  private void add(String name, TypedOption option, String value, int start)
      throws ArgumentMistake {
    boolean fits = option.type().accepts(value);
    // A word with a leading dash is an option where a value is expected: it may contain a secret.
    boolean hidden = option.secret() || (!fits && value.startsWith("-") && grammar.hasSecrets());
    if (hidden) {
      redaction.hideFrom(at, start);
    } else {
      redaction.show(at, start, fits ? Set.of(option.type()) : Set.of());
    }
    count(name, option);
    if (!fits) {
      throw new ArgumentMistake(
          at + 1,
          hidden ? Redaction.HIDDEN : Redaction.withoutPasswords(value),
          "%s takes %s".formatted(name, option.type().description()));
    }
    String word = option.type().given(value);
    give(
        option.spelling(),
        Optional.of(option.type()),
        Optional.of(option.type().meant(word, directory)),
        Optional.of(word),
        option.secret());
  }

  private void give(
      String spelling,
      Optional<ValueType> type,
      Optional<String> value,
      Optional<String> word,
      boolean secret) {
    boolean elsewhere = grammar.leadsElsewhere(spelling, type, value);
    boolean byName = grammar.onlyByName().contains(spelling);
    boolean apart = grammar.manner().valuesApart();
    given.add(new Given(spelling, type, value, word, secret, elsewhere, byName, apart));
  }

  private Set<String> spellings() {
    return given.stream().map(Given::spelling).collect(Collectors.toSet());
  }

  private void count(String name, TypedOption option) throws ArgumentMistake {
    redaction.requireRoom();
    int times = counts.merge(option.spelling(), 1, Integer::sum);
    if (times > option.most()) {
      throw new ArgumentMistake(
          at + 1,
          name,
          option.most() == 1
              ? "it is given twice: once is accepted"
              : "it is given more than %d times".formatted(option.most()));
    }
  }

  private ParsedArguments command(String word) throws ArgumentMistake {
    ArgumentGrammar.Command command = grammar.commands().get(word);
    if (command == null) {
      throw new ArgumentMistake(
          at + 1, redaction.ofUnknown(at), "not accepted here: " + grammar.insteadOfCommand(word));
    }
    redaction.show(at);
    requireNeeded();
    requireValueOfLast();
    ParsedArguments inner =
        new ArgumentWalk(command.grammar(), typed, directory, at + 1, redaction).read();
    return inner.after(grammar, command.spelling(), given);
  }

  private void requireOperands(List<Operands> forms) throws ArgumentMistake {
    List<String> words = operands.words();
    if (forms.stream().anyMatch(form -> form.accepts(words))) {
      return;
    }
    if (!grammar.commands().isEmpty() && words.isEmpty()) {
      throw new ArgumentMistake(
          "one of these is missing: "
              + ArgumentMistake.listed(grammar.tool(), grammar.commandNames()));
    }
    String instead =
        grammar
            .advice()
            .ofWords(words)
            .orElseGet(
                () ->
                    ArgumentMistake.forms(
                        grammar.tool(), forms.stream().map(Operands::description).toList()));
    throw new ArgumentMistake(
        "%s not accepted%s: %s"
            .formatted(
                words.isEmpty()
                    ? "a command line without operands is"
                    : "the operands %s are".formatted(ArgumentMistake.quoted(operands.shown())),
                with(forms),
                instead));
  }

  /** The options that select these forms, for a message. */
  private String with(List<Operands> forms) {
    Set<String> with = forms.isEmpty() ? Set.of() : forms.get(0).with();
    return with.isEmpty() ? "" : " with " + ArgumentMistake.listed(grammar.tool(), with);
  }

  /** Refuses a last option without its optional value: the next word could become the value. */
  private void requireValueOfLast() throws ArgumentMistake {
    // What is always given is passed on before the others.
    Optional<Given> passed =
        given.reversed().stream().filter(one -> !one.isOneOf(grammar.always())).findFirst();
    if (passed.isEmpty() || passed.get().value().isPresent()) {
      return;
    }
    TypedOption last = grammar.options().get(passed.get().spelling());
    if (last != null && !last.attached()) {
      throw new ArgumentMistake(
          "what follows %s would be taken for its value: write another option after it"
              .formatted(last.spelling()));
    }
  }

  private void requireNeeded() throws ArgumentMistake {
    Set<String> spellings = spellings();
    for (Set<String> oneOf : grammar.needs()) {
      if (oneOf.stream().noneMatch(spellings::contains)) {
        throw new ArgumentMistake(
            oneOf.size() == 1
                ? oneOf.iterator().next() + " is missing: this tool accepts no line without it"
                : "one of these is missing: " + ArgumentMistake.listed(grammar.tool(), oneOf));
      }
    }
  }

  /**
   * An option that is not accepted.
   *
   * @param letter the first letter of the word that is not an option, as {@code -x}; empty for a
   *     long option
   */
  private ArgumentMistake unknown(String word, String letter) {
    List<String> typed = List.of(word.split("=", 2)[0], letter);
    if (grammar.hasSecrets() && !letter.isEmpty()) {
      // The text after the first letter may be a secret, so it is not used for suggestions.
      typed = word.startsWith(letter) ? List.of(letter) : List.of();
    }
    return new ArgumentMistake(
        at + 1, redaction.ofUnknown(at), "not accepted here: " + grammar.insteadOfOption(typed));
  }
}
