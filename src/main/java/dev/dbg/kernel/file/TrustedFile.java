package dev.dbg.kernel.file;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.Native;
import dev.dbg.model.RawText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that only root can write. A file is opened once, and checked and read through that
 * descriptor.
 */
public final class TrustedFile {
  /** The most bytes of a file that is read whole. */
  public static final int LARGEST = 1 << 20;

  private static final int FLAGS = Native.O_RDONLY | Native.O_NONBLOCK | Native.O_NOFOLLOW;
  private static final int GROUP_OR_OTHERS_WRITE = 0022;

  private TrustedFile() {}

  /**
   * Reads a text file.
   *
   * @throws IOException when it is missing, a symbolic link, not owned by root, writable by others,
   *     larger than 1 MiB or not UTF-8; the message says which of these, and what to do
   */
  public static String read(Path path) throws IOException {
    requireTrustedParents(path);
    return read(path, LARGEST);
  }

  /** Reads a text file of at most so many bytes in a directory that is known to be root's. */
  public static String read(Path path, int most) throws IOException {
    String name = path.toString();
    try (Fd fd = Fd.open(name, FLAGS)) {
      requireTrusted(fd, name);
      return text(fd.readAll(name, most), name);
    }
  }

  /**
   * Reads a file, which others may have the right to write if it is in a directory of root's that
   * only root and root's group can pass through: some versions of Docker leave files so.
   */
  public static String readOutOfReach(Path path) throws IOException {
    requireTrustedParents(path);
    String name = path.toString();
    try (Fd directory = Fd.open(String.valueOf(path.getParent()), Native.O_PATH);
        Fd fd = Fd.open(name, FLAGS)) {
      FileStatus status = FileStatus.of(fd);
      if (!FileStatus.of(directory).isShut() || !status.isRegularFile() || status.uid() != 0) {
        requireTrusted(fd, name);
      }
      return text(fd.readAll(name, LARGEST), name);
    }
  }

  /** Refuses the file at {@code path} if anybody but root could have written or replaced it. */
  public static void requireTrusted(Path path) throws IOException {
    requireTrustedParents(path);
    String name = path.toString();
    try (Fd fd = Fd.open(name, Native.O_PATH | Native.O_NOFOLLOW)) {
      requireTrusted(fd, name);
    }
  }

  /** Refuses a descriptor unless it is of a regular file that only root can write. */
  public static void requireTrusted(Fd fd, String name) throws IOException {
    FileStatus status = FileStatus.of(fd);
    if (!status.isRegularFile()) {
      throw new IOException(name + " is not a regular file: put one in its place");
    }
    if (status.uid() != 0) {
      throw new IOException(
          "%s belongs to uid %d, not root: chown root %s"
              .formatted(name, status.uid(), RawText.quoted(name)));
    }
    if (status.isWritableByOthers()) {
      throw new IOException(
          "%s can be written by others than root: chmod go-w %s"
              .formatted(name, RawText.quoted(name)));
    }
  }

  /** Refuses a directory if anybody but root could have written anything in it. */
  public static void requireTrustedTree(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) all::iterator) {
        requireRootsOnly(path, path, directory.getParent());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Refuses a path if somebody but root could replace a directory on it, as written or after its
   * symbolic links are resolved.
   */
  public static void requireTrustedParents(Path path) throws IOException {
    Path parent = path.toAbsolutePath().normalize().getParent();
    requireRootsOnly(path, parent, null);
    if (parent != null) {
      requireRootsOnly(path, parent.toRealPath(), null);
    }
  }

  /** From {@code directory} upwards, up to {@code end} or to the root. */
  private static void requireRootsOnly(Path path, @Nullable Path directory, @Nullable Path end)
      throws IOException {
    for (Path at = directory; at != null && !at.equals(end); at = at.getParent()) {
      var status = Files.readAttributes(at, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
      int mode = (Integer) Objects.requireNonNull(status.get("mode"));
      int uid = (Integer) Objects.requireNonNull(status.get("uid"));
      if (uid != 0 || ((mode & GROUP_OR_OTHERS_WRITE) != 0 && !Files.isSymbolicLink(at))) {
        throw new IOException(
            "%s lies below %s, which others than root can write: chown root %s && chmod go-w %s"
                .formatted(path, at, RawText.quoted(at.toString()), RawText.quoted(at.toString())));
      }
    }
  }

  private static String text(byte[] bytes, String name) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(name + " is not UTF-8: save it as UTF-8", e);
    }
  }
}
