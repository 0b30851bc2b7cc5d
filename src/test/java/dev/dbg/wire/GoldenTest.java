package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.ManualPage;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java code conforms to the packets that the C code is tested with too. */
class GoldenTest {
  private static final Terminal.Size NONE = new Terminal.Size(0, 0);
  private static final Map<String, String> TERM = Map.of("TERM", "xterm");

  @Test
  void a_line_is_read() throws Exception {
    assertEquals(
        new Request(NONE, Set.of(), TERM, "/", List.of("web", "net", "--", "ss", "-tln")),
        Packets.request(Golden.packet("request-line")));
  }

  @Test
  void a_request_without_words_is_read() throws Exception {
    assertEquals(
        new Request(NONE, Set.of(), Map.of(), "/", List.of()),
        Packets.request(Golden.packet("request-empty")));
  }

  @Test
  void a_terminal_s_size_is_read() throws Exception {
    assertEquals(
        new Request(new Terminal.Size(24, 80), Set.of(2), TERM, "/", List.of("ps")),
        Packets.request(Golden.packet("request-window")));
  }

  @Test
  void bytes_that_are_no_text_come_through_unchanged() throws Exception {
    Request request = Packets.request(Golden.packet("request-bytes"));
    assertEquals(List.of("", "ä€", "\udcff\udcfe\udcc0\udc80", "\u001b[3m"), request.arguments());
    assertArrayEquals(
        new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xc0, (byte) 0x80},
        RawText.encode(request.arguments().get(2)));
  }

  @Test
  void a_signal_is_read() throws Exception {
    assertEquals(new Packets.Signal(2), Packets.said(Golden.packet("signal")));
  }

  @Test
  void a_new_size_is_read() throws Exception {
    assertEquals(
        new Packets.Window(new Terminal.Size(24, 80)), Packets.said(Golden.packet("window")));
  }

  @Test
  void what_the_daemon_says_is_written_as_the_client_reads_it() throws Exception {
    byte[] output = {'h', 'i', '\n', 0, (byte) 0xff};
    byte[] error = "dbg: no\n".getBytes(StandardCharsets.US_ASCII);
    assertArrayEquals(
        Golden.packet("output"), Packets.text(Packets.OUTPUT, output, 0, output.length));
    assertArrayEquals(Golden.packet("error"), Packets.text(Packets.ERROR, error, 0, error.length));
    assertArrayEquals(Golden.packet("exited"), Packets.last(Packets.EXITED, 126));
    assertArrayEquals(Golden.packet("signalled"), Packets.last(Packets.SIGNALLED, 15));
    assertArrayEquals(Golden.packet("raw"), Packets.terminal(Packets.RAW));
    assertArrayEquals(Golden.packet("streams"), Packets.streams(7));
    assertArrayEquals(Golden.packet("verbatim"), Packets.terminal(Packets.VERBATIM));
    assertArrayEquals(Golden.packet("drawing"), Packets.terminal(Packets.DRAWING));
    assertArrayEquals(
        Golden.packet("shell"), Packets.shell("exit 42\n", List.of("bash", "/dev/fd/9")));
  }

  @Test
  void a_part_of_a_text_is_written_alone() throws Exception {
    byte[] text = "xxdbg: no\nyy".getBytes(StandardCharsets.US_ASCII);
    assertArrayEquals(Golden.packet("error"), Packets.text(Packets.ERROR, text, 2, 8));
  }

  @Test
  void every_golden_file_stands_in_the_table_and_the_other_way_round() throws Exception {
    Golden.assertListed(Golden.DIRECTORY);
  }

  @Test
  void the_examples_of_the_page_are_golden_packets() throws Exception {
    String examples = ManualPage.read("dbg-protocol.7").section("EXAMPLES");
    String[] literal = examples.split("\\.Bd -literal\n", -1);
    assertEquals(3, literal.length);
    assertEquals(hex(Golden.packet("request-line")), hexOf(literal[1]));
    assertEquals(hex(Golden.packet("error")) + hex(Golden.packet("exited")), hexOf(literal[2]));
  }

  private static String hex(byte[] packet) {
    return HexFormat.of().formatHex(packet);
  }

  /** The pairs of digits at the beginning of the lines, up to what is said of them. */
  private static String hexOf(String example) {
    return example
        .split("\\.Ed", 2)[0]
        .lines()
        .map(line -> line.split(" {2,}", 2)[0].replace(" ", ""))
        .collect(Collectors.joining());
  }

  @Test
  void the_types_of_the_page_are_those_of_the_code() throws Exception {
    Map<String, String> types = new TreeMap<>();
    for (Field field : Packets.class.getDeclaredFields()) {
      if (field.getType() == int.class
          && field.getModifiers() == (Modifier.STATIC | Modifier.FINAL)) {
        types.put("0x%02x".formatted(field.getInt(null)), field.getName().toLowerCase(Locale.ROOT));
      }
    }
    assertTrue(types.size() > 10, types.toString());
    String page = ManualPage.read("dbg-protocol.7").text();
    Map<String, String> listed = new TreeMap<>();
    Pattern.compile("(?m)^\\.It (0x[0-9a-f]{2}) Ta ([a-z]+) Ta (dbgd?) Ta")
        .matcher(page)
        .results()
        .forEach(
            row -> {
              listed.put(row.group(1), row.group(2));
              assertEquals(row.group(1).startsWith("0x8") ? "dbgd" : "dbg", row.group(3));
            });
    assertEquals(types, listed);
    String said = page.replace("\n", " ");
    assertTrue(said.contains("the protocol's version, which is " + Packets.VERSION + "."));
    assertTrue(said.contains("a version other than " + Packets.VERSION + ";"));
  }

  private static Set<String> found(String pattern, String text) {
    return Pattern.compile(pattern)
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toSet());
  }

  @Test
  void the_signals_of_the_pages_are_those_that_the_client_passes_on() throws Exception {
    String client = Files.readString(Path.of("src/main/c/dbg/dbg.c"));
    String shared = Files.readString(Path.of("src/main/c/shared/signals.h"));
    Set<String> passed = found("\\b(SIG[A-Z0-9]+)", line("passed_signals\\[] = .*", client));
    passed.addAll(found("\\b(SIG[A-Z0-9]+)", line("#define TOOL_SIGNALS .*", shared)));
    String page = ManualPage.read("dbg-view.7").section("Signals");
    assertEquals(passed, found("\\b(SIG[A-Z0-9]+)", page.split("\\.\\n", 2)[0]));

    String numbers = ManualPage.read("dbg-protocol.7").section("Signal");
    Set<String> numbered = found("\\b(SIG[A-Z0-9]+ [0-9]+)", numbers);
    Set<String> known = new HashSet<>();
    for (Field field : Signals.class.getFields()) {
      known.add("SIG" + field.getName() + " " + field.getInt(null));
    }
    known.remove("SIGKILL 9");
    assertEquals(known, numbered);
    passed.add("SIGSTOP");
    assertEquals(passed, found("\\b(SIG[A-Z0-9]+) [0-9]", numbers));
  }

  private static String line(String pattern, String text) {
    return String.join("", found("(" + pattern + ")", text));
  }

  @Test
  void the_variables_of_the_page_are_those_that_the_client_tells() throws Exception {
    String client = Files.readString(Path.of("src/main/c/dbg/dbg.c"));
    assertEquals(
        found("\"([A-Z_]+)\"", line("told_variables\\[] = .*", client)),
        found(
            "\\b([A-Z_]{2,})\\b",
            String.join(
                " ", found("\\.Ev (.*)", ManualPage.read("dbg-protocol.7").section("Request")))));
  }

  @Test
  void the_client_s_own_code_is_held_to_them(@TempDir Path directory) throws Exception {
    Path program = compiled("golden", directory);
    String _ = run(program + " " + Golden.DIRECTORY.toAbsolutePath());
  }

  @Test
  void control_sequences_are_drawn_as_text(@TempDir Path directory) throws Exception {
    String _ = run(compiled("screen", directory).toString());
  }

  @Test
  void the_client_and_dbgd_draw_the_same_characters(@TempDir Path directory) throws Exception {
    List<String> drawn =
        IntStream.rangeClosed(0x80, 0x10ffff)
            .filter(point -> point < 0xd800 || point > 0xdfff)
            .filter(point -> !printsAsItIs(point))
            .mapToObj(Integer::toString)
            .toList();
    assertTrue(drawn.contains(Integer.toString(0x61c)), drawn::toString);
    assertEquals(drawn, run(compiled("screen", directory) + " drawn").lines().toList());
  }

  private static boolean printsAsItIs(int point) {
    String text = Character.toString(point);
    return RawText.printable(text).equals(text);
  }

  static Path compiled(String name, Path directory, String... options) throws Exception {
    Path program = directory.resolve(name);
    String _ =
        run(
            "cc -Isrc/main/c/dbg -DDBG_VERSION=\"0\" -std=gnu17 -O1 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes"
                + " -Werror -o %s src/test/c/%s.c".formatted(program, name)
                + Arrays.stream(options).map(" "::concat).collect(Collectors.joining()));
    return program;
  }

  static String run(String command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command.split(" +"))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), command + "\n" + said);
    return said;
  }
}
