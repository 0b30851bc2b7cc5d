package dev.dbg.tools.value;

import dev.dbg.model.Glob;
import java.util.Optional;

/**
 * The values of a type that a rule permits. Values are compared by their meaning, not as texts: an
 * address by its bits, a path as the kernel resolves it.
 */
@FunctionalInterface
interface ValuePattern {
  /** Whether a value of the type is permitted. */
  boolean matches(String value);

  /** A pattern for plain text: must match the whole text, with {@code *} for any characters. */
  static ValuePattern text(String glob) {
    return new Glob(glob)::matches;
  }

  /** The same for words with commas between them, where a star stands for no comma. */
  static ValuePattern list(String glob) {
    Glob whole = new Glob(glob);
    return value -> whole.matches(value) && (whole.matchesAll() || commas(value) == commas(glob));
  }

  private static long commas(String text) {
    return text.chars().filter(c -> c == ',').count();
  }

  /** The form of a pattern for what is a language of its own, for people. */
  String WHOLE = "the whole text without a star, or * for all values, paths among them";

  /**
   * A pattern for a filter of ss(8) or pcap-filter(7), a regular expression, or a list. It permits
   * the very text: a star for a part of it would take in other conditions, names for addresses,
   * larger networks, and every line and process behind a {@code |}.
   */
  static Optional<ValuePattern> whole(String text) {
    return Optional.of(text(text)).filter(_ -> isAll(text) || !text.contains("*"));
  }

  /** Whether the text consists of stars. */
  static boolean isAll(String text) {
    return new Glob(text).matchesAll();
  }
}
