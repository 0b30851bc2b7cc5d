package dev.dbg;

/**
 * A text that dbg or dbgd may show to a person.
 *
 * @param source the class or file that contains it
 * @param text the text, with {@code …} for an inserted value and {@code (a|b)} for one of two texts
 * @param length the number of constant characters, at most
 */
record Message(String source, String text, int length) implements Comparable<Message> {
  /** Returns its line in the reviewed list. */
  String line() {
    return source
        + "  "
        + text.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\0", "\\0");
  }

  @Override
  public int compareTo(Message other) {
    return line().compareTo(other.line());
  }
}
