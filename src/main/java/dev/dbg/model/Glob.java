package dev.dbg.model;

import java.util.List;

/**
 * A pattern in which {@code *} matches any characters, and every other character matches itself.
 * Matching takes at most the text's length times the number of stars.
 */
public final class Glob {
  private final String pattern;
  private final List<String> pieces;

  public Glob(String pattern) {
    this.pattern = pattern;
    this.pieces = List.of(pattern.split("\\*", -1));
  }

  public boolean matches(String text) {
    String first = pieces.getFirst();
    if (pieces.size() == 1) {
      return text.equals(first);
    }
    String last = pieces.getLast();
    if (text.length() < first.length() + last.length()
        || !text.startsWith(first)
        || !text.endsWith(last)) {
      return false;
    }
    int at = first.length();
    int end = text.length() - last.length();
    for (String piece : pieces.subList(1, pieces.size() - 1)) {
      int found = text.indexOf(piece, at);
      if (found < 0 || found + piece.length() > end) {
        return false;
      }
      at = found + piece.length();
    }
    return true;
  }

  /** Whether the pattern consists of stars. */
  public boolean matchesAll() {
    return pieces.size() > 1 && pieces.stream().allMatch(String::isEmpty);
  }

  @Override
  public String toString() {
    return pattern;
  }
}
