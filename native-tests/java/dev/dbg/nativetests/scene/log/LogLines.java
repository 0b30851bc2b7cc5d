package dev.dbg.nativetests.scene.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The lines of a log that dbgd may be writing to; a half-written line does not count. */
final class LogLines {
  private LogLines() {}

  /** The complete lines, one character a byte. */
  static List<String> of(Path log) {
    try {
      return complete(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** None where dbgd has written none, or has renamed the log and not begun the next. */
  static List<String> ofIfThere(Path log) {
    try {
      return complete(log);
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> complete(Path log) throws IOException {
    String text = Files.readString(log, StandardCharsets.ISO_8859_1);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }
}
