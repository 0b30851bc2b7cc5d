package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The status of {@code $(exits ...)} is that of an assignment. In a word of another command bash
 * forgets it, and the test can no longer fail.
 */
class LostStatusTest {
  private static final Pattern KEPT = Pattern.compile("^\\s*[a-z]+=\\$\\(exits .*");

  private static boolean isLost(String line) {
    return line.contains("$(exits ") && !line.startsWith("#") && !KEPT.matcher(line).matches();
  }

  @Test
  void no_script_forgets_the_status_that_it_asks_for() throws IOException {
    List<String> lost = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("native-tests"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.readString(file, StandardCharsets.ISO_8859_1)
            .lines()
            .filter(LostStatusTest::isLost)
            .forEach(line -> lost.add(file + ": " + line));
      }
    }
    assertEquals(List.of(), lost);
  }

  @Test
  void one_that_does_is_found() {
    for (String line :
        List.of(
            "  has \"$(exits 126 dbg ps)\" refused",
            "  [[ $(exits 1 cat x) != *root:* ]]",
            "  local said=$(exits 1 x)")) {
      assertTrue(isLost(line), line);
    }
    assertEquals(false, isLost("  said=$(exits 1 x)"));
  }
}
