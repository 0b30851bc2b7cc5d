package dev.dbg.model;

import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The pieces of a text between separators, each made when it is asked for. {@link String#split}
 * makes all at once: of a megabyte of separators it makes sixty megabytes. A pure function.
 */
public final class Pieces {
  private Pieces() {}

  /** All pieces, empty ones too; one for a text without a separator. */
  public static Stream<String> of(String text, char separator) {
    return IntStream.iterate(
            0, from -> from <= text.length(), from -> end(text, separator, from) + 1)
        .mapToObj(from -> text.substring(from, end(text, separator, from)));
  }

  private static int end(String text, char separator, int from) {
    int end = text.indexOf(separator, from);
    return end < 0 ? text.length() : end;
  }
}
