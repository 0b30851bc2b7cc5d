package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.altered.Alteration;
import dev.dbg.altered.AlteredJar;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native tests take a defence out of a copy of dbgd by classes that stand in places of main's,
 * {@code Host.inWhich}. Main has each of these places, and the altered classes pass the JVM's
 * verifier: otherwise a native test would say so, half an hour later.
 */
class AlterationsTest {
  private static final Path MAIN = Path.of("target/classes");
  private static final Path TESTS = Path.of("target/test-classes");
  private static final Path NATIVE_TESTS = Path.of("native-tests");

  @Test
  void main_has_each_place_in_which_a_native_test_puts_something_else() throws IOException {
    List<String> all = alterations();
    assertTrue(all.size() > 90, () -> all.size() + " classes were found");
    for (String name : all) {
      assertFalse(Alteration.of(name).in(MAIN).isEmpty());
    }
  }

  /** One jar has all of them, each behind a switch, in most native tests. */
  @Test
  void main_has_each_place_also_where_all_others_are_beside_it(@TempDir Path tree)
      throws IOException {
    Path jar = Files.createDirectories(tree.resolve("lib/dbg")).resolve("dbg-0.jar");
    try (FileSystem to = FileSystems.newFileSystem(jar, Map.of("create", true));
        Stream<Path> files = Files.walk(MAIN)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
        Path copy = to.getPath("/" + MAIN.relativize(file));
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.copy(file, copy);
      }
    }
    long before = Files.size(jar);
    AlteredJar.alterSwitchably(tree, alterations());
    assertTrue(Files.size(jar) > before, "nothing was put in");
  }

  @Test
  void each_of_these_classes_is_used() throws IOException {
    String users = usersOfAlterations();
    assertEquals(List.of(), alterations().stream().filter(one -> !isUsed(one, users)).toList());
  }

  @Test
  void a_place_that_main_does_not_have_is_found() {
    for (Class<?> one :
        List.of(
            Misplaced.NoSuchMethod.class,
            Misplaced.OtherParameters.class,
            Misplaced.OtherResult.class,
            Misplaced.NoSuchCall.class)) {
      Alteration alteration = Alteration.of(one.getName());
      String why = assertThrows(IllegalStateException.class, () -> alteration.in(MAIN)).toString();
      assertTrue(why.endsWith("main has no such place"), why);
    }
    Alteration elsewhere = Alteration.of(Misplaced.OtherPackage.class.getName());
    assertThrows(IllegalStateException.class, () -> elsewhere.in(MAIN));
  }

  private static List<String> alterations() throws IOException {
    return AlteredJar.all(TESTS);
  }

  private static String usersOfAlterations() throws IOException {
    try (Stream<Path> files = Files.walk(NATIVE_TESTS)) {
      List<Path> all =
          files
              .filter(file -> file.toString().matches(".*(\\.sh|/nativetests/.*\\.java)"))
              .sorted()
              .toList();
      StringBuilder text = new StringBuilder();
      for (Path file : all) {
        text.append(Files.readString(file));
      }
      return text.toString();
    }
  }

  /**
   * As {@code AlteredKernel.Powerful.class} in Java, as {@code kernel.AlteredKernel.Powerful} else.
   */
  private static boolean isUsed(String name, String users) {
    String full = name.replaceFirst("^dev\\.dbg\\.", "").replace('$', '.');
    return users.contains(full.replaceFirst("^[a-z.]*", "") + ".class") || users.contains(full);
  }
}
