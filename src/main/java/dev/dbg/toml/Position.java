package dev.dbg.toml;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A position in a text. Both numbers count from 1; columns are characters. */
public record Position(int line, int column) {
  static final Position START = new Position(1, 1);

  /** Finds positions in a text, which is scanned once. */
  static final class Places {
    private final int[] lineStarts;

    Places(String text) {
      lineStarts =
          IntStream.concat(
                  IntStream.of(0),
                  IntStream.range(0, text.length())
                      .filter(i -> text.charAt(i) == '\n')
                      .map(i -> i + 1))
              .toArray();
    }

    /** The position {@code offset} characters into the text. */
    Position at(int offset) {
      int found = Arrays.binarySearch(lineStarts, offset);
      int line = found >= 0 ? found : -found - 2;
      return new Position(line + 1, offset - lineStarts[line] + 1);
    }
  }
}
