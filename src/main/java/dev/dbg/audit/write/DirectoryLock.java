package dev.dbg.audit.write;

import dev.dbg.audit.file.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The lock of the one process that writes in a directory. Two writers of a log would fork the
 * chain.
 *
 * <p>The lock is on a file of its own: fcntl(2) drops a lock when the process closes any descriptor
 * of the file, and readers open and close the log.
 */
public final class DirectoryLock implements Closeable {
  private static final String FILE = "lock";

  private final FileChannel file;

  private DirectoryLock(FileChannel file) {
    this.file = file;
  }

  /** Takes the lock; fails also if it is held already, by this process or another. */
  public static DirectoryLock take(Path directory) throws IOException {
    Path path = directory.resolve(FILE);
    FileChannel file =
        PrivateFiles.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    boolean held = false;
    try {
      held = file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Held by this process.
    } finally {
      if (!held) {
        file.close();
      }
    }
    if (!held) {
      throw new IOException(path + " is locked: another dbgd writes it");
    }
    return new DirectoryLock(file);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
