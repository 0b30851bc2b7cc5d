package dev.dbg.audit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackwardLinesTest {
  private static final int CHUNK = 64 * 1024;

  @TempDir private Path directory;

  @Test
  void lines_are_whole_wherever_a_chunk_ends() throws Exception {
    for (int chunks = 1; chunks <= 2; chunks++) {
      for (int size = chunks * CHUNK - 3; size <= chunks * CHUNK + 3; size++) {
        for (int last : List.of(0, 1, 2, 3, 100, CHUNK - 2, CHUNK - 1)) {
          if (last + 2 < size) {
            assertReadsBack(List.of("a".repeat(size - last - 2), "b".repeat(last)), true);
            assertReadsBack(List.of("a".repeat(size - last - 1), "b".repeat(last)), false);
          }
        }
      }
    }
  }

  @Test
  void lines_of_any_length_come_back_in_turn() throws Exception {
    Random random = new Random(13);
    for (int i = 0; i < 60; i++) {
      List<String> lines = new ArrayList<>();
      for (int n = 1 + random.nextInt(12); n > 0; n--) {
        int length = 1 + random.nextInt(random.nextInt(4) == 0 ? 3 * CHUNK : 200);
        lines.add(Character.toString('a' + random.nextInt(26)).repeat(length));
      }
      assertReadsBack(lines, random.nextBoolean());
    }
  }

  @Test
  void many_short_lines_come_back_in_turn() throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      lines.add(Integer.toString(i));
    }
    assertReadsBack(lines, true);
  }

  @Test
  void of_a_line_longer_than_many_chunks_the_beginning_and_the_end_come_back() throws Exception {
    for (int more :
        List.of(-1, 0, 1, 7, LogLine.TAIL, LogLine.TAIL + 1, CHUNK - 1, CHUNK, CHUNK + 1)) {
      for (int chunks : List.of(1, 2, 20)) {
        String line = "y".repeat(chunks * CHUNK) + "e".repeat(more + 1);
        assertReadsBack(List.of("x", line, "z"), true);
        assertReadsBack(List.of("x", line), false);
        assertReadsBack(List.of(line, line), true);
      }
    }
  }

  @Test
  void a_record_that_comes_meanwhile_is_left_for_the_next_time() throws Exception {
    Path file = Files.writeString(directory.resolve("lines"), "a\nb\n");
    try (BackwardLines lines = new BackwardLines(file)) {
      Files.writeString(file, "c\n", StandardOpenOption.APPEND);
      assertEquals(Optional.of(LogLine.whole("b")), lines.next());
      assertEquals(Optional.of(LogLine.whole("a")), lines.next());
      assertEquals(Optional.empty(), lines.next());
    }
  }

  private void assertReadsBack(List<String> written, boolean ended) throws Exception {
    Path file = directory.resolve("lines");
    String text = String.join("\n", written) + (ended ? "\n" : "");
    Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    assertReadsForward(file, written);
    List<String> whole = new ArrayList<>(written);
    try (BackwardLines lines = new BackwardLines(file)) {
      String torn = ended ? "" : whole.removeLast();
      assertEquals(held(torn), lines.torn().orElse(LogLine.whole("")));
      for (String expected : whole.reversed()) {
        Optional<LogLine> line = lines.next();
        assertTrue(
            line.isPresent() && line.get().equals(held(expected)),
            () -> "not " + expected.length());
      }
      assertEquals(Optional.empty(), lines.next());
      assertEquals(Optional.empty(), lines.next());
    }
  }

  /** Returns the part of a line that is kept, whichever direction the file is read in. */
  private static LogLine held(String line) {
    return line.length() <= LogLine.LONGEST
        ? LogLine.whole(line)
        : new LogLine(
            line.substring(0, LogLine.LONGEST),
            line.length(),
            line.substring(line.length() - LogLine.TAIL));
  }

  private static void assertReadsForward(Path file, List<String> written) throws Exception {
    for (int longest : List.of(LogLine.LONGEST, 16 * LogLine.LONGEST)) {
      try (LineReader lines = new LineReader(Files.newInputStream(file), longest)) {
        for (String expected : written) {
          assertTrue(lines.next() || expected.isEmpty());
          if (lines.number() > 0 && !expected.isEmpty()) {
            assertTrue(lines.line().equals(held(expected)), () -> "not " + expected.length());
            assertEquals(expected.length() > longest, lines.tooLong());
          }
        }
        assertFalse(lines.next());
      }
    }
  }
}
