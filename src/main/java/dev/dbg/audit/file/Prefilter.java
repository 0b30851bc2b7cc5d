package dev.dbg.audit.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text that every wanted line contains. Most blocks of a log do not contain it; they are not
 * split into lines, which is most of the work.
 */
public final class Prefilter {
  /** Every line is wanted. */
  public static final Prefilter NONE = new Prefilter(new byte[0]);

  private final byte[] text;

  private Prefilter(byte[] text) {
    this.text = text;
  }

  /** Only lines that contain {@code text}, ASCII as it is written in a line, are wanted. */
  public static Prefilter of(String text) {
    return new Prefilter(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Leaves of a block what must be searched: all of it if it contains the text. Otherwise only the
   * end of its first line and the beginning of its last, which continue in the neighbouring blocks.
   */
  void narrow(Chunk block) {
    if (text.length == 0 || isIn(block)) {
      return;
    }
    byte[] bytes = block.bytes();
    int first = block.from();
    while (first < block.to() && bytes[first] != '\n') {
      first++;
    }
    int last = block.to() - 1;
    while (last > first && bytes[last] != '\n') {
      last--;
    }
    if (last > first) {
      block.leaveOut(first + 1, last + 1);
    }
  }

  /**
   * Searches as Boyer, Moore and Horspool do: compares the last byte first, and skips by its shift.
   */
  private boolean isIn(Chunk block) {
    byte[] bytes = block.bytes();
    int[] shifts = new int[256];
    Arrays.fill(shifts, text.length);
    for (int i = 0; i < text.length - 1; i++) {
      shifts[text[i] & 0xFF] = text.length - 1 - i;
    }
    int last = text.length - 1;
    int at = block.from() + last;
    while (at < block.to()) {
      if (bytes[at] == text[last] && Arrays.equals(text, 0, last, bytes, at - last, at)) {
        return true;
      }
      at += shifts[bytes[at] & 0xFF];
    }
    return false;
  }
}
