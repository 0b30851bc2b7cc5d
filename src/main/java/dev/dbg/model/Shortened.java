package dev.dbg.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Somebody's word as a message quotes it: as it is where people could have typed it, and of a
 * longer one its beginning, its length and the beginning of its SHA-256, by which it can be
 * recognised. Who sends a long word gets none of it back, and nobody holds it again.
 */
public final class Shortened {
  /** Characters that are quoted: a path, an image's name with its digest, a long filter. */
  static final int MOST = 160;

  static final int MOST_OF_MESSAGE = 4096;

  private static final int KEPT = 64;
  private static final int HASHED = 8;

  /** Characters that are hashed at once, so that the bytes of all of them are never there. */
  private static final int CHUNK = 4096;

  private Shortened() {}

  /** {@code text}, or its beginning and what stands for the rest. */
  public static String of(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    return "%s[... %d characters, SHA-256 %s...]"
        .formatted(text.substring(0, cut(text, KEPT)), text.length(), hash(text));
  }

  /**
   * A message that may quote many words: whatever it quotes, no message is longer than this. What
   * dbg itself has to say fits.
   */
  public static String message(String text) {
    return text.length() <= MOST_OF_MESSAGE
        ? text
        : text.substring(0, cut(text, MOST_OF_MESSAGE)) + "[... shortened]";
  }

  /** Where to cut so that no character is cut in two. */
  private static int cut(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
  }

  /** The beginning of the SHA-256 of the text's bytes. */
  private static String hash(String text) {
    MessageDigest digest = sha256();
    int at = 0;
    while (at < text.length()) {
      int end = at + CHUNK < text.length() ? cut(text, at + CHUNK) : text.length();
      digest.update(RawText.encode(text.substring(at, end)));
      at = end;
    }
    return HexFormat.of().formatHex(digest.digest(), 0, HASHED);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
