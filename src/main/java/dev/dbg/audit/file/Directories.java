package dev.dbg.audit.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The directories of a log. */
public final class Directories {
  private Directories() {}

  /** Makes it, and those above it, only their owner's, mode 0700; what is there stays as it is. */
  public static void create(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** What rename(2) and unlink(2) leave to do: the directory itself has to be synced, fsync(2). */
  public static void sync(Path directory) throws IOException {
    try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }
}
