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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.stream.Stream;

/** A file that only root can write, checked and read through one descriptor. */
public final class TrustedFile {
  /** The most bytes of a file that is read whole. */
  public static final int LARGEST = 1 << 20;

  private static final int FLAGS = Native.O_RDONLY | Native.O_NONBLOCK | Native.O_NOFOLLOW;
  private static final int GROUP_OR_OTHERS_WRITE = 0022;
  private static final int OTHERS_WRITE = 0002;

  private static final Path ROOT = Path.of("/");

  /** As many as the kernel follows. */
  private static final int MOST_LINKS = 40;

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

  /** Reads a file without holding it as a whole, {@link #read(Path)}. */
  public static <T> T read(Path path, OwnedTree.FileReading<T> reading) throws IOException {
    requireTrustedParents(path);
    String name = path.toString();
    try (Fd fd = Fd.open(name, FLAGS)) {
      requireTrusted(fd, name);
      return reading.from(fd.input(name));
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
        boolean _ = isLink(path, path, GROUP_OR_OTHERS_WRITE);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Throws if a user other than root could replace a directory or link of the path. */
  public static void requireTrustedParents(Path path) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      boolean _ = isLink(path, realPath(directory), GROUP_OR_OTHERS_WRITE);
    }
  }

  /**
   * The same, but what is above {@code top} a group may write to as well, as that of syslog to
   * /var/log on Ubuntu: what its members put in the place of {@code top} would not be root's. Below
   * it there must be no link.
   *
   * @return the real path of the directory, on which there is no link: who opens it must follow
   *     none, as there may be one by then
   */
  public static Path requireTrustedParents(Path path, Path top) throws IOException {
    Path real = realPath(top, OTHERS_WRITE);
    Path parent = Objects.requireNonNull(real.resolve(top.relativize(path)).getParent());
    for (Path at = parent; at != null && at.startsWith(real); at = at.getParent()) {
      if (isLink(path, at, GROUP_OR_OTHERS_WRITE)) {
        throw new IOException(
            "%s lies below %s, which is a symbolic link: put a directory in its place"
                .formatted(path, at));
      }
    }
    return parent;
  }

  /**
   * The real path. Refuses one if somebody but root could replace a directory or a symbolic link on
   * the way to it, which the kernel goes name by name, path_resolution(7). Whose the file at its
   * end is does not matter.
   */
  public static Path realPath(Path path) throws IOException {
    return realPath(path, GROUP_OR_OTHERS_WRITE);
  }

  private static Path realPath(Path path, int writers) throws IOException {
    Deque<Path> names = new ArrayDeque<>();
    path.toAbsolutePath().forEach(names::add);
    Path at = ROOT;
    int left = MOST_LINKS;
    while (!names.isEmpty()) {
      boolean _ = isLink(path, at, writers);
      Path next = at.resolve(names.remove());
      if (next.endsWith("..")) {
        at = Objects.requireNonNullElse(at.getParent(), at);
      } else if (!Files.isSymbolicLink(next)) {
        at = next.normalize();
      } else if (isLink(path, next, writers) && left-- > 0) {
        Path target = Files.readSymbolicLink(next);
        at = Objects.requireNonNullElse(target.getRoot(), at);
        for (int i = target.getNameCount() - 1; i >= 0; i--) {
          names.addFirst(target.getName(i));
        }
      } else {
        throw new IOException(
            "%s lies behind more than %d symbolic links: give the path that they lead to"
                .formatted(path, MOST_LINKS));
      }
    }
    return at;
  }

  /** Whether it is a symbolic link. Refuses what is not root's, or what these could write. */
  private static boolean isLink(Path path, Path at, int writers) throws IOException {
    var status =
        Files.readAttributes(at, "unix:mode,uid,isSymbolicLink", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) Objects.requireNonNull(status.get("mode"));
    int uid = (Integer) Objects.requireNonNull(status.get("uid"));
    boolean isLink = Boolean.TRUE.equals(status.get("isSymbolicLink"));
    if (uid != 0 || ((mode & writers) != 0 && !isLink)) {
      throw new IOException(
          "%s lies below %s, which others than root can write: chown root %s && chmod go-w %s"
              .formatted(path, at, RawText.quoted(at.toString()), RawText.quoted(at.toString())));
    }
    return isLink;
  }

  private static String text(byte[] bytes, String name) throws IOException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException(name + " is not UTF-8: save it as UTF-8", e);
    }
  }
}
