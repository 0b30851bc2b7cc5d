package dev.dbg.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A user's word as a message quotes it: up to 160 characters unchanged; of a longer word the
 * beginning, the length and the beginning of its SHA-256. So a long word is neither sent back nor
 * kept.
 */
public final class QuotedText {
  /** Enough characters for a path, an image's name with its digest, a long filter. */
  static final int MOST = 160;

  static final int MOST_OF_MESSAGE = 4096;

  private static final int MOST_LISTED = 8;
  private static final int KEPT = 64;
  private static final int HASHED = 8;

  /** Characters that are encoded and hashed at a time, to save memory. */
  private static final int CHUNK = 4096;

  private QuotedText() {}

  public static String of(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    return "%s[... %d characters, SHA-256 %s...]"
        .formatted(text.substring(0, cut(text, KEPT)), text.length(), hash(text));
  }

  /**
   * Limits the length of a message, which may quote many words; dbg's own text is always shorter.
   */
  public static String message(String text) {
    return text.length() <= MOST_OF_MESSAGE
        ? text
        : text.substring(0, cut(text, MOST_OF_MESSAGE)) + "[... shortened]";
  }

  /** The first eight: "a, b and 3 more"; not of an empty list. */
  public static String list(List<String> all) {
    List<String> shown = new ArrayList<>(all.subList(0, Math.min(MOST_LISTED, all.size())));
    if (all.size() > MOST_LISTED) {
      shown.add("%d more".formatted(all.size() - MOST_LISTED));
    }
    String last = shown.removeLast();
    return shown.isEmpty() ? last : String.join(", ", shown) + " and " + last;
  }

  /** An internal error for the journal; its message may quote what a client sent. */
  public static RuntimeException copy(Throwable error) {
    RuntimeException copy = new IllegalStateException(message(error.toString()));
    copy.setStackTrace(error.getStackTrace());
    return copy;
  }

  /** Where to cut without splitting a surrogate pair. */
  private static int cut(String text, int at) {
    return Character.isHighSurrogate(text.charAt(at - 1)) ? at - 1 : at;
  }

  private static String hash(String text) {
    MessageDigest digest = Sha256.digest();
    int at = 0;
    while (at < text.length()) {
      int end = at + CHUNK < text.length() ? cut(text, at + CHUNK) : text.length();
      digest.update(RawText.encode(text.substring(at, end)));
      at = end;
    }
    return HexFormat.of().formatHex(digest.digest(), 0, HASHED);
  }

  /** SHA-256, whole and in hexadecimal digits. */
  public static final class Sha256 {
    private Sha256() {}

    public static MessageDigest digest() {
      try {
        return MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    public static String of(byte[] bytes) {
      return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /** The hash of all that the digest has been given. */
    public static String of(MessageDigest digest) {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
