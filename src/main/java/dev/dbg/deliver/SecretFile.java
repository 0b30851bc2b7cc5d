package dev.dbg.deliver;

import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** A file with a secret of a receiver's: it belongs to root, and only its group may read it too. */
final class SecretFile {
  private static final int OTHERS = 0007;

  private SecretFile() {}

  /**
   * Reads the file.
   *
   * @throws IOException if somebody else than root can write it, or others than its group read it
   */
  static String read(Path path) throws IOException {
    String text = TrustedFile.read(path);
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if ((mode & OTHERS) != 0) {
      throw new IOException(
          "%s can be read by everybody, and holds secrets: chmod o= %s"
              .formatted(path, RawText.quoted(path.toString())));
    }
    return text;
  }
}
