package dev.dbg.model;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Converts bytes of a command line to a String and back, without loss. Each byte that is not UTF-8
 * becomes a lone surrogate, U+DC80 to U+DCFF, as in Python's PEP 383. No valid UTF-8 decodes to
 * these, so {@link #encode} restores the bytes.
 */
public final class RawText {
  private static final char ESCAPED = 0xDC00;
  private static final HexFormat HEX = HexFormat.of();

  /** Words without any character that a shell treats specially. zsh expands a leading {@code =}. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*");

  private RawText() {}

  public static String decode(byte[] bytes) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPED | (in.get() & 0xFF)));
      }
      decoder.reset();
    }
  }

  public static byte[] encode(String text) {
    byte[] out = new byte[text.length() * 3];
    int length = 0;
    int at = 0;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      if (point >= 0xDC80 && point <= 0xDCFF) {
        out[length++] = (byte) point;
      } else {
        byte[] utf8 = Character.toString(point).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(utf8, 0, out, length, utf8.length);
        length += utf8.length;
      }
      at += Character.charCount(point);
    }
    return Arrays.copyOf(out, length);
  }

  /**
   * {@code text} as one line without control sequences for a terminal: control characters, bytes
   * that are not UTF-8 and format characters are written {@code \xNN} or {@code \}{@code uNNNN}.
   */
  public static String printable(String text) {
    return printable(text, "");
  }

  /** The same of several lines, which keep their line feeds and tabs. */
  public static String printableLines(String text) {
    return printable(text, "\n\t");
  }

  private static String printable(String text, String kept) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (kept.indexOf(point) >= 0) {
                shown.appendCodePoint(point);
              } else if (point >= 0xDC80 && point <= 0xDCFF) {
                shown.append("\\x").append(HEX.toHexDigits((byte) point));
              } else if (obeyed(point)) {
                shown
                    .append(point < 0x100 ? "\\x" : "\\u")
                    .append(HEX.toHexDigits(point, point < 0x100 ? 2 : point < 0x1_0000 ? 4 : 5));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }

  /**
   * A word, quoted so that a shell reads the same word again. The only place that quotes: whoever
   * prints a line that a person may type asks here.
   *
   * <p>sh, bash, zsh and fish read a quoted word alike. A quote and a backslash are never within
   * quotes, because fish gives {@code \'} a meaning there. A word that a terminal would obey is
   * written {@code $'\033'}, of printable characters alone: bash and zsh read the same word, others
   * another one or none, and none of them runs anything.
   */
  public static String quoted(String word) {
    if (PLAIN.matcher(word).matches()) {
      return word;
    }
    return printable(word).equals(word)
        ? "'" + word.replaceAll("['\\\\]", "'\\\\$0'") + "'"
        : octal(word);
  }

  private static String octal(String word) {
    StringBuilder quoted = new StringBuilder("$'");
    for (byte octet : encode(word)) {
      boolean isPlain = octet >= ' ' && octet <= '~' && octet != '\'' && octet != '\\';
      if (isPlain) {
        quoted.append((char) octet);
        continue;
      }
      quoted.append('\\');
      for (int shift = 6; shift >= 0; shift -= 3) {
        quoted.append((char) ('0' + ((octet & 0xFF) >> shift & 7)));
      }
    }
    return quoted.append('\'').toString();
  }

  /**
   * Whether a terminal may obey a character, or it hides, or turns text around. The client has the
   * same list, screen.c, and a test compares the two.
   */
  public static boolean obeyed(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  /** A path without what leads nowhere, as in {@code /./etc//}. */
  public static String plainPath(String path) {
    String plain = path.replaceAll("/\\.?(?=/|$)", "");
    return plain.isEmpty() ? "/" : plain;
  }

  /**
   * The pieces of a text between separators, empty ones too; one for a text without a separator.
   * Each is made when it is asked for: of a megabyte of separators {@link String#split} makes sixty
   * megabytes.
   */
  public static Stream<String> pieces(String text, char separator) {
    return IntStream.iterate(
            0, from -> from <= text.length(), from -> end(text, separator, from) + 1)
        .mapToObj(from -> text.substring(from, end(text, separator, from)));
  }

  private static int end(String text, char separator, int from) {
    int end = text.indexOf(separator, from);
    return end < 0 ? text.length() : end;
  }
}
