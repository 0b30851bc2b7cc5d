package dev.dbg.kernel.socket;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The sending end of a SOCK_DGRAM unix(7) socket. For one thread. */
public record UnixDatagrams(Fd fd, String name) implements AutoCloseable {
  /**
   * Connects to the socket at {@code path}; a leading {@code @} means the abstract namespace.
   *
   * @param within how long {@link #send} may wait for a receiver that does not read; zero waits
   *     forever
   */
  public static UnixDatagrams to(String path, Duration within) throws IOException {
    Fd fd = SocketCalls.socket(SocketCalls.SOCK_DGRAM, path);
    try {
      SocketCalls.setTimeout(fd, SocketCalls.SO_SNDTIMEO, within, path);
      SocketCalls.connect(fd, path, path);
      return new UnixDatagrams(fd, path);
    } catch (IOException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * Sends {@code bytes} as one datagram.
   *
   * @throws KernelException with {@link KernelException#isTooLarge} when they do not fit into one
   *     datagram, and with {@link KernelException#isTimeout} when the receiver did not read in time
   */
  public void send(byte[] bytes) throws KernelException {
    SocketCalls.send(fd, bytes, 0, name);
  }

  /** Sends an empty datagram that carries {@code file}. */
  public void send(MemoryFile file) throws KernelException {
    SocketCalls.send(fd, new byte[0], List.of(file.fd()), name);
  }

  @Override
  public void close() {
    fd.close();
  }
}
