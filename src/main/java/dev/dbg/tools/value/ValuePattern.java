package dev.dbg.tools.value;

import dev.dbg.model.Glob;

/**
 * What of a type's values a rule permits. A value is compared as what it is, an address by its
 * bits, a path by what it leads to: never as a text that only looks alike.
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
