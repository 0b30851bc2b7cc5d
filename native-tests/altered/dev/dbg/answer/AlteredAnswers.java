package dev.dbg.answer;

import dev.dbg.altered.InPlaceOf;

/** What native tests put in places of {@code answer}. */
public interface AlteredAnswers {

  /** Shortens no line of a table. */
  final class Wide {
    @InPlaceOf(value = TextTable.class, name = "WIDEST")
    static int widest() {
      return 1 << 24;
    }
  }
}
