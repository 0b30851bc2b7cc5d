package dev.dbg.audit.seal;

import dev.dbg.audit.file.Directories;
import java.io.IOException;
import java.nio.file.Path;

/** Makes a log's first keys, before there is a log. */
public final class SealSetup {
  private SealSetup() {}

  /**
   * Makes them in {@code directory}, which is made if need be.
   *
   * @return what verifies the first seal, and through it all others: 64 hexadecimal digits
   * @throws java.nio.file.FileAlreadyExistsException if there are keys already
   */
  public static String makeKeys(Path directory) throws IOException {
    Directories.create(directory);
    try (KeyFile keys = KeyFile.create(directory)) {
      return keys.current().verifying();
    }
  }
}
