package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The golden packets, listed in src/test/resources/protocol/README. */
final class Golden {
  static final Path DIRECTORY = Path.of("src/test/resources/protocol");

  private Golden() {}

  /** Fails unless the table in a directory's README names its files, and no others. */
  static void assertListed(Path directory) throws IOException {
    List<String> table =
        Files.readAllLines(directory.resolve("README")).stream()
            .map(line -> line.replaceFirst(" .*", ""))
            .filter(word -> word.endsWith(".hex"))
            .sorted()
            .toList();
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          files
              .map(file -> String.valueOf(file.getFileName()))
              .filter(name -> !name.equals("README"))
              .sorted()
              .toList(),
          table);
    }
  }

  static byte[] packet(String name) throws IOException {
    return Files.readAllLines(DIRECTORY.resolve(name + ".hex")).stream()
        .map(line -> line.replaceFirst("#.*", "").replaceAll("\\s", ""))
        .collect(Collectors.collectingAndThen(Collectors.joining(), HexFormat.of()::parseHex));
  }
}
