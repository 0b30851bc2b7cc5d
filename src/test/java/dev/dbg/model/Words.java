package dev.dbg.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Splits a fuzzer's bytes into words at NUL bytes, like a command line. */
public final class Words {
  private Words() {}

  /** Returns the words in {@code bytes} starting at {@code from}. */
  public static List<String> of(byte[] bytes, int from) {
    List<String> words = new ArrayList<>();
    int start = from;
    for (int at = from; at <= bytes.length; at++) {
      if (at == bytes.length || bytes[at] == 0) {
        if (at > start) {
          words.add(RawText.decode(Arrays.copyOfRange(bytes, start, at)));
        }
        start = at + 1;
      }
    }
    return words;
  }
}
