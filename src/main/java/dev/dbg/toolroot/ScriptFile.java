package dev.dbg.toolroot;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The first line of a script, execve(2): {@code #!INTERPRETER [OPTION]}.
 *
 * <p>Only the interpreter is executed: a script can use only what is built into its interpreter.
 */
record ScriptFile(Path interpreter, Optional<String> option) {
  /** BINPRM_BUF_SIZE: the bytes that the kernel reads. */
  private static final int FIRST = 256;

  /** Reads the first line; empty if the file does not start with {@code #!}. */
  static Optional<ScriptFile> read(Path file) throws IOException {
    byte[] first;
    try (InputStream in = Files.newInputStream(file)) {
      first = in.readNBytes(FIRST);
    }
    String text = new String(first, StandardCharsets.ISO_8859_1);
    if (!text.startsWith("#!")) {
      return Optional.empty();
    }
    int end = text.indexOf('\n');
    if (end < 0) {
      throw new IOException("its first line, which names an interpreter, is too long");
    }
    String[] words = text.substring(2, end).strip().split("[ \t]+", 2);
    Path interpreter = Path.of(words[0]);
    if (!interpreter.isAbsolute() || interpreter.endsWith("env")) {
      throw new IOException(
          "its first line must name the interpreter by its absolute path, not '%s'"
              .formatted(words[0]));
    }
    return Optional.of(
        new ScriptFile(interpreter, words.length > 1 ? Optional.of(words[1]) : Optional.empty()));
  }
}
