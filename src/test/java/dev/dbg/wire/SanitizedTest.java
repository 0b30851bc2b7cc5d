package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The C programs with the compiler's address and undefined-behaviour sanitizers, and with the
 * system's C library: where musl is installed, nothing else compiles them with another one. Each
 * end of dbg that reads what others send is given random bytes.
 */
@Tag("whole")
class SanitizedTest {
  private static final String SANITIZERS =
      "-O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all";

  /** A connection takes some milliseconds of a processor. */
  private static final int SEEDS = 250;

  private static final int ORDERS = 5000;

  @TempDir static Path directory;

  private record Ended(int status, String said) {}

  private static Ended run(List<String> words) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("DBG_SANITIZED", "1");
    // The programs end in the middle of their work, and leave all to the kernel.
    builder.environment().put("ASAN_OPTIONS", "detect_leaks=0");
    Path said = Files.createTempFile(directory, "said", "");
    Process process =
        builder.redirectInput(Path.of("/dev/null").toFile()).redirectOutput(said.toFile()).start();
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), words::toString);
    return new Ended(process.exitValue(), Files.readString(said, StandardCharsets.ISO_8859_1));
  }

  private static void succeeds(List<String> words) throws Exception {
    Ended ended = run(words);
    assertEquals(new Ended(0, ""), ended, words::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dbg", "dbg-enter", "connect", "environ", "threads", "logs"})
  void each_program_compiles_with_the_systems_library_and_without_a_warning(String program)
      throws Exception {
    succeeds(
        List.of(
            "src/main/c/compile", "src/main/c/" + program, directory.resolve(program).toString()));
  }

  private static Path compiled(String name, String... more) throws Exception {
    Path into = Files.createTempDirectory(directory, name);
    List<String> options = new ArrayList<>(List.of(SANITIZERS.split(" ")));
    options.addAll(Arrays.asList(more));
    return GoldenTest.compiled(name, into, options.toArray(String[]::new));
  }

  private static List<String> fuzzing(Path program, String side, int seeds) {
    return List.of(
        program.toString(),
        Golden.DIRECTORY.toAbsolutePath().toString(),
        program.resolveSibling("socket").toString(),
        side,
        "0",
        Integer.toString(seeds));
  }

  @Test
  void no_frame_and_no_packet_leads_an_end_of_dbg_to_undefined_behaviour() throws Exception {
    Path program = compiled("fuzz");
    for (String side : List.of("stdio", "host", "client")) {
      succeeds(fuzzing(program, side, SEEDS));
    }
  }

  @Test
  void no_order_leads_dbg_enter_to_undefined_behaviour() throws Exception {
    succeeds(List.of(compiled("orders_fuzz").toString(), "0", Integer.toString(ORDERS)));
  }

  /** The tests of packets and frames find more than random bytes do. */
  @Test
  void the_tests_of_frames_and_packets_hold_with_sanitizers_too() throws Exception {
    succeeds(List.of(compiled("golden").toString(), Golden.DIRECTORY.toAbsolutePath().toString()));
    succeeds(
        List.of(
            compiled("remote").toString(),
            Path.of("src/test/resources/frames").toAbsolutePath().toString()));
  }

  /** A control for each sanitizer. */
  @Test
  void planted_faults_are_found_and_their_seeds_are_named() throws Exception {
    Path copies = compiled("fuzz", "-include", "src/test/c/planted/null-copies.h");
    Ended ended = run(fuzzing(copies, "stdio", SEEDS));
    assertNotEquals(0, ended.status);
    assertTrue(ended.said.contains("null pointer passed as argument 2"), ended.said);
    assertTrue(ended.said.contains("stdio, seed "), ended.said);

    Path words = compiled("orders_fuzz", "-include", "src/test/c/planted/any-word.h");
    ended = run(List.of(words.toString(), "0", Integer.toString(ORDERS)));
    assertNotEquals(0, ended.status);
    assertTrue(ended.said.contains("heap-buffer-overflow"), ended.said);
    assertTrue(ended.said.contains("orders, seed "), ended.said);
  }
}
