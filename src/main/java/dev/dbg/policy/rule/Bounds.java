package dev.dbg.policy.rule;

import dev.dbg.tools.argument.GrammarWords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The limits of a rule's permission for a tool besides its {@link Terms}: time and arguments.
 *
 * @param until when it ends; empty if it does not
 * @param hours when it is in force; empty for always
 * @param narrowing the arguments that it permits; empty for all
 */
public record Bounds(
    Optional<Instant> until, List<Hours> hours, Optional<ArgumentConstraint> narrowing) {
  /** Permits without end, with all arguments that the tool's entry accepts. */
  public static final Bounds NONE = new Bounds(Optional.empty(), List.of(), Optional.empty());

  public Bounds {
    hours = List.copyOf(hours);
  }

  /** Whether it permits a flag, or an option with some value. */
  public boolean mightPermit(GrammarWords.Word option) {
    return narrowing
        .flatMap(ArgumentConstraint::options)
        .map(permitted -> permitted.containsKey(option.spellings().getFirst()))
        .orElse(!option.byName());
  }

  /** Each of them, for people. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    until.ifPresent(end -> words.add("rule expires at " + end));
    if (!hours.isEmpty()) {
      words.add("it begins " + Hours.words(hours));
    }
    narrowing.ifPresent(narrow -> words.addAll(narrow.words()));
    return words;
  }
}
