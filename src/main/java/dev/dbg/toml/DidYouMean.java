package dev.dbg.toml;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The known words nearest to a misspelt one, by the number of letters that are missing, too many,
 * wrong, or exchanged with the next one (optimal string alignment).
 */
public final class DidYouMean {
  private DidYouMean() {}

  /**
   * The words of {@code known} within a distance of a third of the word's length, the nearest
   * first.
   */
  public static Stream<String> of(String word, Collection<String> known) {
    return known.stream()
        .filter(candidate -> isNear(word, candidate, Math.max(1, word.length() / 3)))
        .sorted(
            Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** The nearest of these words. */
  public static Optional<String> to(String word, Collection<String> known) {
    return of(word, known).findFirst();
  }

  /**
   * The end of a message about an unknown word: the nearest word as a question, or {@code
   * otherwise}.
   */
  public static String question(String word, Collection<String> known, String otherwise) {
    return to(word, known).map(": did you mean '%s'?"::formatted).orElse(otherwise);
  }

  /** Of words whose lengths differ by more, the distance is not even computed: it may take long. */
  private static boolean isNear(String word, String candidate, int most) {
    return Math.abs(word.length() - candidate.length()) <= most
        && distance(word, candidate) <= most;
  }

  private static int distance(String a, String b) {
    int[] last = new int[0];
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, Math.min(previous[j], current[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          current[j] = Math.min(current[j], last[j - 2] + 1);
        }
      }
      last = previous;
      previous = current;
    }
    return previous[b.length()];
  }
}
