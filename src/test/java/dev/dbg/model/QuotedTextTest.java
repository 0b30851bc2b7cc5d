package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class QuotedTextTest {
  @Test
  void what_people_type_stays_as_it_is() {
    String typed = "/var/log/" + "x".repeat(QuotedText.MOST - 9);

    assertEquals(typed, QuotedText.of(typed));
    assertEquals("", QuotedText.of(""));
  }

  @Test
  void of_a_long_word_stay_its_beginning_its_length_and_its_hash() throws Exception {
    String bytes = RawText.decode(new byte[] {(byte) 0xff, 'a', (byte) 0xc3, (byte) 0xa4});
    String word = bytes.repeat(20_000);
    String sha256 =
        HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(RawText.encode(word)));

    String shortened = QuotedText.of(word);

    assertTrue(shortened.startsWith(word.substring(0, 64)), shortened);
    assertTrue(
        shortened.endsWith("[... 60000 characters, SHA-256 " + sha256.substring(0, 16) + "...]"),
        shortened);
    assertTrue(shortened.length() < QuotedText.MOST, shortened);
  }

  @Test
  void no_character_is_cut_in_two() throws Exception {
    String word = "x" + "\uD83D\uDE00".repeat(40_000);
    String sha256 =
        HexFormat.of()
            .formatHex(
                MessageDigest.getInstance("SHA-256").digest(word.getBytes(StandardCharsets.UTF_8)));

    String shortened = QuotedText.of(word);

    assertTrue(shortened.contains("\uD83D\uDE00[... "), shortened);
    assertTrue(shortened.contains(sha256.substring(0, 16)), shortened);
  }
}
