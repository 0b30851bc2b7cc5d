package dev.dbg.resolve.engine;

import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A GET request in HTTP/1.0, in which the end of the connection ends the answer. The server is not
 * trusted: the answer is limited by the connection's deadline, and its head by its size; who reads
 * the body limits that.
 */
public final class HttpGet {
  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final int LONGEST_HEAD = 1 << 13;

  private HttpGet() {}

  /**
   * Sends the request and reads the head of the answer.
   *
   * @return the body; empty for status 404, and for 400: an id's prefix that several containers
   *     have
   */
  public static Optional<InputStream> get(StreamConnection connection, String path)
      throws IOException {
    connection.send(
        "GET %s HTTP/1.0\r\nHost: d\r\n\r\n".formatted(path).getBytes(StandardCharsets.US_ASCII));
    InputStream answer = new BufferedInputStream(connection.input(), LONGEST_HEAD);
    String[] start = head(answer).split(" ", 3);
    if (start.length < 3 || !start[0].startsWith("HTTP/1.")) {
      throw new IOException("its answer is not HTTP");
    }
    return switch (start[1]) {
      case "200" -> Optional.of(answer);
      case "404", "400" -> Optional.empty();
      default -> throw new IOException("it answers " + RawText.printable(QuotedText.of(start[1])));
    };
  }

  /** Reads the head of an answer, and nothing that follows it. */
  static String head(InputStream answer) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf(END_OF_HEAD, head.length() - END_OF_HEAD.length()) < 0) {
      int one = head.length() < LONGEST_HEAD ? answer.read() : -1;
      if (one < 0) {
        throw new IOException("its answer is not HTTP");
      }
      head.append((char) one);
    }
    return head.toString();
  }
}
