package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Capabilities.during;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.model.Gid;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * A listening unix(7) socket of type SOCK_SEQPACKET, which keeps packet boundaries.
 *
 * <p>It is never shut down, shutdown(2): systemd also holds a socket that it passed, and keeps
 * listening after this process has ended.
 */
public final class UnixSocket implements AutoCloseable {
  /** A time for {@link #accept}. */
  public static final int FOREVER = -1;

  private static final int BACKLOG = 128;

  private static final int FIRST_PASSED_FD = 3;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;

  /** An id that chown(2) leaves as it is. */
  private static final int UNCHANGED = -1;

  private final ListeningSocket socket;

  UnixSocket(Fd fd) throws KernelException {
    this.socket = ListeningSocket.of(fd);
  }

  /** The socket that systemd holds for this process, sd_listen_fds(3); empty when there is none. */
  public static Optional<UnixSocket> fromSystemd() throws KernelException {
    boolean forUs =
        String.valueOf(LibC.getpid()).equals(System.getenv("LISTEN_PID"))
            && "1".equals(System.getenv("LISTEN_FDS"));
    if (!forUs) {
      return Optional.empty();
    }
    require(
        "fcntl",
        "the socket that systemd passed",
        () -> LibC.fcntl(FIRST_PASSED_FD, F_SETFD, FD_CLOEXEC));
    Fd passed = new Fd(FIRST_PASSED_FD);
    refuseDescriptors(passed);
    return Optional.of(new UnixSocket(passed));
  }

  /**
   * Forbids descriptors on a connection, SO_PASSRIGHTS of unix(7): a client that sends one gets
   * EPERM. A connection has it from the socket at which it was made, as that was then. Since Linux
   * 6.16; on an older kernel {@link UnixConnection} checks each packet.
   */
  private static void refuseDescriptors(Fd socket) {
    SocketCalls.trySet(socket, SocketCalls.SO_PASSRIGHTS, 0);
  }

  /**
   * Listens at {@code path}, for root and the members of {@code group}. Replaces a socket on which
   * nobody listens.
   *
   * @throws IOException also when a daemon listens there
   */
  public static UnixSocket listen(Path path, Optional<Gid> group) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      removeStale(path);
    }
    String name = path.toString();
    Pointer address = SocketCalls.address(name);
    Fd fd = SocketCalls.socket(SocketCalls.SOCK_SEQPACKET, name);
    int size = SocketCalls.sizeOfAddress(name);
    require("bind", name, () -> LibC.bind(fd.number(), address, size));
    // Nobody can connect before listen(2), so nobody can use it with the wrong mode.
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (group.isPresent()) {
      int gid = (int) group.get().number();
      require("chown", name, during(() -> LibC.chown(name, UNCHANGED, gid)));
    }
    view.setPermissions(
        PosixFilePermissions.fromString(group.isPresent() ? "rw-rw----" : "rw-------"));
    refuseDescriptors(fd);
    require("listen", name, () -> LibC.listen(fd.number(), BACKLOG));
    return new UnixSocket(fd);
  }

  private static void removeStale(Path path) throws IOException {
    String name = path.toString();
    Pointer address = SocketCalls.address(name);
    try (Fd probe = SocketCalls.socket(SocketCalls.SOCK_SEQPACKET, name)) {
      if (LibC.connect(probe.number(), address, SocketCalls.sizeOfAddress(name)) == 0) {
        throw new IOException("a daemon is already answering at " + path + ": stop it first");
      }
    } finally {
      Reference.reachabilityFence(address);
    }
    Files.delete(path);
  }

  /**
   * Waits this long for a client; empty if none comes, and after {@link #stopAccepting}. For one
   * thread.
   */
  public Optional<UnixConnection> accept(int milliseconds) throws KernelException {
    Optional<UnixConnection> client = socket.accept(milliseconds).map(UnixConnection::new);
    client.ifPresent(
        one -> {
          // Adds the sender's credentials to each packet. Without them an empty packet could not be
          // distinguished from the end of the connection.
          SocketCalls.trySet(one.fd(), SocketCalls.SO_PASSCRED, 1);
          // Who connected while the socket was systemd's, for whom dbgd was started, may send them
          // still.
          refuseDescriptors(one.fd());
        });
    return client;
  }

  /** Accepts no further client; those that connect wait for the next daemon. Any thread. */
  public void stopAccepting() {
    socket.stopAccepting();
  }

  @Override
  public void close() {
    socket.close();
  }
}
