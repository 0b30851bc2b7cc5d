package dev.dbg.http;

import dev.dbg.model.QuotedText;
import dev.dbg.model.RawText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingDeque;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Asks one server by HTTP/1.1. What it sends has a bounded length, ends within a bounded time, and
 * leads nowhere else. A request is sent once. No client of the JDK's does that (D410). Any thread.
 *
 * <p>A connection is kept for the next request, unless either side said that this was the last. Of
 * one that is kept nothing is read, so that its server can fill no memory by it.
 */
public final class HttpClient {
  private static final int MOST_KEPT = 8;

  /** Servers and what is on the way to them keep one longer. */
  private static final Duration KEPT_FOR = Duration.ofSeconds(30);

  private final URI server;
  private final ServerAddress address;
  private final Optional<SSLContext> tls;
  private final Duration patience;
  private final Deque<HttpLink> kept = new LinkedBlockingDeque<>(MOST_KEPT);

  /** A connection, the same without TLS, and what comes by it. */
  private record HttpLink(ServerAddress.Connection socket, Socket plain, HttpReader answers) {}

  /**
   * @param tls what is trusted; empty for a server without TLS
   * @param patience how long the server may take to connect, and half of what its answer may
   */
  public HttpClient(URI server, Optional<SSLContext> tls, Duration patience) {
    this.server = server;
    this.address = ServerAddress.of(server, tls.isPresent() ? 443 : 80);
    this.tls = tls;
    this.patience = patience;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * @param target the path, with the query
   * @param headers with {@code Connection} nothing follows this request
   * @param most the longest body that is kept
   * @throws IOException if there is no whole answer in time
   */
  public HttpAnswer send(
      String method, String target, Map<String, String> headers, byte[] body, int most)
      throws IOException {
    Optional<HttpLink> again = kept();
    ServerAddress.Connection socket =
        again
            .map(HttpLink::socket)
            .orElseGet(() -> new ServerAddress.Connection(patience.multipliedBy(2)));
    try {
      socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
      HttpLink open = again.isPresent() ? again.get() : open(socket);
      HttpAnswer answer = exchange(open, request(method, target, headers, body), most);
      if (headers.containsKey("Connection") || !open.answers.isOpen()) {
        open.plain.close();
      } else {
        keep(open);
      }
      return answer;
    } catch (IOException e) {
      String why =
          socket.isLate()
              ? "the answer did not end in time"
              : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      socket.close();
      throw new IOException(shown(why), e);
    }
  }

  /** What a server said, for the journal or for root's terminal. */
  public static String shown(String said) {
    return QuotedText.message(RawText.printable(said));
  }

  private Optional<HttpLink> kept() throws IOException {
    for (HttpLink open = kept.poll(); open != null; open = kept.poll()) {
      open.socket.goOn(patience.multipliedBy(2));
      if (open.socket.isFresh()) {
        return Optional.of(open);
      }
      open.socket.close();
    }
    return Optional.empty();
  }

  /** Its time is over when it was not used for so long. */
  private void keep(HttpLink open) throws IOException {
    open.socket.goOn(KEPT_FOR);
    if (!kept.offerFirst(open)) {
      open.socket.close();
    }
  }

  private HttpLink open(ServerAddress.Connection socket) throws IOException {
    socket.connect(address.resolve(), socket.getSoTimeout());
    Socket plain = tls.isPresent() ? secured(socket, tls.get()) : socket;
    return new HttpLink(socket, plain, new HttpReader(socket, plain.getInputStream()));
  }

  private Socket secured(Socket socket, SSLContext context) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, address.host(), address.port(), /* autoClose= */ true);
    SSLParameters wanted = secured.getSSLParameters();
    // A certificate of another name is nobody's: without this each name will do.
    wanted.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(wanted);
    secured.startHandshake();
    return secured;
  }

  private static HttpAnswer exchange(HttpLink open, byte[] request, int most) throws IOException {
    try {
      OutputStream out = open.plain.getOutputStream();
      out.write(request);
      out.flush();
    } catch (IOException e) {
      // A server may refuse what is too long before it has read it all, and says so.
    }
    return open.answers.read(most);
  }

  private byte[] request(String method, String target, Map<String, String> headers, byte[] body) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Host", server.getRawAuthority());
    all.put("User-Agent", "dbg");
    all.putAll(headers);
    all.put("Content-Length", Integer.toString(body.length));
    StringBuilder head = new StringBuilder("%s %s HTTP/1.1\r\n".formatted(method, target));
    all.forEach((name, value) -> head.append("%s: %s\r\n".formatted(name, value)));
    ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + body.length + 2);
    request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    return request.toByteArray();
  }
}
