package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Scripts in which a status is lost, or comes from a race.
 *
 * <p>The status of {@code $(exits ...)} is that of an assignment. In a word of another command bash
 * forgets it, and the test can no longer fail. The scripts set {@code pipefail}: a pipe into a
 * program that stops reading early fails with 141 now and then, when SIGPIPE ends the writer.
 */
class LostStatusTest {
  private static final Pattern KEPT = Pattern.compile("^\\s*[a-z]+=\\$\\(exits .*");

  private static final Pattern STOPS_EARLY = Pattern.compile("\\| *(head|cpio)\\b");

  private static boolean isLost(String line) {
    return line.contains("$(exits ") && !line.startsWith("#") && !KEPT.matcher(line).matches();
  }

  /** The lines of native-tests/shell are typed in dbg shell. */
  private static boolean isScript(Path file) {
    return Files.isRegularFile(file)
        && !file.toString().endsWith(".java")
        && !file.startsWith("native-tests/shell");
  }

  private static List<String> lines(Predicate<String> wanted, String... directories)
      throws IOException {
    List<String> found = new ArrayList<>();
    for (String directory : directories) {
      try (Stream<Path> files = Files.walk(Path.of(directory))) {
        for (Path file : files.filter(LostStatusTest::isScript).toList()) {
          Files.readString(file, StandardCharsets.ISO_8859_1)
              .lines()
              .filter(wanted)
              .forEach(line -> found.add(file + ": " + line));
        }
      }
    }
    return found;
  }

  @Test
  void no_script_forgets_the_status_that_it_asks_for() throws IOException {
    assertEquals(List.of(), lines(LostStatusTest::isLost, "native-tests"));
  }

  @Test
  void no_script_pipes_into_a_program_that_stops_reading() throws IOException {
    assertEquals(
        List.of(),
        lines(STOPS_EARLY.asPredicate(), "native-tests", "src/setup", "src/package", "src/demo"));
    assertTrue(STOPS_EARLY.matcher("rpm2cpio x | cpio --extract").find());
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
