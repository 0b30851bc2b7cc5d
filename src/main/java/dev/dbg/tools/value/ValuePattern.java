package dev.dbg.tools.value;

import dev.dbg.model.Glob;

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

  /** Whether the text consists of stars. */
  static boolean isAll(String text) {
    return new Glob(text).matchesAll();
  }
}
