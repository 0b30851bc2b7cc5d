package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShortenedTest {

  @Test
  void a_word_of_a_message_is_short_and_can_be_told_from_others() {
    assertEquals("x".repeat(200), Shortened.word("x".repeat(200)));
    String word = Shortened.word("x".repeat(300));
    assertTrue(word.startsWith("x".repeat(200) + "\u2026(300 bytes, sha256 "), word);
    assertTrue(Shortened.isMarked(word) && !Shortened.isMarked("x".repeat(200)), word);
    assertFalse(word.equals(Shortened.word("x".repeat(299) + "y")), word);
  }

  @Test
  void a_message_keeps_what_failed_and_what_to_do() {
    String message = "refused: " + "\u0001".repeat(63_000) + ": try something else";
    String shown = Shortened.message(message);
    assertTrue(shown.length() < 2200, shown);
    assertTrue(shown.startsWith("refused: ") && shown.endsWith(": try something else"), shown);
    assertEquals("x".repeat(2000), Shortened.message("x".repeat(2000)));
  }

  @Test
  void no_character_is_torn() {
    for (int before = 0; before < 4; before++) {
      String faces = "x".repeat(before) + "\ud83d\ude00".repeat(3000);
      for (String shown : new String[] {Shortened.word(faces), Shortened.message(faces)}) {
        assertEquals(shown, RawText.decode(RawText.encode(shown)));
      }
    }
  }
}
