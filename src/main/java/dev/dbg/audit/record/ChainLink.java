package dev.dbg.audit.record;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * What chains a line to its neighbours, read from its bytes without parsing JSON: its number at the
 * front, {@code prev} and {@code hash} at the end, dbg-audit(5). {@code hash} is the one in the
 * line, {@code actual} the one computed from the line's bytes.
 */
public record ChainLink(long seq, String prev, String hash, String actual) {
  private static final byte[] SEQ = ascii("{\"seq\":");
  private static final byte[] PREV = ascii(",\"prev\":\"");
  private static final byte[] HASH = ascii("\",\"hash\":\"");
  private static final byte[] END = ascii("\"}");
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final int DIGITS = 64;
  private static final int MOST_DIGITS_OF_SEQ = 18;

  /**
   * The length of {@code ,"hash":"…"} and the brace at the line's end; the hashed text ends in a
   * brace instead.
   */
  private static final int TAIL = 1 + HASH.length - 2 + DIGITS + END.length;

  /** The length of {@code ,"prev":"…","hash":"…"}} at the line's end. */
  private static final int BOTH = PREV.length + DIGITS + HASH.length + DIGITS + END.length;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The link of the line from {@code start} to {@code end}; null if the line is not a record. */
  public static @Nullable ChainLink of(byte[] bytes, int start, int end, MessageDigest sha256) {
    int hashAt = end - END.length - DIGITS;
    int prevAt = hashAt - HASH.length - DIGITS;
    if (prevAt - PREV.length < start + SEQ.length
        || !has(SEQ, bytes, start)
        || !has(PREV, bytes, prevAt - PREV.length)
        || !has(HASH, bytes, hashAt - HASH.length)
        || !has(END, bytes, hashAt + DIGITS)
        || !isHex(bytes, prevAt)) {
      return null;
    }
    long seq = seq(bytes, start + SEQ.length);
    if (seq <= 0) {
      return null;
    }
    sha256.update(bytes, start, end - TAIL - start);
    sha256.update((byte) '}');
    byte[] digest = sha256.digest();
    String prev = new String(bytes, prevAt, DIGITS, StandardCharsets.ISO_8859_1);
    String hash = new String(bytes, hashAt, DIGITS, StandardCharsets.ISO_8859_1);
    if (isHexOf(digest, bytes, hashAt)) {
      return new ChainLink(seq, prev, hash, hash);
    }
    return isHex(bytes, hashAt)
        ? new ChainLink(seq, prev, hash, HexFormat.of().formatHex(digest))
        : null;
  }

  /** Whether the line is as it was written. */
  public boolean isGenuine() {
    return hash.equals(actual);
  }

  private static boolean has(byte[] part, byte[] bytes, int at) {
    return Arrays.equals(part, 0, part.length, bytes, at, at + part.length);
  }

  private static boolean isHex(byte[] bytes, int at) {
    for (int i = at; i < at + DIGITS; i++) {
      byte b = bytes[i];
      if (!(b >= '0' && b <= '9') && !(b >= 'a' && b <= 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHexOf(byte[] digest, byte[] bytes, int at) {
    int position = at;
    for (byte one : digest) {
      if (bytes[position++] != HEX[one >> 4 & 0xF] || bytes[position++] != HEX[one & 0xF]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether a line has a link. What has none is no record: nothing that verifies a log judges its
   * words, so nothing that reads one may show them.
   */
  public static boolean isIn(String line) {
    int at = line.length() - BOTH;
    if (at < SEQ.length || seq(line) == 0) {
      return false;
    }
    byte[] tail = line.substring(at).getBytes(StandardCharsets.US_ASCII);
    int hashAt = BOTH - END.length - DIGITS;
    return has(PREV, tail, 0)
        && has(HASH, tail, hashAt - HASH.length)
        && has(END, tail, hashAt + DIGITS)
        && isHex(tail, PREV.length)
        && isHex(tail, hashAt);
  }

  /** The number at the front of a line; 0 if it has none. */
  public static long seq(String line) {
    byte[] begin =
        line.substring(0, Math.min(line.length(), SEQ.length + MOST_DIGITS_OF_SEQ + 1))
            .getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = Arrays.copyOf(begin, SEQ.length + MOST_DIGITS_OF_SEQ + 1);
    return has(SEQ, bytes, 0) ? seq(bytes, SEQ.length) : 0;
  }

  private static long seq(byte[] bytes, int at) {
    long seq = 0;
    for (int i = at; i <= at + MOST_DIGITS_OF_SEQ; i++) {
      if (bytes[i] == ',') {
        return i == at || bytes[at] == '0' ? 0 : seq;
      }
      if (bytes[i] < '0' || bytes[i] > '9') {
        return 0;
      }
      seq = 10 * seq + bytes[i] - '0';
    }
    return 0;
  }
}
