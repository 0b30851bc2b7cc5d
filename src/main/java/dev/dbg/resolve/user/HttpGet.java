package dev.dbg.resolve.user;

import dev.dbg.kernel.socket.StreamConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A GET request in HTTP/1.0, in which the end of the connection ends the answer. The server is not
 * trusted: the answer is limited by the connection's deadline and by its size.
 */
final class HttpGet {
  private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private HttpGet() {}

  /**
   * Sends the request and reads the answer.
   *
   * @param most the longest answer in bytes
   * @return the body; empty for status 404, and for 400: an id's prefix that several containers
   *     have
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
      throw new IOException("its answer is not HTTP");
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
