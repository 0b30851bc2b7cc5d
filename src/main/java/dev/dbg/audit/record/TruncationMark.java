package dev.dbg.audit.record;

import dev.dbg.model.RawText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What stands in a record for what is cut from it: the length and the SHA-256, which are those of
 * the very bytes.
 *
 * <p>A text that itself ends like a mark is marked as well, so that the last mark is dbgd's own.
 */
final class TruncationMark {
  /** The longest that a mark can be, as text. */
  static final int LONGEST = 128;

  private static final Pattern MARKED =
      Pattern.compile("\u2026\\((?:\\d+ more, )?\\d+ bytes, sha256 [0-9a-f]{64}\\)$");

  private TruncationMark() {}

  /** The first so many characters of a text, and the mark of the whole. */
  static String upTo(String text, int most) {
    byte[] bytes = RawText.encode(text);
    return "%s\u2026(%d bytes, sha256 %s)"
        .formatted(
            text.substring(0, most),
            bytes.length,
            HexFormat.of().formatHex(ChainLink.sha256().digest(bytes)));
  }

  /**
   * What stands for the elements that a list ends without; a NUL follows each in what is hashed.
   */
  static String rest(List<String> left) {
    MessageDigest digest = ChainLink.sha256();
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
  static boolean ends(String text) {
    return text.endsWith(")")
        && MARKED.matcher(text.substring(Math.max(0, text.length() - LONGEST))).find();
  }

  /** The SHA-256 of a text in ASCII, in hexadecimal digits. */
  static String sha256(String text) {
    return HexFormat.of()
        .formatHex(ChainLink.sha256().digest(text.getBytes(StandardCharsets.US_ASCII)));
  }
}
