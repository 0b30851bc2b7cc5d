package dev.dbg.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A fuzzer's bytes as words, as a command line has them: what stands between NUL bytes. */
public final class Words {
  private Words() {}

  /** The words in {@code bytes} from {@code from} on. */
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
