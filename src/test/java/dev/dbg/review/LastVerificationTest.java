package dev.dbg.review;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LastVerificationTest {
  @TempDir Path directory;

  private Path file;

  @BeforeEach
  void file() {
    file = directory.resolve("verified");
  }

  /** Of an agent that is started now. */
  private Optional<LastVerification.Verdict> known() {
    return new LastVerification(directory).get();
  }

  @Test
  void it_is_known_after_a_restart_when_and_with_what_result() throws IOException {
    LastVerification before = new LastVerification(directory);
    assertEquals(Optional.empty(), before.get());
    for (boolean intact : List.of(true, false, true)) {
      before.note(intact);
      LastVerification.Verdict result = known().orElseThrow();
      assertEquals(before.get(), known());
      assertEquals(intact, result.intact());
      Duration ago = Duration.between(result.at(), Instant.now());
      assertTrue(!ago.isNegative() && ago.toMinutes() < 1, result::toString);
    }
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(file), files.toList());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "intact\n",
        "2026-11-27T10:11:12.345Z\n",
        "2026-11-27T10:11:12.345Z intact",
        "2026-11-27T10:11:12.345Z inta\n",
        "2026-11-27T10:11:12.345Z intact\n\n",
        "2026-11-27T10:11:12.345Z intact damaged\n",
        "2026-11-27T10:11:12.345Z damaged intact\n",
        "2026-11-27T10:11:12.3 intact\n",
        "2026-13-27T10:11:12.345Z intact\n",
        "\0\0\0\0\0\0",
      })
  void a_damaged_file_is_not_believed(String text) throws IOException {
    Files.writeString(file, text);
    assertEquals(Optional.empty(), known());
    // It is replaced by the next verification.
    new LastVerification(directory).note(true);
    assertTrue(known().orElseThrow().intact());
  }

  @Test
  void a_whole_file_is_believed() throws IOException {
    Files.writeString(file, "2026-11-27T10:11:12.345Z damaged\n");
    assertEquals(
        new LastVerification.Verdict(Instant.parse("2026-11-27T10:11:12.345Z"), false),
        known().orElseThrow());
  }

  @Test
  void a_huge_file_or_a_directory_is_not_believed() throws IOException {
    Files.writeString(file, "2026-11-27T10:11:12.345Z intact\n" + "\n".repeat(10_000));
    assertEquals(Optional.empty(), known());
    Files.delete(file);
    Files.createDirectory(file);
    assertEquals(Optional.empty(), known());
  }

  @Test
  void if_the_result_cannot_be_kept_no_older_one_is_told() throws IOException {
    new LastVerification(directory).note(true);
    Files.createDirectory(directory.resolve("verified.new"));
    LastVerification running = new LastVerification(directory);
    running.note(false);
    assertFalse(running.get().orElseThrow().intact());
    assertEquals(Optional.empty(), known());
  }
}
