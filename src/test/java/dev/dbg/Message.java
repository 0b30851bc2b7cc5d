package dev.dbg;

/**
 * A text that dbg or dbgd may show to a person.
 *
 * @param source the class or the file that has it
 * @param text the text; {@code …} where a value is inserted, {@code (a|b)} where one of two
 * @param length of what is constant in it, at most
 */
record Message(String source, String text, int length) implements Comparable<Message> {
  /** Its line in the reviewed list. */
  String line() {
    return source + "  " + text.replace("\n", "\\n").replace("\t", "\\t").replace("\0", "\\0");
  }

  @Override
  public int compareTo(Message other) {
    return line().compareTo(other.line());
  }
}
