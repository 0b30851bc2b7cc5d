package dev.dbg.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RawTextTest {
  @Test
  void random_bytes_come_back_as_they_were() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      assertArrayEquals(bytes, RawText.encode(RawText.decode(bytes)));
    }
  }

  /** Random bytes are seldom nearly UTF-8, so these are whole characters, truncated and mixed. */
  @Test
  void damaged_utf8_comes_back_as_it_was() {
    Random random = new Random(8);
    byte[] text = "aä€😀\u0001\ufeff".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(30)];
      int from = random.nextInt(text.length);
      for (int at = 0; at < bytes.length; at++) {
        from = random.nextInt(4) == 0 ? random.nextInt(text.length) : (from + 1) % text.length;
        bytes[at] = text[from];
      }
      assertArrayEquals(bytes, RawText.encode(RawText.decode(bytes)));
    }
  }

  @Test
  void every_byte_alone_comes_back() {
    for (int b = 0; b < 256; b++) {
      byte[] bytes = {(byte) b};
      assertArrayEquals(bytes, RawText.encode(RawText.decode(bytes)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ss", "ä€😀", "-tulpn", "a\nb", "\ufffd"})
  void utf8_is_itself(String text) {
    assertEquals(text, RawText.decode(text.getBytes(StandardCharsets.UTF_8)));
    assertArrayEquals(text.getBytes(StandardCharsets.UTF_8), RawText.encode(text));
  }

  /**
   * The encoding of a surrogate is not valid UTF-8 and must not decode to the escape of another
   * byte.
   */
  @Test
  void two_texts_of_different_bytes_never_look_the_same() {
    byte[] fake = {(byte) 0xed, (byte) 0xb2, (byte) 0x80};
    assertEquals("\udced\udcb2\udc80", RawText.decode(fake));
    assertArrayEquals(fake, RawText.encode("\udced\udcb2\udc80"));
  }

  @Test
  void control_characters_are_escaped() {
    assertEquals("\\x1b[31mred", RawText.printable("\u001b[31mred"));
    assertEquals("a\\x0ab\\x0d\\x09c", RawText.printable("a\nb\r\tc"));
    assertEquals("\\x00\\x07\\x7f", RawText.printable("\0\u0007\u007f"));
    assertEquals("\\x9b2J", RawText.printable("\u009b2J"));
    assertEquals("\\xff\\x80", RawText.printable("\udcff\udc80"));
    assertEquals("\\u202etxt.exe\\u2066", RawText.printable("\u202etxt.exe\u2066"));
    assertEquals("a\\u200bb\\ufeff", RawText.printable("a\u200bb\ufeff"));
    assertEquals("\\u2028\\u2029", RawText.printable("\u2028\u2029"));
    assertEquals("\\xad", RawText.printable("\u00ad"));
    assertEquals("\\ud800", RawText.printable("\ud800"));
    assertEquals("\\ue0001", RawText.printable("\udb40\udc01"));
  }

  @Test
  void what_is_harmless_is_shown_as_it_is() {
    assertEquals("-tulpn 'ä' \"€\" 😀 \\", RawText.printable("-tulpn 'ä' \"€\" 😀 \\"));
  }

  @Test
  void random_bytes_are_shown_in_one_line_without_a_control_character() {
    Random random = new Random(9);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(60)];
      random.nextBytes(bytes);
      String shown = RawText.printable(RawText.decode(bytes));
      assertEquals(0, shown.chars().filter(c -> Character.isISOControl(c)).count());
      assertEquals(shown, RawText.printable(shown));
    }
  }

  private static byte[] read(String shell, String quoted, Path directory) throws Exception {
    Process process =
        new ProcessBuilder(shell, "-c", "printf %s " + quoted)
            .directory(directory.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    byte[] read = process.getInputStream().readAllBytes();
    int _ = process.waitFor();
    return read;
  }

  private static boolean isHere(String shell) {
    return Stream.of("/usr/bin/", "/bin/").anyMatch(at -> Files.isExecutable(Path.of(at + shell)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash", "zsh", "fish"})
  @Tag("whole")
  void a_quoted_word_is_the_same_word_to_a_shell_and_runs_nothing(
      String shell, @TempDir Path directory) throws Exception {
    assumeTrue(isHere(shell));
    for (String word : HostileWords.ALL) {
      String quoted = RawText.quoted(word);
      assertEquals(quoted, RawText.printable(quoted));
      boolean isPrintable = RawText.printable(word).equals(word);
      byte[] read = read(shell, quoted, directory);
      if ((isPrintable || List.of("bash", "zsh").contains(shell)) && word.indexOf('\0') < 0) {
        assertArrayEquals(RawText.encode(word), read, shell + ": " + quoted);
      }
      try (Stream<Path> files = Files.list(directory)) {
        assertEquals(List.of(), files.toList(), shell + ": " + quoted);
      }
    }
  }

  /** busybox reads the low digits of a greater one otherwise than bash. */
  @Test
  void a_byte_has_three_digits_of_its_own_value() {
    assertEquals("$'\\303\\251\\007a'", RawText.quoted("\u00e9\u0007a"));
  }

  /** The attack that quoting prevents. */
  @Test
  void an_unquoted_word_runs(@TempDir Path directory) throws Exception {
    byte[] _ = read("sh", "x$(touch pwned)", directory);
    assertTrue(Files.exists(directory.resolve(HostileWords.MARKER)));
  }

  /** With a quote and a backslash within quotes, as sh alone would permit, fish would run it. */
  @Test
  void quotes_of_sh_alone_are_not_enough_for_fish(@TempDir Path directory) throws Exception {
    assumeTrue(isHere("fish"));
    String word = "\\'; touch pwned #";
    byte[] _ = read("fish", "'" + word.replace("'", "'\\''") + "'", directory);
    assertTrue(Files.exists(directory.resolve(HostileWords.MARKER)));
  }

  @Test
  void a_plain_word_is_not_quoted() {
    for (String word : List.of("ss", "-tlnp", "pid://7", "a=b", "mnt,net", "10.0.0.0/8", "a@b")) {
      assertEquals(word, RawText.quoted(word));
    }
  }
}
