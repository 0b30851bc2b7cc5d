package dev.dbg;

import java.io.IOException;
import java.nio.file.Path;

/** Compiles a program of src/test/c. */
public final class CProgram {
  private CProgram() {}

  public static void compile(String source, Path program) throws IOException, InterruptedException {
    Process compiles =
        new ProcessBuilder("cc", "-D_GNU_SOURCE", "-o", program.toString(), "src/test/c/" + source)
            .inheritIO()
            .start();
    if (compiles.waitFor() != 0) {
      throw new IOException("cannot compile " + source);
    }
  }
}
