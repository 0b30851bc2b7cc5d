package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.ManualPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What travels between two dbg over ssh. Both are in C, and so are the tests of its bytes. */
class FramesTest {
  private static final Path FRAMES = Path.of("src/test/resources/frames");

  @Test
  void each_side_is_held_to_the_golden_frames_and_refuses_what_is_none(@TempDir Path directory)
      throws Exception {
    Path program = GoldenTest.compiled("remote", Files.createDirectory(directory.resolve("bin")));
    String _ = GoldenTest.run(program + " " + FRAMES.toAbsolutePath());
  }

  @Test
  void every_golden_file_stands_in_the_table_and_the_other_way_round() throws IOException {
    List<String> table =
        Files.readAllLines(FRAMES.resolve("README")).stream()
            .map(line -> line.replaceFirst(" .*", ""))
            .filter(word -> word.endsWith(".hex"))
            .sorted()
            .toList();
    try (Stream<Path> files = Files.list(FRAMES)) {
      assertEquals(
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> !name.equals("README"))
              .sorted()
              .toList(),
          table);
    }
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> match.group(1) + " " + match.group(2).toLowerCase(java.util.Locale.ROOT))
        .collect(Collectors.toSet());
  }

  @Test
  void the_frames_of_the_page_are_those_of_the_client() throws IOException {
    assertEquals(
        found(
                "FRAME_([A-Z]+) = (0x[0-9a-f]{2})",
                Files.readString(Path.of("src/main/c/dbg/frames.h")))
            .stream()
            .map(frame -> frame.toLowerCase(java.util.Locale.ROOT))
            .collect(Collectors.toSet()),
        found(
            "(?m)^\\.It ([a-z]+) Ta (0x[0-9a-f]{2}) Ta",
            ManualPage.read("dbg-protocol.7").section("OVER SSH")));
  }
}
