package dev.dbg.resolve.user;

import dev.dbg.kernel.socket.StreamConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * One question to an engine's service by HTTP/1.0, in which the answer ends with the connection.
 * The service may be anything: it has until the connection's deadline, and so many bytes.
 */
final class HttpGet {
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private HttpGet() {}

  /**
   * Asks.
   *
   * @param most how long the answer may be, in bytes
   * @return the answer's body; empty when the service says that there is no such thing: 404; or
   *     400, for an id's prefix that several containers have
   */
  static Optional<byte[]> get(StreamConnection connection, String path, int most)
      throws IOException {
    connection.send(
        "GET %s HTTP/1.0\r\nHost: d\r\n\r\n".formatted(path).getBytes(StandardCharsets.US_ASCII));
    byte[] answer = connection.receiveAll(most);
    String[] start =
        new String(answer, 0, Math.min(answer.length, 64), StandardCharsets.ISO_8859_1)
            .split(" ", 3);
    int body = endOfHead(answer);
    if (start.length < 3 || !start[0].startsWith("HTTP/1.") || body < 0) {
      throw new IOException("it does not answer in HTTP");
    }
    return switch (start[1]) {
      case "200" -> Optional.of(Arrays.copyOfRange(answer, body, answer.length));
      case "404", "400" -> Optional.empty();
      default -> throw new IOException("it answers " + start[1]);
    };
  }

  private static int endOfHead(byte[] answer) {
    for (int at = 0; at + END_OF_HEAD.length <= answer.length; at++) {
      int end = at + END_OF_HEAD.length;
      if (Arrays.equals(answer, at, end, END_OF_HEAD, 0, END_OF_HEAD.length)) {
        return end;
      }
    }
    return -1;
  }
}
