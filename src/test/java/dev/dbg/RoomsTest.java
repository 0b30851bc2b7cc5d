package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Checks that dbgd follows the rules of {@link Rooms} and {@link Sources}, and that each rule
 * detects a violation.
 */
class RoomsTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.dbg");

  /**
   * Classes in src/test/java/dev/dbg/wrong: for each rule some that violate it and no other rule.
   */
  private static final JavaClasses WRONG = new ClassFileImporter().importPackages("dev.dbg.wrong");

  private static final Pattern FIRST_CLASS =
      Pattern.compile("dev\\.dbg\\.wrong\\.((?:[a-z]+\\.)+[A-Z][A-Za-z]+)");

  private static final Map<String, Function<Rooms, ArchRule>> RULES =
      Map.ofEntries(
          Map.entry("below", Rooms::onlyWhatIsBelow),
          Map.entry("plan", Rooms::everyRoomHasItsFloor),
          Map.entry("cycles", Rooms::noCycles),
          Map.entry("calls", Rooms::onlyKernelMakesSystemCalls),
          Map.entry("raised", Rooms::capabilitiesAreForSystemCallsAlone),
          Map.entry("jnr", Rooms::onlyKernelUsesJnr),
          Map.entry("docker-java", Rooms::onlyOneFileUsesDockerJava),
          Map.entry("picocli", Rooms::onlyVerbsUsePicocli),
          Map.entry("pure", Rooms::thePureRoomsArePure),
          Map.entry("prints", Rooms::onlyVerbsOfDbgdPrint),
          Map.entry("lines", Rooms::theKernelsLinesEndAtNewlines));

  @Test
  void main_keeps_every_rule() {
    assertTrue(MAIN.size() > 100, "classes found: " + MAIN.size());
    RULES.values().forEach(rule -> rule.apply(new Rooms("dev.dbg")).check(MAIN));
  }

  private static final Path SOURCES = Path.of("src/main/java/dev/dbg");

  private static final Path NATIVE_TESTS = Path.of("native-tests/java/dev/dbg");

  /** What the native tests are written with. */
  private static final String SCENE = "nativetests.scene";

  private static String comment(Path sources, String room) throws IOException {
    return Files.readString(sources.resolve(room.replace('.', '/')).resolve("package-info.java"));
  }

  /** What each package comment says that its package may import. */
  private static Map<String, Imports> said(Path sources, Set<String> packages) throws IOException {
    Map<String, Imports> said = new TreeMap<>();
    for (String room : packages) {
      Imports.of(room, comment(sources, room), packages)
          .ifPresent(imports -> said.put(room, imports));
    }
    return said;
  }

  @Test
  void each_package_imports_what_its_comment_says_and_nothing_else() throws IOException {
    Map<String, Set<String>> used = new Rooms("dev.dbg").uses(MAIN);
    // The compiler copies a constant, and classes do not show from where.
    addImports(SOURCES, used);
    Map<String, Imports> said = said(SOURCES, packages(used));
    assertTrue(said.size() > 20, "comments that say it: " + said.size());
    assertEquals(List.of(), Imports.wrong(said, used));
  }

  @Test
  void each_package_of_the_native_tests_scene_imports_of_it_what_its_comment_says()
      throws IOException {
    Map<String, Set<String>> used = new TreeMap<>();
    addImports(NATIVE_TESTS, used);
    used.keySet().removeIf(room -> !room.startsWith(SCENE + "."));
    used.values().forEach(all -> all.removeIf(room -> !room.startsWith(SCENE + ".")));
    Map<String, Imports> said = said(NATIVE_TESTS, used.keySet());
    assertEquals(used.keySet(), said.keySet());
    assertEquals(List.of(), Imports.wrong(said, used));
  }

  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?dev\\.dbg\\.((?:[a-z]+\\.)*)[A-Z]");

  /** Adds what the sources below a directory say that they import. */
  private static void addImports(Path sources, Map<String, Set<String>> used) throws IOException {
    for (Path file : Sources.below(sources, "java").lines().keySet()) {
      Path room = sources.relativize(file.resolveSibling(""));
      Set<String> imports =
          used.computeIfAbsent(room.toString().replace('/', '.'), name -> new TreeSet<>());
      IMPORT
          .matcher(Files.readString(file))
          .results()
          .forEach(name -> imports.add(name.group(1).replaceFirst("\\.$", "")));
    }
  }

  /** The packages with classes, and the rooms that have only packages within. */
  private static Set<String> packages(Map<String, Set<String>> used) {
    Set<String> packages = new TreeSet<>(used.keySet());
    used.keySet().forEach(name -> packages.add(name.replaceFirst("\\..*", "")));
    return packages;
  }

  @Test
  void a_comment_that_lies_about_imports_is_found() {
    Map<String, Set<String>> used =
        Map.of(
            "audit", Set.of(),
            "audit.read", Set.of("audit.file", "model", "kernel.file"),
            "audit.file", Set.of(),
            "kernel.file", Set.of("model"),
            "model", Set.of(),
            "toml", Set.of());
    Set<String> packages = packages(used);
    Map<String, Imports> said = new TreeMap<>();
    for (String[] comment :
        new String[][] {
          {"audit", "May import: {@code kernel} and below. Must not: decide."},
          {"audit.read", "May import: {@code file}, {@code toml}."},
          {"audit.file", "Reads lines."},
          {"kernel", "May import: nothing of dbg."}
        }) {
      Imports.of(comment[0], comment[1], packages).ifPresent(i -> said.put(comment[0], i));
    }
    assertEquals(
        List.of(
            "audit.read imports kernel.file",
            "audit.read imports model",
            "audit.read does not import toml",
            "kernel imports model"),
        Imports.wrong(said, used));
    for (String form : List.of("everything", "only {@code model}", "{@code no.such}")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Imports.of("audit", "May import: " + form + ".", packages));
    }
  }

  @Test
  void the_floors_are_drawn_as_they_are() throws IOException {
    assertEquals(
        Rooms.floors().stream()
            .map(floor -> floor.equals(List.of("")) ? List.of("Dbgd") : floor)
            .toList(),
        Rooms.drawn(comment(SOURCES, "")));
    assertEquals(
        Rooms.floorsWithin("audit").stream().filter(floor -> !floor.equals(List.of(""))).toList(),
        Rooms.drawn(comment(SOURCES, "audit")));
  }

  @Test
  void every_package_is_null_marked() {
    assertEquals(List.of(), new Rooms("dev.dbg").unmarked(MAIN));
  }

  @Test
  void an_unmarked_package_is_found() {
    assertEquals(List.of("dev.dbg.wrong.toml"), new Rooms("dev.dbg.wrong").unmarked(WRONG));
  }

  @Test
  void each_wrong_class_is_found_by_the_rules_it_breaks_and_by_no_other() {
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("policy.LooksBeside"));
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("audit.LooksAbove"));
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("audit.read.LooksBesideWithin"));
    assertEquals(List.of("below", "cycles"), rulesBrokenBy("audit.write.IsRead"));
    assertEquals(List.of("plan"), rulesBrokenBy("audit.attic.StandsWithin"));
    assertEquals(List.of("pure"), rulesBrokenBy("policy.OpensAFile"));
    assertEquals(List.of("pure"), rulesBrokenBy("tools.OpensAPath"));
    assertEquals(List.of("pure"), rulesBrokenBy("grammar.AsksTheClock"));
    assertEquals(List.of("jnr"), rulesBrokenBy("session.CallsTheKernel"));
    assertEquals(List.of("calls"), rulesBrokenBy("session.MakesSystemCalls"));
    assertEquals(List.of("raised"), rulesBrokenBy("session.HasCapabilities"));
    assertEquals(List.of("raised"), rulesBrokenBy("kernel.file.ReadsWhileRaised"));
    assertEquals(List.of("raised"), rulesBrokenBy("kernel.file.KeepsThemRaised"));
    assertEquals(List.of("docker-java"), rulesBrokenBy("resolve.AsksDocker"));
    assertEquals(List.of("lines"), rulesBrokenBy("resolve.SplitsNames"));
    assertEquals(List.of("picocli"), rulesBrokenBy("session.ParsesWords"));
    assertEquals(List.of("prints"), rulesBrokenBy("enter.Prints"));
    assertEquals(List.of("plan"), rulesBrokenBy("attic.Stands"));
    assertEquals(List.of(), rulesBrokenBy("session.KeepsTheRules"));
  }

  /** A call of {@code Capabilities.during} whose argument is no call of the C library in place. */
  private static final Pattern RAISED_AROUND_MORE =
      Pattern.compile(
          "(?<![#\\w])during\\((?!LongSupplier )(?!\\s*\\(\\)\\s*->\\s*LibC\\.\\w+\\().*");

  private static List<String> raisedAroundMore(String source) {
    return RAISED_AROUND_MORE.matcher(source).results().map(MatchResult::group).toList();
  }

  @Test
  void capabilities_are_in_effect_around_nothing_but_a_call_that_is_written_there()
      throws IOException {
    List<String> more = new ArrayList<>();
    int calls = 0;
    for (Path file :
        Sources.below(Path.of("src/main/java/dev/dbg/kernel"), "java").lines().keySet()) {
      String source = Files.readString(file);
      more.addAll(raisedAroundMore(source));
      calls += source.split("(?<![#\\w])during\\(", -1).length - 1;
    }
    assertEquals(List.of(), more);
    assertTrue(calls > 20, "calls found: " + calls);
  }

  @Test
  void a_call_around_something_else_is_found() {
    assertEquals(List.of(), raisedAroundMore("check(during(() -> LibC.read(fd, into, 1)))"));
    assertEquals(List.of(), raisedAroundMore("during(\n    () ->\n        LibC.read(fd))"));
    for (String wrong :
        List.of(
            "during(others)",
            "during(this::read)",
            "during(all.get(0))",
            "during(() -> { x(); })")) {
      assertEquals(List.of(wrong), raisedAroundMore(wrong));
    }
  }

  /** Names that were declared twice before this rule existed. Do not add any. */
  private static final Set<String> STILL_TWICE = Set.of();

  @Test
  void no_simple_name_is_declared_twice() {
    Map<String, Set<String>> twice = Rooms.namesDeclaredTwice(MAIN);
    for (String name : STILL_TWICE) {
      System.out.println("still declared twice: " + name + ": " + twice.remove(name));
    }
    assertEquals(Map.of(), twice);
  }

  @Test
  void a_simple_name_that_is_declared_twice_is_found() {
    assertEquals(
        Map.of("Twin", Set.of("dev.dbg.wrong.enter.Twin", "dev.dbg.wrong.session.HasTwin$Twin")),
        Rooms.namesDeclaredTwice(WRONG));
  }

  @Test
  void no_package_is_crowded_and_no_file_is_long() throws IOException {
    Sources java = Sources.below(Path.of("src/main/java"), "java");
    Sources c = Sources.below(Path.of("src/main/c"), "c", "h");
    assertTrue(java.lines().size() > 100 && c.lines().size() > 10, "sources not found");
    assertEquals(List.of(), java.directoriesOver(30));
    assertEquals(List.of(), java.filesOver(800));
    assertEquals(List.of(), c.filesOver(400));
    Sources scene = Sources.below(NATIVE_TESTS.resolve(SCENE.replace('.', '/')), "java");
    assertTrue(scene.lines().size() > 50, "the scene is not found");
    assertEquals(List.of(), scene.filesOver(400));
    assertEquals(List.of(), Sources.below(NATIVE_TESTS, "java").directoriesOver(20));
  }

  /** What there was on 2026-11-27. Lower it with each diet; raise it with a decision (D291). */
  private static final int MOST_JAVA = 66_024;

  private static final int MOST_C = 13_263;

  @Test
  void the_house_does_not_grow() throws IOException {
    long java = Sources.below(Path.of("src/main/java"), "java").total();
    long c = Sources.below(Path.of("src/main/c"), "c", "h").total();
    System.out.printf("lines: Java %,d of %,d, C %,d of %,d%n", java, MOST_JAVA, c, MOST_C);
    assertTrue(java > 10_000 && java <= MOST_JAVA, () -> java + " lines of Java");
    assertTrue(c > 1_000 && c <= MOST_C, () -> c + " lines of C");
  }

  @Test
  void each_line_counts() {
    assertEquals(401, new Sources(Map.of(Path.of("A.java"), 400, Path.of("B.java"), 1)).total());
  }

  @Test
  void a_crowded_package_and_a_long_file_are_found() {
    Sources sources =
        new Sources(
            Map.of(
                Path.of("a/A.java"), 400,
                Path.of("a/package-info.java"), 1,
                Path.of("b/B.java"), 401,
                Path.of("b/C.java"), 1,
                Path.of("b/D.java"), 1));
    assertEquals(List.of("b"), sources.directoriesOver(2));
    assertEquals(List.of("b/B.java"), sources.filesOver(400));
  }

  @Test
  void no_wrong_class_goes_unseen() {
    List<String> unseen =
        WRONG.stream()
            .map(c -> c.getName().substring("dev.dbg.wrong.".length()))
            .filter(name -> !name.endsWith("package-info"))
            .filter(name -> rulesBrokenBy(name).isEmpty())
            .sorted()
            .toList();
    assertEquals(
        List.of(
            "enter.Twin",
            "kernel.Capabilities",
            "kernel.LibC",
            "kernel.Native",
            "kernel.file.RaisesAroundACall",
            "session.HasTwin",
            "session.HasTwin$Twin",
            "session.KeepsTheRules",
            "toml.Unmarked"),
        unseen);
  }

  private static List<String> rulesBrokenBy(String name) {
    Map<String, Function<Rooms, ArchRule>> sorted = new TreeMap<>(RULES);
    return sorted.entrySet().stream()
        .filter(rule -> breaks(name, rule.getValue().apply(new Rooms("dev.dbg.wrong"))))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The first class in a line of the report is the one that violates the rule. */
  private static boolean breaks(String name, ArchRule rule) {
    return rule.allowEmptyShould(true).evaluate(WRONG).getFailureReport().getDetails().stream()
        .flatMap(String::lines)
        .map(FIRST_CLASS::matcher)
        .anyMatch(line -> line.find() && line.group(1).equals(name));
  }
}
