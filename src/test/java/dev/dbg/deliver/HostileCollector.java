package dev.dbg.deliver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers what it likes, whatever it is asked. */
public final class HostileCollector implements AutoCloseable {
  private final ServerSocket socket;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final String begin;
  private final String again;
  private final Duration pause;

  /**
   * Says {@code begin}, then {@code again} until nobody listens; if that is empty, it is silent.
   */
  public HostileCollector(String begin, String again) throws IOException {
    this(begin, again, Duration.ZERO);
  }

  /** The same with a pause before each {@code again}. */
  public HostileCollector(String begin, String again, Duration pause) throws IOException {
    this(listening(), begin, again, pause);
  }

  public HostileCollector(ServerSocket socket, String begin, String again, Duration pause) {
    this.socket = socket;
    this.begin = begin;
    this.again = again;
    this.pause = pause;
    Thread _ = Thread.ofPlatform().daemon().start(this::serve);
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private void serve() {
    while (true) {
      try {
        Socket client = socket.accept();
        int _ = connections.incrementAndGet();
        int _ = open.incrementAndGet();
        Thread _ = Thread.ofPlatform().daemon().start(() -> answer(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(Socket client) {
    try (client) {
      // Enough of the request; the rest stays in the kernel.
      InputStream in = client.getInputStream();
      int _ = in.read(new byte[1 << 16]);
      OutputStream out = client.getOutputStream();
      out.write(begin.getBytes(StandardCharsets.ISO_8859_1));
      byte[] more = again.getBytes(StandardCharsets.ISO_8859_1);
      while (more.length > 0) {
        Thread.sleep(pause);
        out.write(more);
      }
      while (in.read() >= 0) {}
    } catch (IOException | InterruptedException e) {
      // Nobody listens any more.
    } finally {
      int _ = open.decrementAndGet();
    }
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:%d/v1/logs".formatted(socket.getLocalPort()));
  }

  public int port() {
    return socket.getLocalPort();
  }

  public int connections() {
    return connections.get();
  }

  /** How many connections nobody has ended yet. */
  public int open() {
    return open.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
