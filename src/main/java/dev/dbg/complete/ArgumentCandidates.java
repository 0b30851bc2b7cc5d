package dev.dbg.complete;

import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.GrammarWords;
import dev.dbg.tools.value.ValueType;
import java.util.List;
import java.util.function.Predicate;

/**
 * The arguments that could be typed next after a tool: options of its entry that a rule permits,
 * the values of an option, sub-commands, operands. A pure function of the words.
 *
 * @param isPermitted whether a rule permits a flag or an option
 */
record ArgumentCandidates(Predicate<GrammarWords.Word> isPermitted, Candidates candidates) {
  /**
   * Adds them.
   *
   * @param before the arguments before the word that is being typed
   */
  void add(ArgumentGrammar grammar, List<String> before) {
    GrammarWords.Next next = GrammarWords.after(grammar, before);
    String typed = candidates.typed();
    int equals = typed.indexOf('=');
    if (isOption(typed) && equals > 0) {
      String spelling = typed.substring(0, equals);
      next.words().stream()
          .filter(word -> word.spellings().contains(spelling))
          .flatMap(word -> word.option().stream())
          .forEach(option -> addValues(option.type(), typed.substring(0, equals + 1)));
      return;
    }
    if (!isOption(typed)) {
      next.values().forEach(type -> addValues(type, ""));
      add(next, GrammarWords.WordKind.COMMAND);
    }
    if (isOption(typed) || candidates.isEmpty()) {
      add(next, GrammarWords.WordKind.FLAG);
      add(next, GrammarWords.WordKind.OPTION);
    }
  }

  private static boolean isOption(String word) {
    return word.startsWith("-") || word.startsWith("+");
  }

  private void add(GrammarWords.Next next, GrammarWords.WordKind kind) {
    for (GrammarWords.Word word : next.words()) {
      boolean isCommand = kind == GrammarWords.WordKind.COMMAND;
      if (word.kind() == kind && (isCommand || isPermitted.test(word))) {
        String about = word.option().map(option -> option.type().description()).orElse("");
        word.spellings().stream()
            .filter(spelling -> isCommand || isOption(spelling))
            .forEach(spelling -> candidates.add(spelling, about));
      }
    }
  }

  private void addValues(ValueType type, String prefix) {
    switch (type) {
      case ValueType.Choice choice -> choice.words().forEach(word -> candidates.add(prefix + word));
      case ValueType.Named.INTERFACE, ValueType.Named.LINK -> {
        if (prefix.isEmpty()) {
          candidates.addInterfaces();
        }
      }
      default -> {
        if (type.isPath() && prefix.isEmpty()) {
          candidates.addPaths();
        }
      }
    }
  }
}
