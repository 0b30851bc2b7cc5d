package dev.dbg.enter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.tools.Activity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The words of dbg-enter's command line: those that dbgd writes are those that it reads. */
class HelperWordsTest {
  private static final Path JAVA = Path.of("src/main/java/dev/dbg/enter");

  private static final Pattern WRITTEN =
      Pattern.compile("(?:descriptor|value|flag|put|Map\\.entry)\\(\\s*\"([a-z-]+)\"");

  private static final Pattern KNOWN = Pattern.compile("\\{\"([a-z-]+)\", [A-Z]+, offsetof");

  private static final Pattern ALONE = Pattern.compile("strcmp\\(argv\\[1], \"([a-z-]+)\"\\)");

  /** InheritedFds makes these from the kinds of namespaces that only dbg-enter may join. */
  private static final List<String> NAMESPACES = List.of("mounts", "pid", "user", "time");

  private static Set<String> words(Pattern pattern, List<Path> files) throws IOException {
    Set<String> words = new TreeSet<>();
    for (Path file : files) {
      pattern
          .matcher(Files.readString(file))
          .results()
          .map((MatchResult found) -> found.group(1))
          .forEach(words::add);
    }
    return words;
  }

  @Test
  void dbgd_writes_the_words_that_dbg_enter_reads() throws IOException {
    Set<String> read = words(KNOWN, List.of(Path.of("src/main/c/dbg-enter/orders.c")));
    read.addAll(words(ALONE, List.of(Path.of("src/main/c/dbg-enter/dbg-enter.c"))));
    assertTrue(read.size() > 40, read::toString);
    Set<String> written =
        words(WRITTEN, List.of(JAVA.resolve("HelperArgs.java"), JAVA.resolve("InheritedFds.java")));
    written.addAll(NAMESPACES);
    for (Activity activity : Activity.values()) {
      boolean _ = written.add(activity.word());
    }
    assertEquals(read, written);
  }
}
