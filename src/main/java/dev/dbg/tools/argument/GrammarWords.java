package dev.dbg.tools.argument;

import dev.dbg.tools.argument.ArgumentGrammar.Command;
import dev.dbg.tools.argument.ArgumentGrammar.TypedOption;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a grammar accepts as a plain list, for help and for the completion of a shell. */
public final class GrammarWords {
  private GrammarWords() {}

  public enum WordKind {
    FLAG,
    OPTION,
    COMMAND
  }

  /**
   * A flag, an option, or a sub-command.
   *
   * @param spellings the one that is passed to the tool first
   * @param option its value, if it takes one
   * @param byName whether only a rule permits it that names it
   */
  public record Word(
      WordKind kind, List<String> spellings, Optional<TypedOption> option, boolean byName) {
    public Word {
      spellings = List.copyOf(spellings);
    }
  }

  /**
   * What may come next.
   *
   * @param words flags, options and sub-commands; empty where only a value may follow
   * @param values the types of a value or an operand that may follow
   */
  public record Next(List<Word> words, Set<ValueType> values) {
    public Next {
      words = List.copyOf(words);
      values = Set.copyOf(values);
    }
  }

  /** All flags, options and sub-commands of one level, in the order of the tool's file. */
  public static List<Word> of(ArgumentGrammar grammar) {
    Map<String, List<String>> flags = new LinkedHashMap<>();
    grammar.flags().forEach((spelling, given) -> add(flags, given, spelling));
    Map<String, List<String>> options = new LinkedHashMap<>();
    grammar.options().forEach((spelling, option) -> add(options, option.spelling(), spelling));
    Map<String, List<String>> commands = new LinkedHashMap<>();
    grammar.commands().forEach((name, command) -> add(commands, command.spelling(), name));
    List<Word> words = new ArrayList<>();
    Set<String> byName = grammar.onlyByName();
    flags.forEach(
        (given, all) ->
            words.add(new Word(WordKind.FLAG, all, Optional.empty(), byName.contains(given))));
    options.forEach(
        (given, all) ->
            words.add(
                new Word(
                    WordKind.OPTION,
                    all,
                    Optional.ofNullable(grammar.options().get(given)),
                    byName.contains(given))));
    commands
        .values()
        .forEach(all -> words.add(new Word(WordKind.COMMAND, all, Optional.empty(), false)));
    return words;
  }

  private static void add(Map<String, List<String>> all, String given, String spelling) {
    all.computeIfAbsent(given, g -> new ArrayList<>()).add(spelling);
  }

  /**
   * What may follow some words, for completion. It is read leniently: words that the grammar does
   * not accept count as operands.
   *
   * @param before the whole words after the tool's name
   */
  public static Next after(ArgumentGrammar grammar, List<String> before) {
    int operands = 0;
    for (int i = 0; i < before.size(); i++) {
      String word = before.get(i);
      Command command = grammar.commands().get(word);
      if (command != null) {
        return after(command.grammar(), before.subList(i + 1, before.size()));
      }
      Optional<TypedOption> option = awaiting(grammar, word);
      if (option.isPresent() && i + 1 == before.size()) {
        return new Next(
            option.get().optional() ? of(grammar) : List.of(), Set.of(option.get().type()));
      }
      if (option.isPresent() && !(option.get().optional() && before.get(i + 1).startsWith("-"))) {
        i++;
      } else if (!word.startsWith("-") && !word.startsWith("+")) {
        operands++;
      }
    }
    return new Next(of(grammar), operandsAt(grammar, operands, before));
  }

  /** The option that takes the next word as its value. */
  private static Optional<TypedOption> awaiting(ArgumentGrammar grammar, String word) {
    TypedOption option = grammar.options().get(word);
    if (option == null && word.matches("-[A-Za-z0-9]+")) {
      option = grammar.options().get("-" + word.charAt(word.length() - 1));
      boolean isBundle =
          word.substring(1, word.length() - 1)
              .chars()
              .allMatch(letter -> grammar.flags().containsKey("-" + (char) letter));
      option = isBundle ? option : null;
    }
    return Optional.ofNullable(option).filter(o -> !o.attached());
  }

  private static Set<ValueType> operandsAt(ArgumentGrammar grammar, int at, List<String> before) {
    Set<String> given = new LinkedHashSet<>();
    for (String word : before) {
      Optional.ofNullable(grammar.flags().get(word)).ifPresent(given::add);
      Optional.ofNullable(grammar.options().get(word)).ifPresent(o -> given.add(o.spelling()));
    }
    Set<ValueType> types = new LinkedHashSet<>();
    for (Operands form : grammar.operands().where(given)) {
      if (at < form.places().size() || (form.lastRepeats() && !form.places().isEmpty())) {
        types.add(form.place(at));
      }
    }
    return types;
  }
}
