package dev.dbg.complete;

import dev.dbg.tools.argument.ArgumentGrammar;
import dev.dbg.tools.argument.ArgumentGrammar.TypedOption;
import dev.dbg.tools.value.ValueType;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The arguments that could be typed next after a tool: options of its entry that a rule permits,
 * the values of an option, sub-commands, operands. A pure function of the words.
 *
 * @param isPermitted whether a rule permits an option, by the spelling that is passed to the tool
 */
record ArgumentCandidates(Predicate<String> isPermitted, Candidates candidates) {
  /**
   * Adds them.
   *
   * @param before the arguments before the word that is being typed
   */
  void add(ArgumentGrammar whole, List<String> before) {
    ArgumentGrammar grammar = whole;
    @Nullable TypedOption open = null;
    boolean onlyOperands = false;
    for (String word : before) {
      if (open != null) {
        open = null;
      } else if (word.equals("--")) {
        onlyOperands = true;
      } else if (!onlyOperands && isOption(word)) {
        TypedOption option = grammar.options().get(word);
        open = option == null || option.optional() ? null : option;
      } else if (grammar.commands().containsKey(word)) {
        grammar = grammar.commands().get(word).grammar();
      }
    }
    if (open != null) {
      addValues(open.type(), "");
    } else if (!onlyOperands && isOption(candidates.typed())) {
      addOptions(grammar);
    } else {
      grammar.commands().keySet().forEach(candidates::add);
      grammar.operandTypes().forEach(type -> addValues(type, ""));
      if (candidates.isEmpty() && !onlyOperands) {
        addOptions(grammar);
      }
    }
  }

  private static boolean isOption(String word) {
    return word.startsWith("-") || word.startsWith("+");
  }

  private void addOptions(ArgumentGrammar grammar) {
    int equals = candidates.typed().indexOf('=');
    if (equals > 0) {
      TypedOption option = grammar.options().get(candidates.typed().substring(0, equals));
      if (option != null) {
        addValues(option.type(), candidates.typed().substring(0, equals + 1));
      }
      return;
    }
    grammar
        .flags()
        .forEach(
            (spelling, passed) -> {
              if (isPermitted.test(passed)) {
                candidates.add(spelling);
              }
            });
    grammar
        .options()
        .forEach(
            (spelling, option) -> {
              if (isPermitted.test(option.spelling())) {
                candidates.add(spelling, option.type().description());
              }
            });
  }

  private void addValues(ValueType type, String prefix) {
    switch (type) {
      case ValueType.Choice choice -> choice.words().forEach(word -> candidates.add(prefix + word));
      case ValueType.Named named when named == ValueType.Named.INTERFACE -> {
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
