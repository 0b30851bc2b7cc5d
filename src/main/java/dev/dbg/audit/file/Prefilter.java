package dev.dbg.audit.file;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A text that every line of interest holds. Most blocks of a log do not hold it anywhere: they are
 * then not taken apart into lines at all, which is most of the work.
 */
public final class Prefilter {
  /** Every line is of interest. */
  public static final Prefilter NONE = new Prefilter(new byte[0]);

  private final byte[] text;

  private Prefilter(byte[] text) {
    this.text = text;
  }

  /**
   * Lines with this text.
   *
   * @param text ASCII, as it is written in a line
   */
  public static Prefilter of(String text) {
    return new Prefilter(text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * What of a block must be looked at: all, or, if the text is nowhere in it, its first line's end
   * and its last line's beginning, whose other halves are in the blocks beside it.
   */
  byte[] of(byte[] block) {
    if (text.length == 0 || isIn(block)) {
      return block;
    }
    int first = 0;
    while (first < block.length && block[first] != '\n') {
      first++;
    }
    int last = block.length - 1;
    while (last > first && block[last] != '\n') {
      last--;
    }
    if (last <= first) {
      return block;
    }
    byte[] edges = Arrays.copyOf(block, first + 1 + block.length - last - 1);
    System.arraycopy(block, last + 1, edges, first + 1, block.length - last - 1);
    return edges;
  }

  /** Its last byte first: where that is not, as many bytes as it has can be passed over. */
  private boolean isIn(byte[] block) {
    int[] shifts = new int[256];
    Arrays.fill(shifts, text.length);
    for (int i = 0; i < text.length - 1; i++) {
      shifts[text[i] & 0xFF] = text.length - 1 - i;
    }
    int last = text.length - 1;
    int at = last;
    while (at < block.length) {
      if (block[at] == text[last] && Arrays.equals(text, 0, last, block, at - last, at)) {
        return true;
      }
      at += shifts[block[at] & 0xFF];
    }
    return false;
  }
}
