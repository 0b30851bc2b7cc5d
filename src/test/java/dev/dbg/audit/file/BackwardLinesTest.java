package dev.dbg.audit.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
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
  void a_line_that_is_too_long_for_a_record_comes_back_empty() throws Exception {
    for (int more : List.of(-1, 0, 1, 7, CHUNK - 1, CHUNK, CHUNK + 1)) {
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
    try (BackwardLines lines = BackwardLines.of(new Segment(file, Segment.CURRENT, false))) {
      Files.writeString(file, "c\n", StandardOpenOption.APPEND);
      assertEquals("b", lines.next());
      assertEquals("a", lines.next());
      assertNull(lines.next());
    }
  }

  private void assertReadsBack(List<String> written, boolean ended) throws Exception {
    Path file = directory.resolve("lines");
    String text = String.join("\n", written) + (ended ? "\n" : "");
    Files.write(file, text.getBytes(StandardCharsets.US_ASCII));
    assertReadsForward(file, written);
    List<String> whole = new ArrayList<>(written);
    try (BackwardLines lines = BackwardLines.of(new Segment(file, Segment.CURRENT, false))) {
      String torn = ended ? "" : whole.removeLast();
      assertEquals(held(torn), lines.torn().orElse(""));
      for (String expected : whole.reversed()) {
        assertEquals(held(expected), lines.next());
      }
      assertNull(lines.next());
      assertNull(lines.next());
    }
  }

  /** Returns what is read of a line, whichever direction the file is read in. */
  private static String held(String line) {
    return line.length() <= LineReader.LONGEST ? line : "";
  }

  private static void assertReadsForward(Path file, List<String> written) throws Exception {
    try (LineReader lines = new LineReader(Files.newInputStream(file))) {
      long end = -1;
      for (String expected : written) {
        end += expected.length() + 1;
        // An empty line without its newline is none.
        if (lines.next() || !expected.isEmpty()) {
          assertEquals(held(expected), lines.text());
          assertEquals(end, lines.offset());
        }
      }
      assertFalse(lines.next());
    }
  }
}
