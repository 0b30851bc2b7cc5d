package dev.dbg.tools.value;

import dev.dbg.model.Glob;

/**
 * The values of a type that a rule permits. Values are compared by meaning, an address by its bits
 * and a path as the kernel resolves it, not as texts.
 */
@FunctionalInterface
interface ValuePattern {
  /** Whether the value, which is of the type, is permitted. */
  boolean matches(String value);

  /** Of a type that is nothing but text: the whole of it, with {@code *} for any characters. */
  static ValuePattern text(String glob) {
    return new Glob(glob)::matches;
  }

  /** Whether nothing but stars is in it. */
  static boolean isAll(String text) {
    return new Glob(text).matchesAll();
  }
}
