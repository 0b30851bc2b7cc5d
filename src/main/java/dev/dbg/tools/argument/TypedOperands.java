package dev.dbg.tools.argument;

import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The operands of one command line, as they are found. */
final class TypedOperands {
  private final ArgumentGrammar grammar;
  private final List<String> typed;
  private final Redaction redaction;
  private final List<String> words = new ArrayList<>();
  private final List<Integer> places = new ArrayList<>();

  TypedOperands(ArgumentGrammar grammar, List<String> typed, Redaction redaction) {
    this.grammar = grammar;
    this.typed = typed;
    this.redaction = redaction;
  }

  /** Adds a typed word, which is several operands if the tool splits it at its blanks. */
  void add(int at) throws ArgumentMistake {
    String word = typed.get(at);
    redaction.show(at);
    List<String> several =
        grammar.manner().splitOperands() && word.contains(" ") && !word.isBlank()
            ? Stream.of(word.split(" +", Redaction.MOST + 3)).filter(p -> !p.isEmpty()).toList()
            : List.of(word);
    for (String one : several) {
      redaction.requireRoom();
      places.add(at);
      words.add(one);
    }
  }

  List<String> words() {
    return words;
  }

  /** Shows them as what they turned out to be. Parts of a word stay as they are shown. */
  void show(List<Set<ValueType>> types) {
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equals(typed.get(places.get(i)))) {
        redaction.show(places.get(i), 0, types.get(i));
      }
    }
  }

  List<String> given(List<Set<ValueType>> types) {
    List<String> operands = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      operands.add(types.get(i).iterator().next().given(words.get(i)));
    }
    return operands;
  }

  /**
   * The operands as rules see them. A word that need not be a path stays as it is.
   *
   * @param base the directory of relative paths
   */
  List<String> meant(List<Set<ValueType>> types, String base) {
    List<String> operands = given(types);
    for (int i = 0; i < words.size(); i++) {
      if (types.get(i).size() == 1) {
        operands.set(i, types.get(i).iterator().next().meant(operands.get(i), base));
      }
    }
    return operands;
  }

  /** The operands for a message; one of no type is hidden, since it may be a secret value. */
  List<String> shown() {
    List<String> shown = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (grammar.hasSecrets()
          && !Redaction.isPlainAddress(word)
          && grammar.operands().all().stream().noneMatch(f -> f.mayHold(word))) {
        redaction.hideFrom(places.get(i), 0);
        shown.add(Redaction.HIDDEN);
      } else {
        shown.add(Redaction.withoutPasswords(word));
      }
    }
    return shown;
  }
}
