package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * How much code can run in dbgd's process, which holds sessions and has SYS_ADMIN in its permitted
 * set, and how much of that looks at bytes that somebody other than root wrote.
 *
 * <p>Each class that {@link Dbgd} refers to, directly or through other classes, is counted.
 */
class RootProcessTest {
  /** What was left on 2026-12-06, when all classes were counted first. Lower it. */
  private static final int MOST = 52_776;

  private static final int MOST_THAT_LOOK = 25_144;

  /**
   * The rooms that look at what others wrote: clients their packets, lines and arguments, engines'
   * users names and labels, processes what they say of themselves.
   */
  private static final List<String> LOOKING =
      List.of(
          "dev.dbg.wire",
          "dev.dbg.grammar",
          "dev.dbg.tools.value",
          "dev.dbg.tools.argument",
          "dev.dbg.complete",
          "dev.dbg.shell",
          "dev.dbg.resolve",
          "dev.dbg.answer",
          "dev.dbg.review",
          "dev.dbg.audit.record",
          "dev.dbg.audit.read",
          "dev.dbg.audit.verify",
          "dev.dbg.audit.export",
          "dev.dbg.audit.file",
          "dev.dbg.kernel.process",
          "dev.dbg.kernel.socket");

  static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.dbg");

  /** The outermost classes that can be loaded in dbgd's process. */
  static Set<String> reached() {
    Set<JavaClass> seen = new HashSet<>();
    Deque<JavaClass> left = new ArrayDeque<>(List.of(MAIN.get(Dbgd.class)));
    while (!left.isEmpty()) {
      JavaClass next = left.pop();
      if (next.getName().startsWith("dev.dbg.") && seen.add(next)) {
        for (Dependency use : next.getDirectDependenciesFromSelf()) {
          left.push(use.getTargetClass().getBaseComponentType());
        }
      }
    }
    return seen.stream()
        .map(found -> found.getName().replaceFirst("\\$.*", ""))
        .collect(Collectors.toSet());
  }

  private static boolean looks(String name) {
    return LOOKING.stream().anyMatch(room -> name.startsWith(room + "."));
  }

  private static String name(Path source) {
    return source
        .toString()
        .replaceFirst("^src/main/java/", "")
        .replaceFirst("\\.java$", "")
        .replace('/', '.');
  }

  @Test
  void the_root_process_does_not_grow() throws IOException {
    Set<String> reached = reached();
    Sources sources = Sources.below(Path.of("src/main/java"), "java");
    long all = sources.totalOf(source -> reached.contains(name(source)));
    long looking = sources.totalOf(source -> reached.contains(name(source)) && looks(name(source)));
    System.out.printf(
        "dbgd's process: %,d of %,d lines, of which %,d of %,d look at others' bytes%n",
        all, MOST, looking, MOST_THAT_LOOK);
    assertTrue(all > 10_000 && all <= MOST, () -> all + " lines");
    assertTrue(looking > 1_000 && looking <= MOST_THAT_LOOK, () -> looking + " lines that look");
  }

  /** Only the readers show the log, and read what users' engines say. */
  @Test
  void what_the_readers_do_is_not_reached() {
    Set<String> reached = reached();
    assertTrue(reached.contains("dev.dbg.review.AuditAnswer"), "not the root process");
    assertEquals(
        List.of(),
        reached.stream()
            .filter(
                name ->
                    name.startsWith("dev.dbg.audit.read.")
                        || name.startsWith("dev.dbg.audit.verify.")
                        || name.startsWith("dev.dbg.audit.export."))
            .sorted()
            .toList());
  }
}
