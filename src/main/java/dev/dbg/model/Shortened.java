package dev.dbg.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Text of which others choose how long it is, such as a client's words and an engine's names, where
 * it is held, written or said: of a long one stand the beginning, and a mark with the length and
 * the SHA-256 of all of it, which is that of the very bytes.
 *
 * <p>A text that itself ends like a mark is always marked, so that the last mark is dbg's own.
 */
public final class Shortened {
  /** A word in a message, in characters. */
  private static final int WORD = 200;

  /** A message keeps that much of its beginning and of its end, where it says what to do. */
  private static final int MESSAGE_BEGINS = 1000;

  private static final int MESSAGE_ENDS = 800;
  private static final int MESSAGE = 2000;

  /** The longest that a mark can be, as text. */
  public static final int LONGEST_MARK = 128;

  private static final Pattern MARKED =
      Pattern.compile("\u2026\\((?:\\d+ more, )?\\d+ bytes, sha256 [0-9a-f]{64}\\)$");

  private Shortened() {}

  /** A word that a message quotes. */
  public static String word(String text) {
    return text.length() <= WORD ? text : upTo(text, WORD);
  }

  /** A message, whatever it quotes: what is too much goes from its middle. */
  public static String message(String text) {
    if (text.length() <= MESSAGE) {
      return text;
    }
    int end = text.length() - MESSAGE_ENDS;
    if (Character.isLowSurrogate(text.charAt(end))) {
      end++;
    }
    return upTo(text, MESSAGE_BEGINS) + "\u2026" + text.substring(end);
  }

  /** The first so many characters, and the mark of the whole. */
  public static String upTo(String text, int most) {
    boolean splits =
        most > 0
            && most < text.length()
            && Character.isHighSurrogate(text.charAt(most - 1))
            && Character.isLowSurrogate(text.charAt(most));
    byte[] bytes = RawText.encode(text);
    return "%s\u2026(%d bytes, sha256 %s)"
        .formatted(
            text.substring(0, splits ? most - 1 : most),
            bytes.length,
            HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  /**
   * What stands for the elements that a list ends without; a NUL follows each in what is hashed.
   */
  public static String rest(List<String> left) {
    MessageDigest digest = sha256();
    long length = 0;
    for (String element : left) {
      byte[] bytes = RawText.encode(element);
      digest.update(bytes);
      digest.update((byte) 0);
      length += bytes.length + 1;
    }
    return "\u2026(%d more, %d bytes, sha256 %s)"
        .formatted(left.size(), length, HexFormat.of().formatHex(digest.digest()));
  }

  /** Whether a text ends in what could be taken for a mark. */
  public static boolean isMarked(String text) {
    return text.endsWith(")")
        && MARKED.matcher(text.substring(Math.max(0, text.length() - LONGEST_MARK))).find();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The SHA-256 of a text, in hexadecimal digits. */
  public static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
