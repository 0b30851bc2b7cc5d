package dev.dbg.kube;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionLineTest {
  private static final String KEY = "0".repeat(64);

  private static Optional<SessionLine> parsed(String line) {
    return SessionLine.parse(
        line.replace("KEY", KEY).replace("\\n", "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The hash is what sha256sum says. */
  @Test
  void a_line_names_an_object_and_of_its_key_only_the_hash_is_kept() {
    assertEquals(
        Optional.of(
            new SessionLine(
                "shop",
                "web-1.x7k2p",
                "60e05bd1b195af2f94112fa7197a5c88289058840ce7c6df9693756bc6250f55")),
        parsed("dbg-session 1 shop web-1.x7k2p KEY\n"));
  }

  @Test
  void the_longest_names_fit_into_a_line() {
    String name = "n".repeat(63) + ".a".repeat(95);
    String line = "dbg-session 1 %s %s %s\n".formatted("s".repeat(63), name, KEY);
    assertTrue(parsed(line).isPresent());
    assertTrue(line.length() <= SessionLine.LONGEST);
    assertFalse(parsed(line.replace(name, name + "a")).isPresent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\\n",
        "dbg-session 1 shop web KEY",
        "dbg-session 1 shop web KEY\\n\\n",
        "dbg-session 1 shop web KEY\\r\\n",
        "dbg-session 2 shop web KEY\\n",
        "dbg-session 1  shop web KEY\\n",
        "dbg-session 1 shop web KEY \\n",
        " dbg-session 1 shop web KEY\\n",
        "dbg-session 1 shop web 0KEY\\n",
        "dbg-session 1 shop web xKEY\\n",
        "dbg-session 1 shop web\\n",
        "dbg-session 1 shop web ABKEY\\n",
        "dbg-session 1 Shop web KEY\\n",
        "dbg-session 1 shop.x web KEY\\n",
        "dbg-session 1 -shop web KEY\\n",
        "dbg-session 1 shop web/status KEY\\n",
        "dbg-session 1 shop .. KEY\\n",
        "dbg-session 1 .. web KEY\\n",
        "dbg-session 1 shop web?x=y KEY\\n",
        "dbg-session 1 shop web%2f KEY\\n",
        "dbg-session 1 shop w\u00e9b KEY\\n",
        "dbg-session 1 shop web. KEY\\n",
        "dbg-session 1 shop web#x KEY\\n",
        "dbg-session 1 shop web\\t KEY\\n",
      })
  void what_is_no_such_line_is_none(String line) {
    assertEquals(Optional.empty(), parsed(line));
  }

  @Test
  void a_key_of_other_digits_is_none() {
    for (String key : new String[] {"A".repeat(64), "g".repeat(64), "0".repeat(63)}) {
      assertEquals(Optional.empty(), parsed("dbg-session 1 shop web " + key + "\n"));
    }
  }
}
