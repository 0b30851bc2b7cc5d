package dev.dbg.resolve.containerd;

import dev.dbg.kernel.socket.StreamConnection;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that reads a request, answers with these bytes whatever it was, and then says no more.
 */
final class HostileServer implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path socket;
  private final ServerSocketChannel listening;

  HostileServer(Path directory, boolean closes, byte[]... answers) throws IOException {
    socket = directory.resolve("socket-" + COUNT.incrementAndGet());
    listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    ServerSocketChannel _ = listening.bind(UnixDomainSocketAddress.of(socket));
    Thread _ = Thread.ofPlatform().daemon().start(() -> answer(closes, answers));
  }

  private void answer(boolean closes, byte[]... answers) {
    try (SocketChannel client = listening.accept()) {
      int _ = client.read(ByteBuffer.allocate(1 << 16));
      for (byte[] answer : answers) {
        ByteBuffer left = ByteBuffer.wrap(answer);
        while (left.hasRemaining()) {
          int _ = client.write(left);
        }
      }
      while (!closes && client.read(ByteBuffer.allocate(1 << 16)) >= 0) {
        // The client has had enough when it closes.
      }
    } catch (IOException e) {
      // So it is.
    }
  }

  Path socket() {
    return socket;
  }

  StreamConnection connection(Duration within) throws IOException {
    return StreamConnection.connect(socket, System.nanoTime() + within.toNanos());
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
