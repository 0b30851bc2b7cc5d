package dev.dbg.audit.file;

import dev.dbg.kernel.ThisProcess;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories that only their owner may read and write, from the moment they exist. */
public final class PrivateFiles {
  private static final int GROUP_OR_OTHERS_WRITE = 0022;

  private PrivateFiles() {}

  /**
   * Opens a file, mode 0600 if it is new, open(2).
   *
   * @param how {@link StandardOpenOption#CREATE} or {@code CREATE_NEW}, and the access; with {@link
   *     LinkOption#NOFOLLOW_LINKS} a link is not followed
   */
  public static FileChannel open(Path path, OpenOption... how) throws IOException {
    return FileChannel.open(
        path,
        Set.of(how),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  /**
   * Creates a directory and its missing parents, mode 0700. Existing directories are not changed.
   *
   * @throws IOException also if somebody else could put a link into it: what this process writes
   *     there would be written where the link leads
   */
  public static void createDirectories(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    requireOwn(directory, LinkOption.NOFOLLOW_LINKS);
    requireOwn(directory);
  }

  private static void requireOwn(Path directory, LinkOption... how) throws IOException {
    int uid = (Integer) Files.getAttribute(directory, "unix:uid", how);
    int mode = (Integer) Files.getAttribute(directory, "unix:mode", how);
    int own = ThisProcess.user();
    String quoted = RawText.quoted(directory.toString());
    if (uid != own) {
      throw new IOException(
          "%s belongs to uid %d, who could lead its files elsewhere: run this as that user, or chown -h %d %s"
              .formatted(directory, uid, own, quoted));
    }
    // A link has no mode of its own.
    boolean isLink = how.length > 0 && Files.isSymbolicLink(directory);
    if (!isLink && (mode & GROUP_OR_OTHERS_WRITE) != 0) {
      throw new IOException(
          "%s can be written by others than its owner: chmod go-w %s".formatted(directory, quoted));
    }
  }

  /**
   * Opens a file to append lines to it, mode 0600 if it is new. If a full disk or a crash left a
   * part of a line, it is ended: the next one would be one with it, and be lost.
   */
  public static FileChannel openLines(Path path) throws IOException {
    boolean isTorn = false;
    if (Files.exists(path)) {
      try (FileChannel before = FileChannel.open(path, StandardOpenOption.READ)) {
        long size = before.size();
        isTorn = size > 0 && read(before, size - 1, 1).get() != '\n';
      }
    }
    FileChannel file = open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    try {
      write(file, isTorn ? new byte[] {'\n'} : new byte[0]);
      return file;
    } catch (IOException e) {
      file.close();
      throw e;
    }
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

  /**
   * Replaces a file that is to be known after a restart by a line of text, or creates it: the line
   * is written to another file, synced and renamed, so it survives a crash whole.
   */
  public static void replace(Path path, String line) throws IOException {
    replace(path, (line + "\n").getBytes(StandardCharsets.US_ASCII));
  }

  public static void replace(Path path, byte[] bytes) throws IOException {
    Path aside = path.resolveSibling(path.getFileName() + ".new");
    try (FileChannel file =
        open(
            aside,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS)) {
      write(file, bytes);
      file.force(true);
    }
    Path _ = Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE);
    sync(path.resolveSibling(""));
  }

  /** Reads bytes at a position, fewer if the file ends; the buffer is ready to be read from. */
  public static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining() && file.read(bytes, at + bytes.position()) > 0) {
      // Until the buffer is full, or the file ends.
    }
    return bytes.flip();
  }
}
