package dev.dbg.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What dbg's own program logs makes of what it is given: engines' answers, and files. */
class LogsProgramTest {
  private static final String FRAMED =
      "HTTP/1.0 200 OK\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n\r\n";
  private static final String UNSAID = "HTTP/1.0 200 OK\r\nDate: x\r\n\r\n";

  @TempDir static Path directory;

  private record Said(int status, String out, String err) {}

  @BeforeAll
  static void compile() throws Exception {
    Process compiler =
        new ProcessBuilder("src/main/c/compile", "src/main/c/logs", program()).inheritIO().start();
    assertEquals(0, compiler.waitFor());
  }

  @Test
  void frames_are_printed_to_their_streams() throws Exception {
    String frames = frame(1, "one\n") + frame(2, "two\n") + frame(0, "in\n") + frame(1, "");

    assertEquals(new Said(0, "one\nin\n", "two\n"), logs(FRAMED + frames));
    assertEquals(new Said(0, "one\nin\n", "two\n"), logs(UNSAID + frames));
    assertEquals(new Said(0, "", ""), logs(FRAMED));
    assertEquals(new Said(0, "", ""), logs(UNSAID));
  }

  /** A container with a terminal writes one stream, in which nothing is a frame. */
  @Test
  void a_stream_without_frames_is_printed_as_it_is() throws Exception {
    String raw = "HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n";

    assertEquals(new Said(0, frame(1, "x"), ""), logs(raw + frame(1, "x")));
    assertEquals(new Said(0, "\u001b[31m text\n", ""), logs(UNSAID + "\u001b[31m text\n"));
    assertEquals(new Said(0, "abc", ""), logs(UNSAID + "abc"));
  }

  @Test
  void a_status_is_printed_as_it_is() throws Exception {
    assertEquals(new Said(0, "state  up\n", ""), logs("TEXT\nstate  up\n"));
    assertEquals(new Said(0, "", ""), logs("TEXT\n"));
    assertEquals(1, logs("TEXTS\nstate\n").status);
  }

  @Test
  void a_line_of_any_length_goes_through() throws Exception {
    String line = "x".repeat(3_000_000) + "\n";

    assertEquals(line, logs(FRAMED + frame(1, line) + frame(2, "e")).out());
  }

  /** The length in a header decides nothing but where the next header is expected. */
  @ParameterizedTest
  @CsvSource({
    "0100000000000005, cut off",
    "01000000ffffffff, cut off",
    "010000007fffffff, cut off",
    "0100, cut off",
    "04000000000000ff, is not as engines send it",
    "0100010000000001, is not as engines send it",
    "2000000000000001, is not as engines send it",
  })
  void a_header_that_lies_ends_it(String header, String message) throws Exception {
    StringBuilder lie = new StringBuilder();
    for (int i = 0; i < header.length(); i += 2) {
      lie.append((char) Integer.parseInt(header.substring(i, i + 2), 16));
    }

    Said said = logs(FRAMED + frame(1, "before\n") + lie + "abc");

    assertEquals(1, said.status);
    assertTrue(said.out.startsWith("before\n"), said.out);
    assertTrue(said.err.contains(message), said.err);
  }

  /** There are none in HTTP/1.0, so no length of a piece can overflow. */
  @Test
  void an_answer_in_pieces_is_refused() throws Exception {
    Said said =
        logs("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nabc");

    assertEquals(
        new Said(1, "", "logs: the engine answers in pieces, which it was not asked for\n"), said);
  }

  @Test
  void an_engines_error_message_is_drawn() throws Exception {
    String head = "HTTP/1.1 501 Not Implemented\r\nContent-Length: 9\r\n\r\n";

    assertEquals(
        "logs: the engine answers 501: driver \"x\" ?]0;a?\n",
        logs(head + "{\"message\":\"driver \\\"x\\\" \u001b]0;a\u0007\",\"a\":1}").err);
    assertEquals("logs: the engine answers 501: plain\n", logs(head + "plain").err);
    assertEquals("logs: the engine answers 501: nothing more\n", logs(head).err);
    assertTrue(logs(head + "{\"message\":\"" + "y".repeat(9_000_000)).err.length() < 1200);
    assertEquals(
        new Said(1, "", "logs: the engine says: bad file\n"), logs(FRAMED + frame(3, "bad file")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GIF89a", "HTTP/2 200\r\n\r\n", "CRI history=x\n", "CRI \n"})
  void anything_else_is_refused(String input) throws Exception {
    assertEquals(1, logs(input).status);
  }

  @Test
  void a_head_without_an_end_is_refused() throws Exception {
    assertEquals(1, logs("HTTP/1.0 200 " + "x".repeat(100_000)).status);
    assertEquals(1, logs("HTTP/1.0 200 OK\r\n" + "A: b\r\n".repeat(1000)).status);
  }

  private static final String FILE =
      """
      2026-11-28T05:00:01.5Z stdout F one
      2026-11-28T05:00:02.000000001Z stderr F two
      2026-11-28T05:00:03Z stdout P th
      2026-11-28T07:00:04+02:00 stdout F ree
      2026-11-28T05:00:05Z stdout F\s
      """;

  @Test
  void a_file_of_kubernetes_is_printed_without_what_the_runtime_added() throws Exception {
    assertEquals(new Said(0, "one\nthree\n\n", "two\n"), files(FILE.length(), -1, 0, 0, FILE));
    assertEquals(
        new Said(
            0,
            "2026-11-28T05:00:01.5Z one\n2026-11-28T05:00:03Z three\n2026-11-28T05:00:05Z \n",
            "2026-11-28T05:00:02.000000001Z two\n"),
        files(0, -1, 0, 1, FILE));
  }

  @Test
  void the_last_lines_are_those_of_the_history_and_what_comes_later_follows() throws Exception {
    assertEquals("ree\n\n", files(FILE.length(), 2, 0, 0, FILE).out);
    assertEquals("", files(FILE.length(), 0, 0, 0, FILE).out);
    assertEquals("one\nthree\n\n", files(FILE.length(), 99, 0, 0, FILE).out);
    assertEquals(
        "\nlater\n",
        files(FILE.length(), 1, 0, 0, FILE + "2026-11-28T05:00:09Z stdout F later\n").out);
  }

  /** 05:00:03 of that day, also for a line with another zone's time. */
  @Test
  void older_lines_are_left_out() throws Exception {
    assertEquals(new Said(0, "three\n\n", ""), files(0, -1, 1795842003L, 0, FILE));
    assertEquals(new Said(0, "ree\n\n", ""), files(0, -1, 1795842004L, 0, FILE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text\n", "2026-11-28T05:00:01Z stdout\n", "\n\n", "no time F x y\n"})
  void a_file_of_another_form_is_refused(String file) throws Exception {
    assertEquals(1, files(0, -1, 1, 0, file).status);
    assertEquals(1, files(0, -1, 1, 0, file.strip() + "x".repeat(9000)).status);
  }

  /** Of a long history 16 MiB are kept. */
  @Test
  @Tag("whole")
  void the_last_lines_take_no_more_memory_than_they_may() throws Exception {
    StringBuilder file = new StringBuilder();
    for (int i = 0; file.length() < 40_000_000; i++) {
      file.append("2026-11-28T05:00:01Z stdout F ").append(i).append("y".repeat(1000)).append('\n');
    }

    assertEquals(3, files(file.length(), 3, 0, 0, file.toString()).out.lines().count());
    Said most = files(file.length(), 30_000, 0, 0, file.toString());
    assertEquals(1, most.status);
    assertTrue(most.err.contains("so many lines have more than 16 MB"), most.err);
  }

  private static Said files(long history, long tail, long since, int times, String file)
      throws Exception {
    return logs(
        "CRI history=%d tail=%d since=%d times=%d\n%s"
            .formatted(history, tail, since, times, file));
  }

  private static String frame(int stream, String text) {
    int length = text.length();
    return "%c\0\0\0%c%c%c%c%s"
        .formatted(
            stream,
            length >> 24 & 0xff,
            length >> 16 & 0xff,
            length >> 8 & 0xff,
            length & 0xff,
            text);
  }

  private static String program() {
    return directory.resolve("logs").toString();
  }

  private static Said logs(String input) throws IOException, InterruptedException {
    Path err = directory.resolve("err");
    Process process = new ProcessBuilder(program()).redirectError(err.toFile()).start();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (OutputStream in = process.getOutputStream()) {
                    in.write(input.getBytes(StandardCharsets.ISO_8859_1));
                  } catch (IOException e) {
                    // It has read enough.
                  }
                });
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long _ = process.getInputStream().transferTo(out);
    writer.join();
    return new Said(
        process.waitFor(), out.toString(StandardCharsets.ISO_8859_1), Files.readString(err));
  }
}
