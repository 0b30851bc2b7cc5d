package dev.dbg.audit.record;

import java.util.Arrays;

/**
 * A text to search for in lines, as Boyer, Moore and Horspool do: compares the last character
 * first, and skips by its shift. With dbgd's compiler, C1, {@link String#indexOf(String)} takes
 * several times as long. For any thread.
 */
public final class TextSearch {
  private static final int LATIN = 256;

  private final String text;
  private final int[] shifts = new int[LATIN];

  /** Searches for a text that is not empty, of characters below 256. */
  public TextSearch(String text) {
    this.text = text;
    Arrays.fill(shifts, text.length());
    for (int i = 0; i < text.length() - 1; i++) {
      shifts[text.charAt(i)] = text.length() - 1 - i;
    }
  }

  /** Where it is in a line, from a position on; -1 if nowhere. */
  public int in(String line, int from) {
    int last = text.length() - 1;
    int at = from + last;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == text.charAt(last) && line.startsWith(text, at - last)) {
        return at - last;
      }
      at += c < LATIN ? shifts[c] : text.length();
    }
    return -1;
  }

  public boolean isIn(String line) {
    return in(line, 0) >= 0;
  }

  public int length() {
    return text.length();
  }
}
