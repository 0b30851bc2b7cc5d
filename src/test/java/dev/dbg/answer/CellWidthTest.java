package dev.dbg.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CellWidthTest {
  /** The widths are those of xterm(1) and of wcwidth(3) in glibc. */
  @ParameterizedTest
  @CsvSource({
    "adguard-server-1, 16",
    "ä, 1",
    "a\u0308, 1",
    "東京, 4",
    "カタ, 4",
    "ｶﾀ, 2",
    "ＡＢ, 4",
    "한, 2",
    "。, 2",
    "🚀, 2",
    "\u2026, 1",
    "\u20ac, 1",
  })
  void a_text_takes_as_many_cells_as_a_terminal_gives_it(String text, int cells) {
    assertEquals(cells, CellWidth.of(text));
    assertEquals(text + " ".repeat(20 - cells), CellWidth.padded(text, 20));
  }

  @Test
  void what_is_cut_fits_says_so_and_splits_no_character() {
    String text = "ab東🚀京a\u0308cd";
    for (int cells = 1; cells < CellWidth.of(text); cells++) {
      String cut = CellWidth.cut(text, cells);
      assertTrue(CellWidth.of(cut) <= cells && CellWidth.of(cut) >= cells - 1, cells + ": " + cut);
      assertTrue(cut.endsWith("…"), cut);
      assertTrue(text.startsWith(cut.substring(0, cut.length() - 1)), cut);
      assertTrue(
          cut.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF), "half a character: " + cut);
    }
    assertEquals(text, CellWidth.cut(text, CellWidth.of(text)));
  }
}
