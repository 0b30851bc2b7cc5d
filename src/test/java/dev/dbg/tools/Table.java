package dev.dbg.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A table of examples in a file: one per line, comments after {@code #}, {@code ␣} for a blank. */
public final class Table {
  private Table() {}

  public static Stream<String> lines(String name) {
    try {
      return Files.readAllLines(Path.of("src/test/resources", name)).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<String> words(String line) {
    return line.isBlank()
        ? List.of()
        : Stream.of(line.strip().split(" +")).map(word -> word.replace('␣', ' ')).toList();
  }
}
