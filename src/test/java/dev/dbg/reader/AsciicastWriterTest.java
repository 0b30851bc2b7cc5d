package dev.dbg.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AsciicastWriterTest {
  private final AsciicastWriter cast = new AsciicastWriter();

  @Test
  void times_are_since_the_beginning_and_control_characters_are_escaped() {
    cast.goesOn(Duration.ofMillis(1500));
    assertEquals(
        "[1.500000,\"o\",\"a\\u001B[1m\\r\\n\"]", cast.printed("a\033[1m\r\n".getBytes(UTF_8)));
    cast.goesOn(Duration.ofNanos(1_000));
    assertEquals(
        "[1.500001,\"r\",\"120x40\"]", cast.happened("SIGWINCH ROWS=40 COLS=120").orElseThrow());
    assertEquals(Optional.empty(), cast.happened("SOMETHING else"));
  }

  @Test
  void a_character_in_two_parts_is_one_and_what_is_none_is_replaced() {
    byte[] word = "\u00e9".getBytes(UTF_8);
    assertEquals("[0.000000,\"o\",\"\"]", cast.printed(new byte[] {word[0]}));
    assertEquals("[0.000000,\"o\",\"\\u00E9\"]", cast.printed(new byte[] {word[1]}));
    assertEquals("[0.000000,\"o\",\"\\uFFFDx\"]", cast.printed(new byte[] {(byte) 0xff, 'x'}));
    assertEquals(Optional.empty(), cast.ended());
  }

  @Test
  void a_character_that_never_comes_whole_is_replaced_at_the_end() {
    assertEquals(
        "[0.000000,\"o\",\"a\"]", cast.printed(new byte[] {'a', (byte) 0xe2, (byte) 0x82}));
    assertEquals("[0.000000,\"o\",\"\\uFFFD\"]", cast.ended().orElseThrow());
  }
}
