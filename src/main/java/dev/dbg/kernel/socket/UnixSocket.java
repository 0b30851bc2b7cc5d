package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.Pipe;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import jnr.ffi.Pointer;

/**
 * A listening unix(7) socket of type SOCK_SEQPACKET: what is sent in one piece arrives in one.
 *
 * <p>It is never shut down, shutdown(2): one that systemd passed is systemd's too, which goes on
 * listening when this process has ended. Whoever waits for a client is woken through a pipe.
 */
public final class UnixSocket implements AutoCloseable {
  static final int AF_UNIX = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_SEQPACKET = 5;
  static final int SOCK_CLOEXEC = 0x80000;
  private static final int BACKLOG = 128;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PASSRIGHTS = 83;
  private static final int FIRST_PASSED_FD = 3;
  private static final int PATH_AT = 2;
  private static final int LONGEST_PATH = 107;
  private static final short POLLIN = 1;
  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;

  private final Fd fd;
  private final Pipe wake;

  private UnixSocket(Fd fd) throws KernelException {
    this.fd = fd;
    this.wake = Pipe.open();
  }

  /** The socket that systemd holds for this process, sd_listen_fds(3); empty when there is none. */
  public static Optional<UnixSocket> fromSystemd() throws KernelException {
    boolean forUs =
        String.valueOf(LIBC.getpid()).equals(System.getenv("LISTEN_PID"))
            && "1".equals(System.getenv("LISTEN_FDS"));
    if (!forUs) {
      return Optional.empty();
    }
    int _ =
        checkInt(
            "fcntl",
            "the socket that systemd passed",
            () -> LIBC.fcntl(FIRST_PASSED_FD, F_SETFD, FD_CLOEXEC));
    Fd passed = new Fd(FIRST_PASSED_FD);
    refuseDescriptors(passed);
    return Optional.of(new UnixSocket(passed));
  }

  /**
   * Lets nobody send a descriptor to those who will be accepted, SO_PASSRIGHTS of unix(7): whoever
   * tries gets EPERM. Linux has it since 6.16; an older kernel's connections are looked at one by
   * one, {@link UnixConnection}.
   */
  private static void refuseDescriptors(Fd listening) {
    Pointer no = Native.allocate(4);
    try {
      int _ = LIBC.setsockopt(listening.number(), SOL_SOCKET, SO_PASSRIGHTS, no, 4);
    } finally {
      Reference.reachabilityFence(no);
    }
  }

  /**
   * Listens at {@code path}, for root and the members of {@code group}. A socket left there by a
   * daemon that is gone is replaced.
   *
   * @throws IOException also when a daemon is answering there, or there is no such group
   */
  public static UnixSocket listen(Path path, Optional<String> group) throws IOException {
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      removeStale(path);
    }
    Pointer address = address(path.toString());
    int number =
        checkInt(
            "socket",
            path.toString(),
            () -> LIBC.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    Fd fd = new Fd(number);
    int _ =
        checkInt("bind", path.toString(), () -> LIBC.bind(number, address, sizeOfAddress(path)));
    // Nobody can connect before listen(2), so nobody finds it with the wrong mode.
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (group.isPresent()) {
      GroupPrincipal principal =
          path.getFileSystem()
              .getUserPrincipalLookupService()
              .lookupPrincipalByGroupName(group.get());
      try (Capabilities.Raised _ = Capabilities.raise()) {
        view.setGroup(principal);
      }
    }
    view.setPermissions(
        PosixFilePermissions.fromString(group.isPresent() ? "rw-rw----" : "rw-------"));
    refuseDescriptors(fd);
    int _ = checkInt("listen", path.toString(), () -> LIBC.listen(number, BACKLOG));
    return new UnixSocket(fd);
  }

  private static void removeStale(Path path) throws IOException {
    int number =
        checkInt(
            "socket",
            path.toString(),
            () -> LIBC.socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0));
    Pointer address = address(path.toString());
    try (Fd probe = new Fd(number)) {
      if (LIBC.connect(probe.number(), address, sizeOfAddress(path)) == 0) {
        throw new IOException("a daemon is already answering at " + path + ": stop it first");
      }
    } finally {
      Reference.reachabilityFence(address);
    }
    Files.delete(path);
  }

  /** Waits for a client; empty from {@link #stopAccepting} on. One thread may wait. */
  public Optional<UnixConnection> accept() throws KernelException {
    Pointer either = Native.allocate(16);
    either.putInt(0, fd.number());
    either.putShort(4, POLLIN);
    either.putInt(8, wake.reader().number());
    either.putShort(12, POLLIN);
    int _ = checkInt("poll", "socket", () -> LIBC.poll(either, 2, -1));
    if (either.getShort(14) != 0) {
      return Optional.empty();
    }
    int number = fd.number();
    UnixConnection client =
        new UnixConnection(
            new Fd(
                checkInt(
                    "accept", "socket", () -> LIBC.accept4(number, null, null, SOCK_CLOEXEC))));
    client.tellPackets();
    return Optional.of(client);
  }

  /** Nobody is let in any more; whoever comes waits for the next daemon. From any thread. */
  public void stopAccepting() {
    wake.writer().close();
  }

  @Override
  public void close() {
    fd.close();
    wake.close();
  }

  /**
   * A struct sockaddr_un; a leading {@code @} means the abstract namespace, as systemd writes it.
   */
  static Pointer address(String path) throws IOException {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > LONGEST_PATH) {
      throw new IOException("the socket's path is longer than " + LONGEST_PATH + " bytes: " + path);
    }
    Pointer address = Native.allocate(PATH_AT + LONGEST_PATH + 1);
    address.putShort(0, (short) AF_UNIX);
    address.put(PATH_AT, bytes, 0, bytes.length);
    if (path.startsWith("@")) {
      address.putByte(PATH_AT, (byte) 0);
    }
    return address;
  }

  private static int sizeOfAddress(Path path) {
    return sizeOfAddress(path.toString());
  }

  static int sizeOfAddress(String path) {
    int terminator = path.startsWith("@") ? 0 : 1;
    return PATH_AT + path.getBytes(StandardCharsets.UTF_8).length + terminator;
  }
}
