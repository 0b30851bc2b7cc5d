package dev.dbg.complete;

import dev.dbg.grammar.Grammar;
import dev.dbg.grammar.words.SplitWords;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A command line as far as it has been typed, and where in it the last word is.
 *
 * @param verb the verb; {@code exec} if none was typed
 * @param options the options of dbg that may be typed there
 * @param arguments the tool's arguments before the last word
 */
record TypedLine(
    Spot spot,
    String verb,
    Set<String> options,
    String target,
    String tool,
    List<String> arguments) {
  /** What the last word is. */
  enum Spot {
    /** The first word: a verb or a container. */
    VERB,
    OPTION,
    TARGET,
    /** Namespaces, {@code --} or a tool. */
    NAMESPACES,
    TOOL,
    ARGUMENT,
    /** The value of {@code ps --filter}. */
    FILTER,
    NOTHING
  }

  private static final String SEPARATOR = "--";
  private static final String EXEC = "exec";
  private static final String TOOLS = "tools";
  private static final String PS = "ps";
  private static final Set<String> FILTERS = Set.of("-f", "--filter");

  /** The verbs that are followed by a tool. */
  static final Set<String> WITH_TOOL = Set.of(EXEC, "explain");

  /** The words are those after {@code dbg}; the last is the one that is being typed. */
  static TypedLine of(List<String> words, Grammar grammar) {
    List<String> before = words.subList(0, words.size() - 1);
    String last = words.getLast();
    boolean isNamed = !before.isEmpty() && Grammar.verbs().contains(before.getFirst());
    String verb = isNamed ? before.getFirst() : EXEC;
    Map<String, Boolean> options = grammar.options(verb);
    SplitWords split =
        SplitWords.of(
            isNamed ? before.subList(1, before.size()) : before,
            name -> options.getOrDefault(name, false));
    List<String> operands = split.operands();
    boolean isEnded = operands.contains(SEPARATOR);
    Spot spot = spot(verb, isNamed, operands);
    if (split.lacksValue()) {
      spot = FILTERS.contains(before.getLast()) && verb.equals(PS) ? Spot.FILTER : Spot.NOTHING;
    } else if (last.startsWith("-") && spot != Spot.ARGUMENT && !isEnded) {
      spot = Spot.OPTION;
    }
    int tool = SplitWords.toolAt(operands);
    boolean hasTool = spot == Spot.ARGUMENT;
    return new TypedLine(
        spot,
        verb,
        new TreeSet<>(options.keySet()),
        operands.isEmpty() ? "" : operands.getFirst(),
        hasTool ? operands.get(tool) : "",
        hasTool ? operands.subList(tool + 1, operands.size()) : List.of());
  }

  private static Spot spot(String verb, boolean isNamed, List<String> operands) {
    if (operands.isEmpty()) {
      return isNamed ? Spot.TARGET : Spot.VERB;
    }
    if (!WITH_TOOL.contains(verb)) {
      return verb.equals(TOOLS) && operands.size() == 1 ? Spot.TOOL : Spot.NOTHING;
    }
    if (operands.size() == 1) {
      return Spot.NAMESPACES;
    }
    return SplitWords.toolAt(operands) < operands.size() ? Spot.ARGUMENT : Spot.TOOL;
  }
}
