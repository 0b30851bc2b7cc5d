package dev.dbg;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Programs that a test writes in sh. */
public final class ShellScript {
  private ShellScript() {}

  /**
   * Writes one. Another process does it: of a file that this one writes, what other tests start
   * meanwhile has a descriptor for a moment, and it cannot be executed then.
   */
  public static Path write(Path file, String lines) throws IOException {
    Process writer =
        new ProcessBuilder("sh", "-c", "cat >\"$0\" && chmod 0755 \"$0\"", file.toString()).start();
    try (OutputStream in = writer.getOutputStream()) {
      in.write(("#!/bin/sh\n" + lines).getBytes(StandardCharsets.UTF_8));
    }
    assertEquals(0, writer.onExit().join().exitValue());
    return file;
  }
}
