package dev.dbg.kernel.file;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A directory of a user who may be hostile, held open, and the files below it. A file is opened by
 * openat2(2), without following a symbolic link or leaving the directory, and used only if it is of
 * the expected type and the user owns it. A named pipe does not block the call, and a device is not
 * opened.
 *
 * <p>Opening can still hang forever: the user may have mounted a file system that never answers.
 * Call this only in a thread for which no other thread has to wait.
 */
public final class OwnedTree implements AutoCloseable {
  private static final int RESOLVE_NO_MAGICLINKS = 0x02;
  private static final int RESOLVE_NO_SYMLINKS = 0x04;
  private static final int RESOLVE_BENEATH = 0x08;

  private final Fd directory;
  private final String name;
  private final Uid owner;
  private final boolean isRaised;

  private OwnedTree(Fd directory, String name, Uid owner, boolean isRaised) throws IOException {
    this.directory = directory;
    this.name = name;
    this.owner = owner;
    this.isRaised = isRaised;
    try {
      requireOwned(FileStatus.of(directory), name);
    } catch (IOException e) {
      directory.close();
      throw e;
    }
  }

  /**
   * Opens it. Symbolic links on the way to it are followed: they belong to the owners of the
   * directories above.
   *
   * @throws IOException when it is missing, or {@code owner} does not own it
   */
  public static OwnedTree open(Path path, Uid owner) throws IOException {
    String name = path.toString();
    return new OwnedTree(Fd.open(name, Native.O_DIRECTORY | Native.O_PATH), name, owner, false);
  }

  /**
   * The same, which opens each directory and file with the thread's capabilities in effect: for
   * files that only another user may read.
   */
  public static OwnedTree openRaised(Path path, Uid owner) throws IOException {
    String name = path.toString();
    int flags = Native.O_DIRECTORY | Native.O_PATH;
    return new OwnedTree(Fd.openAtRaised(Native.AT_FDCWD, name, flags, name), name, owner, true);
  }

  /** A directory below it, checked in the same way. */
  public OwnedTree directory(String path) throws IOException {
    Fd found = open(path, Native.O_DIRECTORY | Native.O_PATH);
    return new OwnedTree(found, name + "/" + path, owner, isRaised);
  }

  /**
   * The names in a directory below it, in no order.
   *
   * @param most the most names accepted
   * @throws IOException when it is missing, not the owner's, or has more
   */
  public List<String> names(String path, int most) throws IOException {
    List<String> names = new ArrayList<>();
    forEachName(
        path,
        name -> {
          if (names.size() == most) {
            throw new IOException(
                "%s/%s has more than %d entries".formatted(this.name, path, most));
          }
          names.add(name);
        });
    return names;
  }

  /** What takes the names in a directory. */
  public interface Names {
    void add(String name) throws IOException;
  }

  /**
   * Hands over the names in a directory below it one by one, in no order.
   *
   * @throws IOException when it is missing, or not the owner's
   */
  public void forEachName(String path, Names names) throws IOException {
    try (OwnedTree found = directory(path);
        DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(found.directory.path()))) {
      for (Path entry : entries) {
        names.add(entry.getFileName().toString());
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** The status of the directory itself. */
  public FileStatus status() throws KernelException {
    return FileStatus.of(directory);
  }

  /** A file's content, and its change time in ns since 1970, which its owner can't set. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Content(byte[] bytes, long changed) {
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    public Instant changedAt() {
      return Instant.ofEpochSecond(0, changed);
    }
  }

  /**
   * Reads a regular file.
   *
   * @param most the largest size accepted, in bytes
   * @throws IOException when it is missing, not a regular file of the owner, or larger
   */
  public Content read(String path, int most) throws IOException {
    return opened(
        path,
        (file, status) -> new Content(file.readAll(name + "/" + path, most), status.changed()));
  }

  /** What reads a file, of which it keeps what it wants. */
  public interface FileReading<T> {
    T from(InputStream file) throws IOException;
  }

  /**
   * Reads a regular file without holding it as a whole.
   *
   * @throws IOException when it is missing, or not a regular file of the owner
   */
  public <T> T read(String path, FileReading<T> reading) throws IOException {
    return opened(path, (file, _) -> reading.from(file.input(name + "/" + path)));
  }

  private interface OpenedFile<T> {
    T use(Fd file, FileStatus status) throws IOException;
  }

  private <T> T opened(String path, OpenedFile<T> use) throws IOException {
    try (Fd file = openFile(path)) {
      return use.use(file, FileStatus.of(file));
    }
  }

  /**
   * Opens a regular file for reading; the caller closes it.
   *
   * @throws IOException when it is missing, or not a regular file of the owner
   */
  public Fd openFile(String path) throws IOException {
    String whole = name + "/" + path;
    try (Fd found = open(path, Native.O_PATH)) {
      FileStatus status = FileStatus.of(found);
      if (!status.isRegularFile()) {
        throw new IOException(whole + " is not a regular file");
      }
      requireOwned(status, whole);
      // Open it for reading only now that it is known to be neither a device nor a pipe.
      int flags = Native.O_RDONLY | Native.O_NONBLOCK;
      return isRaised
          ? Fd.openAtRaised(Native.AT_FDCWD, found.path(), flags, whole)
          : Fd.openAt(Native.AT_FDCWD, found.path(), flags, whole);
    }
  }

  /**
   * Connects to a listening SOCK_STREAM socket of the owner.
   *
   * @param deadline by {@link System#nanoTime}, for this call and all use of the connection
   * @throws IOException when it is missing, or somebody else owns it or listens there
   */
  public StreamConnection connect(String path, long deadline) throws IOException {
    String whole = name + "/" + path;
    try (Fd fd = open(path, Native.O_PATH)) {
      FileStatus status = FileStatus.of(fd);
      if (!status.isSocket()) {
        throw new IOException(whole + " is not a socket");
      }
      requireOwned(status, whole);
      StreamConnection connection = StreamConnection.connect(fd.path(), whole, deadline);
      if (!connection.peer().equals(owner)) {
        connection.close();
        throw new IOException(
            "uid %2$s listens at %1$s, not its owner".formatted(whole, connection.peer()));
      }
      return connection;
    }
  }

  private Fd open(String path, int flags) throws KernelException {
    int resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    String whole = name + "/" + path;
    return isRaised
        ? Fd.openAt2Raised(directory.number(), path, flags, resolve, whole)
        : Fd.openAt2(directory.number(), path, flags, resolve, whole);
  }

  private void requireOwned(FileStatus status, String what) throws IOException {
    if (status.uid() != owner.number()) {
      throw new IOException(
          "%s belongs to uid %d, not to uid %s".formatted(what, status.uid(), owner));
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
