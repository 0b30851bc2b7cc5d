package dev.dbg.complete;

import dev.dbg.grammar.Grammar;
import dev.dbg.model.NamespaceKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A command line as far as it has been typed, and where in it the last word is. A pure function.
 *
 * @param verb the verb; {@code exec} if none was typed
 * @param arguments the tool's arguments before the last word
 */
record TypedLine(Spot spot, String verb, String target, String tool, List<String> arguments) {
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
    NOTHING
  }

  /** The options of dbg that run a tool. */
  static final List<String> OPTIONS =
      List.of("-t", "-u", "-w", "--reason", "--timeout", "--record", "--json");

  private static final Set<String> WITH_VALUE =
      Set.of("-u", "-w", "--workdir", "--reason", "--timeout", "--as", "-c");

  private static final String SEPARATOR = "--";
  private static final String EXEC = "exec";

  /** The verbs that are followed by a tool. */
  private static final Set<String> WITH_TOOL = Set.of(EXEC, "explain");

  static TypedLine of(List<String> words) {
    List<String> before = new ArrayList<>(words.subList(0, words.size() - 1));
    String last = words.getLast();
    boolean named = !before.isEmpty() && Grammar.verbs().contains(before.getFirst());
    String verb = named ? before.removeFirst() : EXEC;
    boolean valueIsOpen = skipOptions(before);
    if (valueIsOpen) {
      return at(Spot.NOTHING, verb, "", "", List.of());
    }
    if (before.isEmpty()) {
      Spot spot = last.startsWith("-") ? Spot.OPTION : named ? Spot.TARGET : Spot.VERB;
      return at(spot, verb, "", "", List.of());
    }
    String target = before.removeFirst();
    if (!WITH_TOOL.contains(verb)) {
      return at(afterTarget(verb, before), verb, target, "", List.of());
    }
    return inTarget(verb, target, before);
  }

  /** What follows the target of a verb that runs no tool. */
  private static Spot afterTarget(String verb, List<String> before) {
    return switch (verb) {
      case "tools" -> before.isEmpty() ? Spot.TOOL : Spot.NOTHING;
      default -> Spot.NOTHING;
    };
  }

  private static TypedLine inTarget(String verb, String target, List<String> before) {
    if (before.isEmpty()) {
      return at(Spot.NAMESPACES, verb, target, "", List.of());
    }
    if (isNamespaces(before.getFirst())) {
      before.removeFirst();
    }
    if (!before.isEmpty() && before.getFirst().equals(SEPARATOR)) {
      before.removeFirst();
    }
    if (before.isEmpty()) {
      return at(Spot.TOOL, verb, target, "", List.of());
    }
    String tool = before.removeFirst();
    return at(Spot.ARGUMENT, verb, target, tool, before);
  }

  private static boolean isNamespaces(String word) {
    return word.equals("all") || Arrays.stream(word.split(",", -1)).allMatch(NamespaceKind::isOne);
  }

  /** Removes options of dbg from the front; returns whether the last of them lacks its value. */
  private static boolean skipOptions(List<String> before) {
    while (!before.isEmpty()
        && before.getFirst().startsWith("-")
        && !before.getFirst().equals(SEPARATOR)) {
      if (WITH_VALUE.contains(before.removeFirst())) {
        if (before.isEmpty()) {
          return true;
        }
        before.removeFirst();
      }
    }
    return false;
  }

  private static TypedLine at(
      Spot spot, String verb, String target, String tool, List<String> arguments) {
    return new TypedLine(spot, verb, target, tool, List.copyOf(arguments));
  }
}
