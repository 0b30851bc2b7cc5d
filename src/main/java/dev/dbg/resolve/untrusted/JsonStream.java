package dev.dbg.resolve.untrusted;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/**
 * JSON that strangers may have written, RFC 8259, read once from the beginning to the end. Nothing
 * is made of what is skipped, however long it is, and no text is longer than its reader permits: a
 * library makes and keeps a String of each field's name, and of a text before it can be asked how
 * long it is. What depends on nobody is not checked: a number is any run of its characters.
 *
 * <p>For one thread.
 */
public final class JsonStream {
  static final int DEEPEST = 200;
  private static final int BUFFER = 4096;
  private static final int LONGEST_NAME = 4096;
  private static final int LONGEST_WORD = 5;
  private static final Set<String> WORDS = Set.of("true", "false", "null");
  private static final String OF_A_WORD = "+-.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER];
  private final StringBuilder text = new StringBuilder();
  private int at;
  private int end;

  public JsonStream(InputStream in) {
    this.in = in;
  }

  /** The first character of what comes next; it is read again. */
  public char peek() throws IOException {
    while (true) {
      int next = next();
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        at--;
        return (char) next;
      }
    }
  }

  private int next() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, in.read(buffer, 0, BUFFER));
      if (end == 0) {
        throw new IOException("its JSON is not complete");
      }
    }
    return buffer[at++] & 0xff;
  }

  public void expect(char one) throws IOException {
    if (peek() != one) {
      throw malformed();
    }
    at++;
  }

  /**
   * Reads what stands between two elements, or before the first one; false if it is the end.
   *
   * @param last closes the list or object
   */
  public boolean hasMore(char last, boolean isFirst) throws IOException {
    if (peek() == last) {
      at++;
      return false;
    }
    if (!isFirst) {
      expect(',');
    }
    return true;
  }

  /** Reads the name of an object's next member, or a part of a long one; empty at its end. */
  public Optional<String> member(boolean isFirst) throws IOException {
    if (!hasMore('}', isFirst)) {
      return Optional.empty();
    }
    String name = beginning(LONGEST_NAME);
    expect(':');
    return Optional.of(name);
  }

  /** Reads a text; empty if it has more than {@code most} characters. */
  Optional<String> text(int most) throws IOException {
    return isWithin(most) ? Optional.of(text.toString()) : Optional.empty();
  }

  /** Reads a text; its first {@code most} characters. */
  public String beginning(int most) throws IOException {
    boolean _ = isWithin(most);
    return text.toString();
  }

  private boolean isWithin(int most) throws IOException {
    expect('"');
    text.setLength(0);
    boolean fits = true;
    for (int one = next(); one != '"'; one = next()) {
      int point = one == '\\' ? escaped() : decoded(one);
      fits = fits && text.length() + Character.charCount(point) <= most;
      if (fits) {
        text.appendCodePoint(point);
      }
    }
    return fits;
  }

  /** Half of a surrogate pair is a character of its own, which joins the other half. */
  private int escaped() throws IOException {
    int one = next();
    int which = "\"\\/bfnrt".indexOf(one);
    if (which >= 0) {
      return "\"\\/\b\f\n\r\t".charAt(which);
    }
    if (one != 'u') {
      throw malformed();
    }
    int point = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(next(), 16);
      if (digit < 0) {
        throw malformed();
      }
      point = point * 16 + digit;
    }
    return point;
  }

  /** A character in UTF-8. */
  private int decoded(int first) throws IOException {
    if (first < 0x80) {
      if (first < ' ') {
        throw malformed();
      }
      return first;
    }
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    int point = first & (0x3f >> more);
    for (int i = 0; i < more; i++) {
      int next = next();
      if ((next & 0xc0) != 0x80) {
        throw malformed();
      }
      point = (point << 6) | (next & 0x3f);
    }
    boolean isTooLong = more > 1 && point < (more == 2 ? 0x800 : 0x10000);
    if (first < 0xc2 || isTooLong || point > Character.MAX_CODE_POINT) {
      throw malformed();
    }
    return point;
  }

  /** Reads a number, {@code true}, {@code false} or {@code null}; empty if it is longer. */
  public Optional<String> word(int most) throws IOException {
    text.setLength(0);
    boolean fits = true;
    char first = peek();
    int one = next();
    while (isOfWord(one)) {
      fits = fits && text.length() < most;
      if (fits) {
        text.append((char) one);
      }
      one = next();
    }
    at--;
    boolean isNumber = first == '-' || (first >= '0' && first <= '9');
    if (!isNumber && !WORDS.contains(text.toString())) {
      throw malformed();
    }
    return fits ? Optional.of(text.toString()) : Optional.empty();
  }

  /** Reads whatever comes next, and makes nothing of it. */
  public void skip() throws IOException {
    skip(0);
  }

  private void skip(int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("its JSON is nested too deep");
    }
    char first = peek();
    if (first == '"') {
      Optional<String> _ = text(0);
    } else if (first == '[' || first == '{') {
      at++;
      char last = first == '[' ? ']' : '}';
      for (int i = 0; hasMore(last, i == 0); i = 1) {
        if (first == '{') {
          Optional<String> _ = text(0);
          expect(':');
        }
        skip(depth + 1);
      }
    } else {
      Optional<String> _ = word(LONGEST_WORD);
    }
  }

  private static boolean isOfWord(int one) {
    return (one >= '0' && one <= '9') || OF_A_WORD.indexOf(one) >= 0;
  }

  private static IOException malformed() {
    return new IOException("its JSON is malformed");
  }
}
