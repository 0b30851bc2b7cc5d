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

/**
 * One pass over one command line, by the rules of getopt_long(3) without abbreviations and without
 * reordering.
 */
final class ArgumentWalk {
  private static final String END_OF_OPTIONS = "--";

  private final ArgumentGrammar grammar;
  private final List<String> typed;
  private final Redaction redaction;
  private final List<String> commands = new ArrayList<>();
  private final List<Given> given = new ArrayList<>();
  private final List<String> words = new ArrayList<>();
  private final List<Integer> places = new ArrayList<>();
  private final Map<String, Integer> counts = new HashMap<>();

  /** The index of the next word. */
  private int at;

  ArgumentWalk(ArgumentGrammar grammar, List<String> typed) {
    this(grammar, typed, 0, new Redaction(typed, grammar.hasSecrets()));
  }

  private ArgumentWalk(ArgumentGrammar grammar, List<String> typed, int at, Redaction redaction) {
    this.grammar = grammar;
    this.typed = typed;
    this.at = at;
    this.redaction = redaction;
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
      } else if (!grammar.commands().isEmpty()) {
        return command(word);
      } else {
        redaction.show(at);
        places.add(at);
        words.add(word);
      }
    }
    List<Operands> forms = grammar.operands().where(spellings());
    requireOperands(forms);
    requireNeeded();
    if (!words.isEmpty() && !grammar.operandsFirst()) {
      requireValueOfLast();
    }
    return new ParsedArguments(
        grammar,
        commands,
        given,
        words,
        OperandForms.types(forms, words),
        words.isEmpty() && grammar.operands().showsAllWithout(forms));
  }

  /**
   * Skips the words that are always passed to the tool, so that a canonical line is accepted and
   * unchanged.
   */
  private void skipWhatIsAlwaysGiven() {
    int length = grammar.always().size();
    if (typed.size() - at >= length && typed.subList(at, at + length).equals(grammar.always())) {
      for (int end = at + length; at < end; at++) {
        redaction.show(at);
      }
    }
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
    for (int i = 1; i < word.length(); i++) {
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

  private void flag(String name) {
    give(grammar.flags().getOrDefault(name, name), Optional.empty(), Optional.empty(), false);
  }

  /** Takes the next word as the value; its type admits no leading dash. */
  private void next(String name, TypedOption option) throws ArgumentMistake {
    boolean isThere = at + 1 < typed.size();
    if (option.optional() && (!isThere || typed.get(at + 1).startsWith("-"))) {
      count(name, option);
      give(option.spelling(), Optional.of(option.type()), Optional.empty(), option.secret());
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
    String value = typed.get(at).substring(start);
    boolean isAccepted = option.type().accepts(value);
    // A word with a leading dash is an option where a value is expected: it may contain a secret.
    boolean isSwallowed = !isAccepted && value.startsWith("-");
    boolean hidden = option.secret() || (isSwallowed && grammar.hasSecrets());
    if (hidden) {
      redaction.hideFrom(at, start);
    } else {
      redaction.show(at);
    }
    count(name, option);
    if (!isAccepted) {
      throw new ArgumentMistake(
          at + 1,
          hidden ? Redaction.HIDDEN : Redaction.withoutPasswords(value),
          "%s takes %s".formatted(name, option.type().description()));
    }
    give(option.spelling(), Optional.of(option.type()), Optional.of(value), option.secret());
  }

  private void give(
      String spelling, Optional<ValueType> type, Optional<String> value, boolean secret) {
    boolean elsewhere = grammar.leadsElsewhere(spelling, type, value);
    boolean byName = grammar.onlyByName().contains(spelling);
    given.add(new Given(spelling, type, value, secret, elsewhere, byName, grammar.valuesApart()));
  }

  private Set<String> spellings() {
    return given.stream().map(Given::spelling).collect(Collectors.toSet());
  }

  private void count(String name, TypedOption option) throws ArgumentMistake {
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
    ParsedArguments inner = new ArgumentWalk(command.grammar(), typed, at + 1, redaction).read();
    return inner.after(grammar, command.spelling(), given);
  }

  private void requireOperands(List<Operands> forms) throws ArgumentMistake {
    if (forms.stream().anyMatch(form -> form.accepts(words))) {
      return;
    }
    if (!grammar.commands().isEmpty() && words.isEmpty()) {
      throw new ArgumentMistake(
          "one of these is missing: " + ArgumentMistake.listed(grammar.commandNames()));
    }
    throw new ArgumentMistake(
        "%s not accepted%s: %s"
            .formatted(
                words.isEmpty()
                    ? "a command line without operands is"
                    : "the operands %s are".formatted(ArgumentMistake.quoted(shownOperands())),
                with(forms),
                ArgumentMistake.forms(forms.stream().map(Operands::description).toList())));
  }

  /** The options that select these forms, for a message. */
  private static String with(List<Operands> forms) {
    Set<String> with = forms.isEmpty() ? Set.of() : forms.get(0).with();
    return with.isEmpty() ? "" : " with " + ArgumentMistake.listed(with);
  }

  /**
   * The operands for a message. An operand that matches no type may be the secret value of a
   * misspelt option.
   */
  private List<String> shownOperands() {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (grammar.hasSecrets()
          && grammar.operands().all().stream().noneMatch(f -> f.mayHold(word))) {
        redaction.hideFrom(places.get(i), 0);
        shown.add(Redaction.HIDDEN);
      } else {
        shown.add(Redaction.withoutPasswords(word));
      }
    }
    return shown;
  }

  /**
   * Refuses a last option without its optional value: the tool would take a following word as the
   * value.
   */
  private void requireValueOfLast() throws ArgumentMistake {
    if (given.isEmpty() || given.getLast().value().isPresent()) {
      return;
    }
    TypedOption last = grammar.options().get(given.getLast().spelling());
    if (last != null) {
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
                : "one of these is missing: " + ArgumentMistake.listed(oneOf));
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
