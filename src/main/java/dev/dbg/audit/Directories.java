package dev.dbg.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What rename(2) and unlink(2) leave to do: the directory itself has to be synced, fsync(2). */
final class Directories {
  private Directories() {}

  static void sync(Path directory) throws IOException {
    try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
      opened.force(true);
    }
  }
}
