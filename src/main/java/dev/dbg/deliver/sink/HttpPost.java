package dev.dbg.deliver.sink;

import dev.dbg.http.Authorities;
import dev.dbg.http.HttpAnswer;
import dev.dbg.http.HttpClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** Posts JSON, if the headers say nothing else, to one address, by a new connection each time. */
public final class HttpPost {
  private static final int MOST_OF_AN_ANSWER = 128 * 1024;

  private final String target;
  private final String server;
  private final URI ascii;
  private final List<Path> authorities;
  private final Duration patience;

  // Guarded by this.
  private byte @Nullable [] trusted;
  private HttpClient client;

  private final Map<String, String> headers;

  /** The server alone: the rest of the address may be a secret. */
  String server() {
    return server;
  }

  /**
   * @param to of http, or of https: then the authorities that the host trusts at each request count
   * @param headers of each request
   * @param patience how long the server may take to connect, and half of what its answer may
   */
  public HttpPost(URI to, Map<String, String> headers, Duration patience) throws IOException {
    this(to, headers, patience, Authorities.HOST);
  }

  /** {@code authorities}: lists of those that count, of which the first that exists is read. */
  HttpPost(URI to, Map<String, String> headers, Duration patience, List<Path> authorities)
      throws IOException {
    this.authorities = to.getScheme().equals("https") ? authorities : List.of();
    this.patience = patience;
    this.ascii = URI.create(to.toASCIIString());
    String path = ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
    this.target = path + (ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery());
    this.server = "%s://%s".formatted(to.getScheme(), to.getRawAuthority());
    this.headers = headers;
    this.trusted = Authorities.bytes(this.authorities);
    this.client = made();
  }

  private HttpClient made() throws IOException {
    Optional<SSLContext> tls =
        authorities.isEmpty() ? Optional.empty() : Optional.of(Authorities.context(authorities));
    return new HttpClient(ascii, tls, patience);
  }

  /** Another one when the host's list was exchanged: an authority may have been withdrawn. */
  private synchronized HttpClient client() throws IOException {
    byte[] now = Authorities.bytes(authorities);
    if (!Arrays.equals(now, trusted)) {
      client = made();
      trusted = now;
    }
    return client;
  }

  /**
   * Posts a body, once.
   *
   * @param more headers of this request alone
   * @throws IOException if there is no whole answer in time; the message names the server, and not
   *     the rest of the address, which may be a secret
   */
  HttpAnswer send(byte[] body, Map<String, String> more) throws IOException {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Content-Type", "application/json");
    all.putAll(headers);
    all.putAll(more);
    all.put("Connection", "close");
    try {
      HttpAnswer answer = client().send("POST", target, all, body, MOST_OF_AN_ANSWER);
      if (answer.body().isEmpty()) {
        throw new IOException("the server sent more than %d bytes".formatted(MOST_OF_AN_ANSWER));
      }
      return answer;
    } catch (IOException e) {
      throw new IOException("%s: %s".formatted(server, e.getMessage()), e);
    }
  }
}
