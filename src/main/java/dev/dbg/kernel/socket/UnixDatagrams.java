package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import dev.dbg.kernel.Native;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;
import java.time.Duration;
import jnr.ffi.Pointer;

/**
 * The sending end of a SOCK_DGRAM unix(7) socket.
 *
 * <p>For one thread.
 */
public final class UnixDatagrams implements AutoCloseable {
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDTIMEO = 21;
  private static final int SCM_RIGHTS = 1;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int SIZE_OF_MSGHDR = 56;
  private static final int SIZE_OF_CMSGHDR = 16;
  private static final int SPACE_OF_ONE = 24;

  private final Fd fd;
  private final String name;

  private UnixDatagrams(Fd fd, String name) {
    this.fd = fd;
    this.name = name;
  }

  /**
   * Connects to the socket at {@code path}.
   *
   * @param within how long {@link #send} may wait for a receiver that does not read; zero for ever
   */
  public static UnixDatagrams to(Path path, Duration within) throws IOException {
    return to(path.toString(), within);
  }

  /** The same; a leading {@code @} means the abstract namespace. */
  static UnixDatagrams to(String path, Duration within) throws IOException {
    Pointer address = UnixSocket.address(path);
    int size = UnixSocket.sizeOfAddress(path);
    int type = UnixSocket.SOCK_DGRAM | UnixSocket.SOCK_CLOEXEC;
    Fd fd = new Fd(checkInt("socket", path, () -> LIBC.socket(UnixSocket.AF_UNIX, type, 0)));
    try {
      int number = fd.number();
      Pointer timeval = Native.allocate(16);
      timeval.putLong(0, within.toSeconds());
      timeval.putLong(8, within.toNanosPart() / 1000);
      int _ =
          checkInt(
              "setsockopt",
              path,
              () -> LIBC.setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, timeval, 16));
      int _ = checkInt("connect", path, () -> LIBC.connect(number, address, size));
      return new UnixDatagrams(fd, path);
    } catch (KernelException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * Sends {@code bytes} as one datagram.
   *
   * @throws KernelException with {@link KernelException#isTooLarge} when they do not fit into one,
   *     and with {@link KernelException#isTimeout} when the receiver did not read in time
   */
  public void send(byte[] bytes) throws KernelException {
    Pointer data = Native.allocate(Math.max(1, bytes.length));
    data.put(0, bytes, 0, bytes.length);
    long _ = check("send", name, () -> LIBC.send(fd.number(), data, bytes.length, MSG_NOSIGNAL));
  }

  /** Sends an empty datagram that carries {@code file}. */
  public void send(MemoryFile file) throws KernelException {
    Pointer control = Native.allocate(SPACE_OF_ONE);
    control.putLong(0, SIZE_OF_CMSGHDR + 4L);
    control.putInt(8, SOL_SOCKET);
    control.putInt(12, SCM_RIGHTS);
    control.putInt(SIZE_OF_CMSGHDR, file.fd().number());
    Pointer message = Native.allocate(SIZE_OF_MSGHDR);
    message.putAddress(32, control.address());
    message.putLong(40, SPACE_OF_ONE);
    try {
      long _ = check("sendmsg", name, () -> LIBC.sendmsg(fd.number(), message, MSG_NOSIGNAL));
    } finally {
      // The message has its address only.
      Reference.reachabilityFence(control);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
