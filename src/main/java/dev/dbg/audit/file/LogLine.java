package dev.dbg.audit.file;

/**
 * A line of a log, or of a very long one what is held of it.
 *
 * @param text all of it, or its beginning
 * @param length how many bytes it has, its end not counted
 * @param tail its last bytes, if {@code text} is not all of it
 */
public record LogLine(String text, long length, String tail) {
  /**
   * The longest that is held whole. What this dbgd writes is a quarter of it; an older one wrote
   * lines of a megabyte.
   */
  public static final int LONGEST = 64 * 1024;

  /** Of a longer one, how much of its end: what binds it to its neighbours is there. */
  static final int TAIL = 512;

  static LogLine whole(String text) {
    return new LogLine(text, text.length(), "");
  }
}
