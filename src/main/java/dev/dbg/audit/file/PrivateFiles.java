package dev.dbg.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that only their owner may read and write, from the moment they exist. */
public final class PrivateFiles {
  private PrivateFiles() {}

  /**
   * Opens a file, mode 0600 if it is new, open(2).
   *
   * @param how {@link StandardOpenOption#CREATE} or {@code CREATE_NEW}, and the access
   */
  public static FileChannel open(Path path, OpenOption... how) throws IOException {
    return FileChannel.open(
        path,
        Set.of(how),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /**
   * Creates a directory and its missing parents, mode 0700. Existing directories are not changed.
   */
  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Writes all bytes at the file's position. */
  public static void write(FileChannel file, byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      int _ = file.write(left);
    }
  }

  /** Syncs a directory, fsync(2): needed after rename(2) and unlink(2). */
  public static void sync(Path directory) throws IOException {
    try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }
}
