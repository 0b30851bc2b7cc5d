package dev.dbg.resolve.engine;

import dev.dbg.kernel.socket.StreamConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Tells whether an engine is still the process that it was. A connection to it, on which it has
 * answered once, is kept open; the kernel closes it when the engine ends, also while another one
 * already listens at the same socket.
 *
 * <p>For any thread.
 */
final class EngineLife implements AutoCloseable {
  private static final Duration WITHIN = Duration.ofSeconds(1);

  private static final byte[] REQUEST =
      "HEAD /_ping HTTP/1.1\r\nHost: d\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final StreamConnection connection;
  private boolean closed;

  private EngineLife(StreamConnection connection) {
    this.connection = connection;
  }

  /**
   * The life of the engine that serves the socket now.
   *
   * @throws IOException if it does not answer in a second
   */
  static EngineLife at(Path socket) throws IOException {
    StreamConnection connection =
        StreamConnection.connect(socket, System.nanoTime() + WITHIN.toNanos());
    try {
      connection.send(REQUEST);
      // An answer to HEAD has no body.
      String _ = HttpGet.head(connection.input());
      return new EngineLife(connection);
    } catch (IOException e) {
      connection.close();
      throw e;
    }
  }

  /** Whether that engine is still there; it need not answer. */
  synchronized boolean lasts() {
    return !closed && connection.isIdle();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      connection.close();
    }
  }
}
