package dev.dbg.grammar;

import dev.dbg.model.NamespaceKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which namespaces of a container a command line asks for. */
public sealed interface WantedNamespaces {
  /** Those that were named. */
  record Listed(Set<NamespaceKind> kinds) implements WantedNamespaces {
    public Listed {
      kinds = Set.copyOf(kinds);
    }
  }

  /** Those that were not named. Namespaces that the container shares with the host are left out. */
  enum Chosen implements WantedNamespaces {
    /** None was named: those that the tool requires, and those that it also uses. */
    FOR_TOOL,
    /** {@code all}: those that the container has and one rule permits. */
    ALL
  }

  /**
   * As typed: {@code all}, or kinds separated by commas.
   *
   * @throws IllegalArgumentException with a message for the operator
   */
  static WantedNamespaces parse(String text) {
    return text.equals("all") ? Chosen.ALL : new Listed(NamespaceKind.selection(text));
  }

  /** The word, as it may be typed again; none if none was typed. */
  default List<String> words() {
    return switch (this) {
      case Listed listed -> List.of(NamespaceKind.words(listed.kinds()));
      case Chosen.ALL -> List.of("all");
      case Chosen.FOR_TOOL -> List.of();
    };
  }

  /** The kinds as far as they are known from the command line alone. */
  default Set<NamespaceKind> typed() {
    return switch (this) {
      case Listed listed -> listed.kinds();
      case Chosen.ALL -> EnumSet.allOf(NamespaceKind.class);
      case Chosen.FOR_TOOL -> Set.of();
    };
  }
}
