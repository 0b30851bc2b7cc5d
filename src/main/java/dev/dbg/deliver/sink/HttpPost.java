package dev.dbg.deliver.sink;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Posts JSON, if the headers say nothing else, to one address by HTTP/1.1. What the server sends
 * has a bounded length, ends within a bounded time, and leads nowhere else. Each request has a
 * connection of its own. For one thread.
 *
 * <p>Neither client of the JDK is used: the newer one takes eight megabytes (D371), and of the
 * older one a server decides how long it reads, how often it asks and what it keeps (D379).
 */
public final class HttpPost {
  private static final int PORT = 80;
  private static final int PORT_OF_TLS = 443;

  private final URI to;
  private final String server;
  private final ServerAddress address;
  private final Map<String, String> headers;
  private final Duration patience;
  private final Optional<SSLContext> tls;

  /** {@code body} has a character for each byte. */
  record Answer(int status, String body) {
    String text() {
      return new String(bytes(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
      return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether a request that asks for less may be taken. */
    boolean isAboutRequest() {
      return status == 400 || status == 413 || status == 422;
    }
  }

  /** An address of http or https; empty if the text is none. */
  public static Optional<URI> address(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme());
      return Optional.of(uri)
          .filter(_ -> scheme.equals("http") || scheme.equals("https"))
          .filter(_ -> uri.getHost() != null && uri.getUserInfo() == null);
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  /** The server alone: the rest of the address may be a secret. */
  String server() {
    return server;
  }

  /**
   * @param to of http, or of https: then the authorities that the host trusts count
   * @param headers of each request
   * @param patience how long the server may take to connect, and half of what its answer may
   */
  public HttpPost(URI to, Map<String, String> headers, Duration patience) throws IOException {
    this(to, headers, patience, HostAuthorities.LISTS);
  }

  /** {@code authorities}: lists of those that count, of which the first that exists is read. */
  HttpPost(URI to, Map<String, String> headers, Duration patience, List<Path> authorities)
      throws IOException {
    boolean isSecure = to.getScheme().equals("https");
    int usual = isSecure ? PORT_OF_TLS : PORT;
    this.to = URI.create(to.toASCIIString());
    this.server = "%s://%s".formatted(to.getScheme(), to.getRawAuthority());
    this.address =
        new ServerAddress(
            to.getHost().replaceAll("[\\[\\]]", ""), to.getPort() < 0 ? usual : to.getPort());
    this.headers = headers;
    this.patience = patience;
    this.tls = isSecure ? Optional.of(HostAuthorities.context(authorities)) : Optional.empty();
  }

  /**
   * Posts a body, once.
   *
   * @param more headers of this request alone
   * @throws IOException if there is no whole answer in time; the message names the server, and not
   *     the rest of the address, which may be a secret
   */
  Answer send(byte[] body, Map<String, String> more) throws IOException {
    ServerAddress.Connection socket = new ServerAddress.Connection(patience.multipliedBy(2));
    try (socket) {
      int millis = Math.toIntExact(patience.toMillis());
      socket.setSoTimeout(millis);
      socket.connect(address.resolve(), millis);
      try (Socket connection = tls.isPresent() ? secured(socket, tls.get()) : socket) {
        return exchange(connection, request(body, more));
      }
    } catch (IOException e) {
      String why =
          socket.isLate()
              ? "the answer did not end in time"
              : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IOException("%s: %s".formatted(server, shown(why)), e);
    }
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

  private static Answer exchange(Socket socket, byte[] request) throws IOException {
    Optional<IOException> unsent = Optional.empty();
    try {
      OutputStream out = socket.getOutputStream();
      out.write(request);
      out.flush();
    } catch (IOException e) {
      // A server may refuse what is too long before it has read it all.
      unsent = Optional.of(e);
    }
    try {
      return new HttpAnswer(socket.getInputStream()).read();
    } catch (IOException e) {
      throw unsent.orElse(e);
    }
  }

  private byte[] request(byte[] body, Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Host", to.getRawAuthority());
    all.put("User-Agent", "dbg");
    all.put("Content-Type", "application/json");
    all.putAll(headers);
    all.putAll(more);
    all.put("Content-Length", Integer.toString(body.length));
    all.put("Connection", "close");
    String path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
    String query = to.getRawQuery() == null ? "" : "?" + to.getRawQuery();
    StringBuilder head = new StringBuilder("POST %s%s HTTP/1.1\r\n".formatted(path, query));
    all.forEach((name, value) -> head.append("%s: %s\r\n".formatted(name, value)));
    ByteArrayOutputStream request = new ByteArrayOutputStream(head.length() + body.length + 2);
    request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
    request.writeBytes(body);
    return request.toByteArray();
  }

  /** What a server said goes into the journal, or to root's terminal. */
  static String shown(String said) {
    return Shortened.message(RawText.printable(said));
  }
}
