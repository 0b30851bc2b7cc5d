package dev.dbg.resolve.lxc;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The names that LXC 6.0.4 listens under. */
class CommandSocketTest {
  private static final Path DIRECTORY = Path.of("/var/lib/lxc");

  @Test
  void a_short_name_is_the_path() {
    assertEquals("@/var/lib/lxc/web/command", CommandSocket.of(DIRECTORY, "web").address());
  }

  @Test
  void a_long_name_is_a_hash() {
    assertEquals(
        "@lxc/aa15cf74fc920493/command",
        CommandSocket.of(DIRECTORY, "long-" + "x".repeat(90)).address());
  }
}
