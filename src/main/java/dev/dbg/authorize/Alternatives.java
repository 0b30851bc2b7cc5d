package dev.dbg.authorize;

import java.util.List;

/** Words to choose from, in a sentence. */
final class Alternatives {
  private Alternatives() {}

  /** {@code a}, {@code a or b}, {@code a, b or c}. */
  static String of(List<String> words) {
    int last = words.size() - 1;
    return last < 1
        ? String.join("", words)
        : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
  }
}
