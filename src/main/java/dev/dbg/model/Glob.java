package dev.dbg.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A pattern in which {@code *} stands for any characters and everything else for itself. Matching
 * takes time in proportion to the text's length for each star, never more.
 */
public final class Glob {
  private final String pattern;
  private final List<String> pieces;

  public Glob(String pattern) {
    this.pattern = pattern;
    this.pieces = new ArrayList<>(List.of(pattern.split("\\*", -1)));
  }

  public boolean matches(String text) {
    String first = pieces.get(0);
    if (pieces.size() == 1) {
      return text.equals(first);
    }
    String last = pieces.get(pieces.size() - 1);
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

  /** Whether nothing but stars is in it. */
  public boolean matchesAll() {
    return pieces.size() > 1 && pieces.stream().allMatch(String::isEmpty);
  }

  @Override
  public String toString() {
    return pattern;
  }
}
