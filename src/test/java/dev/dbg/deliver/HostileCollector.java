package dev.dbg.deliver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that answers what it likes, whatever it is asked. */
final class HostileCollector implements AutoCloseable {
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final AtomicInteger connections = new AtomicInteger();
  private final String begin;
  private final String again;

  /**
   * Says {@code begin}, then {@code again} until nobody listens; if that is empty, it is silent.
   */
  HostileCollector(String begin, String again) throws IOException {
    this.begin = begin;
    this.again = again;
    Thread _ = Thread.ofPlatform().daemon().start(this::serve);
  }

  private void serve() {
    while (true) {
      try {
        Socket client = socket.accept();
        int _ = connections.incrementAndGet();
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
        out.write(more);
      }
      while (in.read() >= 0) {}
    } catch (IOException e) {
      // Nobody listens any more.
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:%d/v1/logs".formatted(socket.getLocalPort()));
  }

  int port() {
    return socket.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
