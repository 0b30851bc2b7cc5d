package dev.dbg.audit.file;

/**
 * A line of a log; of a very long one only the beginning and the tail.
 *
 * @param text the line, or its beginning
 * @param length the line's length in bytes, without the newline
 * @param tail its last bytes, if {@code text} is only its beginning
 */
public record LogLine(String text, long length, String tail) {
  /**
   * The longest line that is held complete. This dbgd writes at most a quarter of it; an older one
   * wrote lines of a megabyte.
   */
  public static final int LONGEST = 64 * 1024;

  /** How many bytes of a longer line's end are held: its hashes are there. */
  static final int TAIL = 512;

  /** Whether {@code text} is the whole line. */
  public boolean isWhole() {
    return text.length() == length;
  }

  static LogLine whole(String text) {
    return new LogLine(text, text.length(), "");
  }
}
