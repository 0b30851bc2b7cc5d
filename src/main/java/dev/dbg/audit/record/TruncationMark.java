package dev.dbg.audit.record;

import dev.dbg.model.QuotedText.Sha256;
import dev.dbg.model.RawText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The mark that replaces a truncated part of a record: the length and the SHA-256 of the original
 * bytes.
 *
 * <p>A text that itself ends like a mark gets a mark too, so that the last mark is always dbgd's.
 */
final class TruncationMark {
  /** The longest mark, as text. */
  static final int LONGEST = 128;

  private static final Pattern MARKED =
      Pattern.compile("\u2026\\((?:\\d+ more, )?\\d+ bytes, sha256 [0-9a-f]{64}\\)$");

  private TruncationMark() {}

  /** The first {@code most} characters of a text, and the mark of the whole text. */
  static String upTo(String text, int most) {
    byte[] bytes = RawText.encode(text);
    return "%s\u2026(%d bytes, sha256 %s)"
        .formatted(text.substring(0, most), bytes.length, Sha256.of(bytes));
  }

  /**
   * The mark of elements that are left out at a list's end; in the hashed bytes a NUL follows each.
   */
  static String rest(List<String> left) {
    MessageDigest digest = Sha256.digest();
    long length = 0;
    for (String element : left) {
      byte[] bytes = RawText.encode(element);
      digest.update(bytes);
      digest.update((byte) 0);
      length += bytes.length + 1;
    }
    return "\u2026(%d more, %d bytes, sha256 %s)".formatted(left.size(), length, Sha256.of(digest));
  }

  /** Whether a text ends in something that looks like a mark. */
  static boolean ends(String text) {
    return text.endsWith(")")
        && MARKED.matcher(text.substring(Math.max(0, text.length() - LONGEST))).find();
  }

  /** The SHA-256 of a text in ASCII, in hexadecimal digits. */
  static String sha256(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.US_ASCII));
  }
}
