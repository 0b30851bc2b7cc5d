package dev.dbg.audit.write;

import dev.dbg.audit.file.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * A line of text in a private file, to be known after a restart. It is written to another file,
 * synced and renamed, so it survives a crash whole.
 */
public final class NoteFile {
  private NoteFile() {}

  /** Replaces the file, or creates it. For one thread at a time. */
  public static void write(Path path, String line) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel file =
        PrivateFiles.open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.write(file, (line + "\n").getBytes(StandardCharsets.US_ASCII));
      file.force(true);
    }
    Path _ = Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
    PrivateFiles.sync(Objects.requireNonNull(path.getParent()));
  }
}
