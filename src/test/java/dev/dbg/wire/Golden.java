package dev.dbg.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;

/** The golden packets, listed in src/test/resources/protocol/README. */
final class Golden {
  static final Path DIRECTORY = Path.of("src/test/resources/protocol");

  private Golden() {}

  static byte[] packet(String name) throws IOException {
    return Files.readAllLines(DIRECTORY.resolve(name + ".hex")).stream()
        .map(line -> line.replaceFirst("#.*", "").replaceAll("\\s", ""))
        .collect(Collectors.collectingAndThen(Collectors.joining(), HexFormat.of()::parseHex));
  }
}
