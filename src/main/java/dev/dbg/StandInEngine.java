package dev.dbg;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;

/**
 * An engine that has one container and answers each request with what Docker says about it. So a
 * rehearsal asks no engine of the host, and goes the same way where there is none.
 */
final class StandInEngine {
  static final String CONTAINER = "rehearsed";

  private static final int LONGEST_REQUEST = 1 << 14;

  private static final String CRLF = "\r\n";

  private static final String HEADER =
      """
      HTTP/1.1 200 OK\r
      Content-Type: application/json\r
      Transfer-Encoding: chunked\r
      \r
      """;

  private final byte[] answer;

  private StandInEngine(byte[] answer) {
    this.answer = answer;
  }

  /**
   * Listens at {@code socket} until the JVM ends. It says {@code inspected} of its container, whose
   * process is {@code pid}.
   */
  static void listen(Path socket, String inspected, long pid) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    ServerSocketChannel _ = server.bind(UnixDomainSocketAddress.of(socket));
    StandInEngine engine =
        new StandInEngine(
            http(
                inspected
                    .replace("PROCESS", String.valueOf(pid))
                    .replace("NOW", Instant.now().toString())));
    start(() -> engine.accept(server));
  }

  private static void start(Runnable work) {
    Thread _ = Thread.ofPlatform().name("engine").daemon().start(work);
  }

  /** In chunks, as Docker sends it. */
  private static byte[] http(String json) {
    return (HEADER + Integer.toHexString(json.length()) + CRLF + json + CRLF + 0 + CRLF + CRLF)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private void accept(ServerSocketChannel server) {
    try {
      while (true) {
        SocketChannel client = server.accept();
        start(() -> answer(client));
      }
    } catch (IOException e) {
      // The JVM ends.
    }
  }

  private void answer(SocketChannel client) {
    try (client) {
      byte[] bytes = new byte[LONGEST_REQUEST];
      ByteBuffer request = ByteBuffer.wrap(bytes);
      while (client.read(request) >= 0) {
        if (isComplete(bytes, request.position())) {
          ByteBuffer rest = ByteBuffer.wrap(answer);
          while (rest.hasRemaining()) {
            int _ = client.write(rest);
          }
          request.clear();
        }
      }
    } catch (IOException e) {
      // The client is gone, and sees to that itself.
    }
  }

  private static boolean isComplete(byte[] request, int length) {
    return new String(request, 0, length, StandardCharsets.US_ASCII).endsWith(CRLF + CRLF);
  }
}
