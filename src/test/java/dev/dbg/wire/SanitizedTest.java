package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.measure.Whole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * All C is compiled with the system's C library and the compiler's sanitizers, with every warning
 * an error. Hostile ends send dbg and dbg-enter what random numbers make; {@code src/test/c/fuzz.c}
 * has the ends of dbg. The same ends must abort a build in which faults are planted.
 */
@Tag("whole")
class SanitizedTest {
  private static final Path SOURCES = Path.of("src/main/c");

  /** Of more than this the controls find their faults. */
  private static final int RUNS = 150;

  /** One run of the orders takes 0.2 ms. */
  private static final int RUNS_OF_ORDERS = 3000;

  /** By file: what it says, and what it says with a fault. */
  private static final Map<String, Map.Entry<String, String>> FAULTS =
      Map.of(
          "dbg/remote/lanes.c",
          Map.entry("stream < MOST_STREAMS ? &lanes[stream] : NULL", "&lanes[stream]"),
          "dbg/daemon.c",
          Map.entry(
              ".msg_controllen = CMSG_LEN(MOST_STREAMS * sizeof(int))};",
              ".msg_controllen = sizeof(control)};"),
          "dbg-enter/orders.c",
          Map.entry("volume_count == MOST_VOLUMES", "volume_count > MOST_VOLUMES"));

  @TempDir private static Path directory;

  private static Path good;
  private static Path faulty;

  private static List<Path> sources(Path tree, String... programs) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (String program : programs) {
      try (Stream<Path> files = Files.walk(tree.resolve("main/c").resolve(program))) {
        files.filter(file -> file.toString().endsWith(".c")).sorted().forEach(sources::add);
      }
    }
    return sources;
  }

  private static List<String> compiler(String program, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "cc",
                "-std=gnu17",
                "-O0",
                "-g1",
                "-D_GNU_SOURCE",
                "-DDBG_VERSION=\"0\"",
                "-Wall",
                "-Wextra",
                "-Wshadow",
                "-Wconversion",
                "-Wstrict-prototypes",
                "-Werror",
                "-fsanitize=address,undefined",
                "-fno-sanitize-recover=all",
                "-I" + SOURCES.resolve(program).toAbsolutePath()));
    words.addAll(List.of(options));
    return words;
  }

  private static void compile(List<String> words, List<Path> files, Path in) throws Exception {
    List<String> all = new ArrayList<>(words);
    files.forEach(file -> all.add(file.toString()));
    assertEquals("", run(0, in, all));
  }

  /** What the command prints. */
  private static String run(int status, Path in, List<String> words) throws Exception {
    Process process =
        new ProcessBuilder(words)
            .directory(in.toFile())
            .redirectErrorStream(true)
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertEquals(status, process.waitFor(), () -> String.join(" ", words) + "\n" + said);
    return said;
  }

  private static Path copied(String name) throws Exception {
    Path tree = Files.createDirectory(directory.resolve(name));
    for (String part : List.of("main", "test")) {
      Path parent = Files.createDirectory(tree.resolve(part));
      run(0, Path.of(""), List.of("cp", "-R", "src/" + part + "/c", parent.toString()));
    }
    return Files.createDirectory(tree.resolve("objects")).getParent();
  }

  private static void link(Path tree) throws Exception {
    List<Path> files = new ArrayList<>(List.of(tree.resolve("test/c/fuzz.c")));
    try (Stream<Path> objects = Files.list(tree.resolve("objects"))) {
      objects.forEach(files::add);
    }
    String wrap = "-Wl,--wrap=execvp,--wrap=execv,--wrap=end_by_signal";
    compile(compiler("dbg", wrap, "-o", "fuzz"), files, tree);
    compile(compiler("dbg-enter", "-o", "orders"), List.of(tree.resolve("test/c/orders.c")), tree);
  }

  @BeforeAll
  static void compileAll() throws Exception {
    good = copied("good");
    List<String> objects = compiler("dbg", "-Dmain=dbg_main", "-c");
    compile(objects, sources(good, "dbg", "shared"), good.resolve("objects"));
    link(good);

    faulty = copied("faulty");
    run(0, good, List.of("cp", "-R", "objects", faulty.toString()));
    List<Path> changed = new ArrayList<>();
    for (Map.Entry<String, Map.Entry<String, String>> fault : FAULTS.entrySet()) {
      Path file = faulty.resolve("main/c").resolve(fault.getKey());
      String text = Files.readString(file);
      assertTrue(text.contains(fault.getValue().getKey()), fault::getKey);
      Files.writeString(file, text.replace(fault.getValue().getKey(), fault.getValue().getValue()));
      if (fault.getKey().startsWith("dbg/")) {
        changed.add(file);
      }
    }
    compile(objects, changed, faulty.resolve("objects"));
    link(faulty);
  }

  private static String fuzz(Path tree, String end, int first, int count, int status)
      throws Exception {
    String program = end.equals("orders") ? "orders" : "fuzz";
    String what = end.equals("orders") ? "fuzz" : end;
    List<String> words =
        List.of(tree + "/" + program, what, Integer.toString(first), Integer.toString(count));
    return run(status, tree, words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dbg-enter", "connect", "environ", "threads", "logs"})
  void each_program_compiles_with_the_system_s_c_library(String program) throws Exception {
    compile(compiler(program, "-o", program), sources(good, program, "shared"), good);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdio", "client", "host", "orders"})
  void no_input_makes_undefined_behaviour(String end) throws Exception {
    int runs = end.equals("orders") ? RUNS_OF_ORDERS : RUNS;
    List<Integer> seeds = Whole.seeds(20 * runs, runs);
    assertEquals("", fuzz(good, end, seeds.getFirst(), seeds.size(), 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdio", "client", "host"})
  void a_planted_fault_is_seen(String end) throws Exception {
    String said = fuzz(faulty, end, 0, RUNS, 1);
    assertTrue(said.matches("(?s)seed [0-9]+: a process was aborted: .*"), said);
  }

  @Test
  void a_planted_fault_of_the_orders_is_seen() throws Exception {
    String said = fuzz(faulty, "orders", 0, RUNS_OF_ORDERS, 128 + 6);
    assertTrue(said.contains("index 128 out of bounds"), said);
    assertTrue(said.matches("(?s).*seed [0-9]+: aborted\n"), said);
  }
}
