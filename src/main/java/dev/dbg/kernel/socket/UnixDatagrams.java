package dev.dbg.kernel.socket;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MemoryFile;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sending end of a SOCK_DGRAM unix(7) socket. It connects when there is something to send, and
 * again after a failure. For one thread.
 */
public final class UnixDatagrams implements AutoCloseable {
  private final String path;
  private final Duration within;
  private @Nullable Fd fd;

  /**
   * @param path a leading {@code @} means the abstract namespace
   * @param within how long a call may wait for a receiver that does not read; zero waits forever
   */
  public UnixDatagrams(String path, Duration within) {
    this.path = path;
    this.within = within;
  }

  /**
   * Sends {@code bytes} as one datagram.
   *
   * @throws KernelException with {@link KernelException#isTooLarge} if they do not fit into one
   *     datagram, and with {@link KernelException#isTimeout} if the receiver did not read in time
   */
  public void send(byte[] bytes) throws IOException {
    send(bytes, List.of());
  }

  /** Sends an empty datagram that carries {@code file}. */
  public void send(MemoryFile file) throws IOException {
    send(new byte[0], List.of(file.fd()));
  }

  private void send(byte[] bytes, List<Fd> descriptors) throws IOException {
    try {
      Fd to = fd;
      if (to == null) {
        to = SocketCalls.socket(SocketCalls.SOCK_DGRAM, path);
        fd = to;
        SocketCalls.setTimeout(to, SocketCalls.SO_SNDTIMEO, within, path);
        SocketCalls.connect(to, path, path);
      }
      if (descriptors.isEmpty()) {
        SocketCalls.send(to, bytes, 0, path);
      } else {
        SocketCalls.send(to, bytes, descriptors, path);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    if (fd != null) {
      fd.close();
      fd = null;
    }
  }
}
