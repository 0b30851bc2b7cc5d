package dev.dbg.kernel.file;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootsPathTest {
  @Test
  void a_directory_of_roots_is_opened() {
    assertDoesNotThrow(() -> RootsPath.requireDirectory(Path.of("/usr/share")));
  }

  /** Everybody may write to the directory for temporary files. */
  @Test
  void what_lies_below_a_directory_of_everybodys_is_not_touched(@TempDir Path directory) {
    IOException refused =
        assertThrows(
            IOException.class,
            () -> RootsPath.requireDirectory(directory.resolve("missing/below")));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("others than root"), refused::toString);
  }

  @Test
  void a_link_is_not_followed() {
    assertThrows(IOException.class, () -> RootsPath.requireDirectory(Path.of("/proc/self")));
    assertThrows(IOException.class, () -> RootsPath.requireDirectory(Path.of("/proc/self/fd")));
    assertTrue(Files.isDirectory(Path.of("/proc/self/fd")));
  }
}
