package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.ManualPage;
import dev.dbg.tools.Shipped;
import dev.dbg.tools.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    Golden.assertListed(FRAMES);
  }

  @Test
  void the_tool_that_another_host_may_have_draw_without_t_is_the_one_of_the_catalogue()
      throws IOException {
    assertEquals(
        Shipped.catalogue().all().stream().filter(Tool::terminal).map(Tool::name).toList(),
        Pattern.compile("#define DRAWING_TOOL \"([a-z]+)\"")
            .matcher(Files.readString(Path.of("src/main/c/dbg/remote/passing.c")))
            .results()
            .map(found -> found.group(1))
            .toList());
  }

  /** The names and numbers, in small letters. */
  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> (match.group(1) + " " + match.group(2)).toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  @Test
  void the_frames_of_the_page_are_those_of_the_client() throws IOException {
    assertEquals(
        found(
            "FRAME_([A-Z]+) = (0x[0-9a-f]{2})",
            Files.readString(Path.of("src/main/c/dbg/remote/frames.h"))),
        found(
            "(?m)^\\.It ([a-z]+) Ta (0x[0-9a-f]{2}) Ta",
            ManualPage.read("dbg-protocol.7").section("OVER SSH")));
  }
}
