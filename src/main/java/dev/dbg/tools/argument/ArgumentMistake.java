package dev.dbg.tools.argument;

import dev.dbg.model.Failure;
import dev.dbg.model.QuotedText;
import dev.dbg.toml.DidYouMean;
import dev.dbg.tools.value.ValueType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Arguments that a tool's grammar does not accept. The message says which, at what position, and
 * which similar ones are accepted. It never lists everything that a tool accepts, which can be
 * hundreds of words.
 */
public final class ArgumentMistake extends Failure {
  private static final int MOST_NAMED = 4;

  /** The most characters of the words that a message lists, unless the first alone is longer. */
  private static final int MOST_CHARACTERS = 64;

  /** Shorter words are within the edit distance of nearly every option. */
  private static final int SHORTEST_COMPARED = 4;

  ArgumentMistake(int position, String argument, String what) {
    super(
        QuotedText.message(
            "argument %d, %s: %s".formatted(position, ValueType.quoted(argument), what)));
  }

  public ArgumentMistake(String what) {
    super(QuotedText.message(what));
  }

  /**
   * What to type instead of a word that is not accepted: the nearest accepted ones, or all if they
   * are few.
   *
   * @param tool the tool's name
   * @param typed the word, and other readings of it
   * @param known every accepted spelling
   * @param canonical the spellings that are passed to the tool
   */
  static String instead(String tool, List<String> typed, Set<String> known, Set<String> canonical) {
    List<String> near = few(typed.stream().flatMap(word -> near(word, known)).distinct().toList());
    if (!near.isEmpty()) {
      return "did you mean %s? If not, %s"
          .formatted(
              near.stream().map("'%s'"::formatted).collect(Collectors.joining(" or ")),
              listedBy(tool));
    }
    return few(new TreeSet<>(canonical)).size() == canonical.size()
        ? "only %s".formatted(listed(tool, canonical))
        : listedBy(tool);
  }

  /** Where to read all that is accepted. */
  static String listedBy(String tool) {
    return "dbg tools %s lists what is accepted".formatted(tool);
  }

  /**
   * First the words with the same letters in other case, then those that begin with the word, then
   * those with a similar spelling.
   */
  private static Stream<String> near(String word, Set<String> known) {
    Stream<String> others = known.stream().sorted().filter(word::equalsIgnoreCase);
    if (word.length() < SHORTEST_COMPARED) {
      return others;
    }
    Stream<String> longer = known.stream().sorted().filter(name -> name.startsWith(word));
    return Stream.of(others, longer, DidYouMean.of(word, known)).flatMap(names -> names);
  }

  /** The words in their order; if they are many, some of them and where to read the rest. */
  static String listed(String tool, Collection<String> words) {
    Set<String> sorted = new TreeSet<>(words);
    List<String> few = few(sorted);
    String named = String.join(", ", few);
    return few.size() == sorted.size()
        ? named
        : "%s and %d more: %s".formatted(named, sorted.size() - few.size(), listedBy(tool));
  }

  /** The forms of operands; if they are many or long, some of them and where to read the rest. */
  static String forms(String tool, List<String> forms) {
    List<String> few = few(forms);
    String named = String.join("; or ", few);
    return few.size() == forms.size() ? named : named + "; or others: " + listedBy(tool);
  }

  /** The operands that are not accepted; if they are many, the first of them. */
  static String quoted(List<String> operands) {
    List<String> few = few(operands);
    String quoted = few.stream().map(ValueType::quoted).collect(Collectors.joining(" "));
    return few.size() == operands.size() ? quoted : quoted + " ...";
  }

  /** The first words that together are short enough. */
  private static List<String> few(Collection<String> words) {
    List<String> few = new ArrayList<>();
    int length = 0;
    for (String word : words) {
      length += word.length();
      if (few.size() == MOST_NAMED || (length > MOST_CHARACTERS && !few.isEmpty())) {
        break;
      }
      few.add(word);
    }
    return few;
  }
}
