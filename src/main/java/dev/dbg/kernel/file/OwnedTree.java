package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Architecture;
import dev.dbg.kernel.BoundedRead;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Path;
import jnr.ffi.Pointer;

/**
 * A directory of somebody who may mean harm, held open, and what lies below it: opened by
 * openat2(2) without following a link or leaving the directory, and used only if it is of the
 * expected kind and theirs. A named pipe is not waited for, a device not opened.
 *
 * <p>Opening may hang for ever all the same: the owner may have mounted a file system that does.
 * Only a thread that nobody has to wait for may call this.
 */
public final class OwnedTree implements AutoCloseable {
  private static final int SIZE_OF_OPEN_HOW = 24;
  private static final int RESOLVE_NO_MAGICLINKS = 0x02;
  private static final int RESOLVE_NO_SYMLINKS = 0x04;
  private static final int RESOLVE_BENEATH = 0x08;

  private final Fd directory;
  private final String name;
  private final Uid owner;

  private OwnedTree(Fd directory, String name, Uid owner) {
    this.directory = directory;
    this.name = name;
    this.owner = owner;
  }

  /**
   * Opens it. Links on the way to it are followed: they are whose the directory above is.
   *
   * @throws IOException when there is none, or it is not {@code owner}'s
   */
  public static OwnedTree open(Path path, Uid owner) throws IOException {
    int flags = Architecture.O_DIRECTORY | Native.O_PATH | Native.O_CLOEXEC;
    String name = path.toString();
    Fd fd = new Fd(checkInt("open", name, () -> LIBC.openat(AT_FDCWD, name, flags, 0)));
    OwnedTree tree = new OwnedTree(fd, name, owner);
    try {
      tree.requireOwned(FileStatus.of(fd), name);
      return tree;
    } catch (IOException e) {
      tree.close();
      throw e;
    }
  }

  /** A directory below it, likewise. */
  public OwnedTree directory(String path) throws IOException {
    int flags = Architecture.O_DIRECTORY | Native.O_PATH | Native.O_CLOEXEC;
    Fd fd = open(path, flags);
    OwnedTree tree = new OwnedTree(fd, name + "/" + path, owner);
    try {
      tree.requireOwned(FileStatus.of(fd), tree.name);
      return tree;
    } catch (IOException e) {
      tree.close();
      throw e;
    }
  }

  /**
   * A file's bytes and what it is.
   *
   * @param changed its inode's change time in nanoseconds since 1970, which its owner can't set
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Content(byte[] bytes, long changed) {}

  /**
   * Reads a regular file.
   *
   * @param most how large it may be, in bytes
   * @throws IOException when there is none, or it is none of theirs, or larger
   */
  public Content read(String path, int most) throws IOException {
    String whole = name + "/" + path;
    try (Fd place = open(path, Native.O_PATH | Native.O_CLOEXEC)) {
      FileStatus status = FileStatus.of(place);
      if (!status.isRegularFile()) {
        throw new IOException(whole + " is not a regular file");
      }
      requireOwned(status, whole);
      try (Fd file = reopen(place, whole)) {
        return new Content(BoundedRead.all(file, whole, most), status.changed());
      }
    }
  }

  /** What is known by now not to be a device nor a pipe may be opened. */
  private static Fd reopen(Fd place, String whole) throws KernelException {
    int flags = Native.O_RDONLY | Native.O_CLOEXEC | Native.O_NONBLOCK;
    return new Fd(checkInt("open", whole, () -> LIBC.openat(AT_FDCWD, place.path(), flags, 0)));
  }

  /**
   * Connects to a listening SOCK_STREAM socket of theirs.
   *
   * @param deadline by {@link System#nanoTime}, for this and all that is said
   * @throws IOException when there is none, or it is not theirs, or somebody else answers there
   */
  public StreamConnection connect(String path, long deadline) throws IOException {
    String whole = name + "/" + path;
    try (Fd fd = open(path, Native.O_PATH | Native.O_CLOEXEC)) {
      FileStatus status = FileStatus.of(fd);
      if (!status.isSocket()) {
        throw new IOException(whole + " is not a socket");
      }
      requireOwned(status, whole);
      StreamConnection connection = StreamConnection.connect(fd.path(), whole, deadline);
      if (!connection.peer().equals(owner)) {
        connection.close();
        throw new IOException("%s is answered by uid %s".formatted(whole, connection.peer()));
      }
      return connection;
    }
  }

  private Fd open(String path, int flags) throws KernelException {
    Pointer how = Native.allocate(SIZE_OF_OPEN_HOW);
    how.putLong(0, flags);
    how.putLong(16, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS);
    Pointer text = Native.cString(path);
    return new Fd(
        checkInt(
            "openat2",
            name + "/" + path,
            () ->
                LIBC.syscall(
                    Native.SYS_OPENAT2,
                    directory.number(),
                    text.address(),
                    how.address(),
                    SIZE_OF_OPEN_HOW,
                    0,
                    0)));
  }

  private void requireOwned(FileStatus status, String what) throws IOException {
    if (status.uid() != owner.number()) {
      throw new IOException("%s is uid %d's, not uid %s's".formatted(what, status.uid(), owner));
    }
  }

  @Override
  public void close() {
    directory.close();
  }
}
