package dev.dbg.audit.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that only its owner may read and write, mode 0600, from the moment it is made. */
public final class PrivateFile {
  private PrivateFile() {}

  /**
   * Opens it, open(2).
   *
   * @param how {@link java.nio.file.StandardOpenOption#CREATE} or {@code CREATE_NEW}, and what for
   */
  public static FileChannel open(Path path, OpenOption... how) throws IOException {
    return FileChannel.open(
        path,
        Set.of(how),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }
}
