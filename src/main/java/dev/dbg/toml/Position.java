package dev.dbg.toml;

/** A place in a text, both counted from 1; columns in characters. */
public record Position(int line, int column) {
  static final Position START = new Position(1, 1);

  /** The place {@code length} characters into {@code text}. */
  static Position of(String text, int length) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return new Position(line, length - lineStart + 1);
  }
}
