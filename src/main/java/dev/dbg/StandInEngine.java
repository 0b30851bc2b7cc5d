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
 * An engine for the training run: has one container, and answers each request with Docker's
 * description of it. The host's engines are not asked.
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

  private StandInEngine() {}

  /**
   * Listens at {@code socket} until the JVM ends.
   *
   * @param inspected Docker's description of the container
   * @param pid the container's process
   */
  static void listen(Path socket, String inspected, long pid) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    ServerSocketChannel _ = server.bind(UnixDomainSocketAddress.of(socket));
    String json =
        inspected.replace("PROCESS", String.valueOf(pid)).replace("NOW", Instant.now().toString());
    // In chunks, as Docker sends answers.
    String answer =
        HEADER + Integer.toHexString(json.length()) + CRLF + json + CRLF + 0 + CRLF + CRLF;
    start(() -> accept(server, answer.getBytes(StandardCharsets.US_ASCII)));
  }

  private static void start(Runnable work) {
    Thread _ = Thread.ofPlatform().name("engine").daemon().start(work);
  }

  private static void accept(ServerSocketChannel server, byte[] answer) {
    try {
      while (true) {
        SocketChannel client = server.accept();
        start(() -> answer(client, answer));
      }
    } catch (IOException e) {
      // The JVM ends.
    }
  }

  private static void answer(SocketChannel client, byte[] answer) {
    try (client) {
      byte[] bytes = new byte[LONGEST_REQUEST];
      ByteBuffer request = ByteBuffer.wrap(bytes);
      while (client.read(request) >= 0) {
        String read = new String(bytes, 0, request.position(), StandardCharsets.US_ASCII);
        if (read.endsWith(CRLF + CRLF)) {
          ByteBuffer rest = ByteBuffer.wrap(answer);
          while (rest.hasRemaining()) {
            int _ = client.write(rest);
          }
          request.clear();
        }
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }
}
