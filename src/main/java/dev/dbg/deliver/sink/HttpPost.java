package dev.dbg.deliver.sink;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON, if the headers say nothing else, to one address by HTTP/1.1. An answer has a bounded
 * length, ends within a bounded time, and leads nowhere else. For one thread.
 *
 * <p>The JDK's newer client has threads and a parser of its own, and its TLS also where there is
 * none: a process that waits for records would hold eight megabytes for it (D371).
 */
public final class HttpPost implements Closeable {
  private static final int MOST_OF_AN_ANSWER = 1 << 16;

  private final URI to;
  private final String server;
  private final Map<String, String> headers;
  private final Duration patience;
  private final Optional<SSLContext> tls;
  private final Timer deadlines = new Timer("deadlines", true);

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
    this.to = to;
    this.server = "%s://%s".formatted(to.getScheme(), to.getRawAuthority());
    this.headers = headers;
    this.patience = patience;
    this.tls =
        to.getScheme().equals("https")
            ? Optional.of(HostAuthorities.context(HostAuthorities.LISTS))
            : Optional.empty();
  }

  /**
   * Posts a body. A server that ends a connection without an answer is asked once more.
   *
   * @param more headers of this request alone
   * @throws IOException if there is no whole answer in time; the message names the server, and not
   *     the rest of the address, which may be a secret
   */
  Answer send(byte[] body, Map<String, String> more) throws IOException {
    HttpURLConnection connection = connection(more);
    AtomicBoolean late = new AtomicBoolean();
    // The connection's own time-outs are for each read.
    TimerTask deadline =
        new TimerTask() {
          @Override
          public void run() {
            late.set(true);
            connection.disconnect();
          }
        };
    deadlines.schedule(deadline, 2 * patience.toMillis());
    try {
      try (OutputStream out = connection.getOutputStream()) {
        out.write(body);
      }
      return answer(connection);
    } catch (StackOverflowError e) {
      // The client calls itself for each interim answer, and does not count them.
      connection.disconnect();
      throw new IOException("%s: there are too many interim answers".formatted(server), e);
    } catch (IOException e) {
      connection.disconnect();
      String why =
          late.get()
              ? "the answer did not end in time"
              : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw new IOException("%s: %s".formatted(server, shown(why)), e);
    } finally {
      boolean _ = deadline.cancel();
      int _ = deadlines.purge();
    }
  }

  private HttpURLConnection connection(Map<String, String> more) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) to.toURL().openConnection(Proxy.NO_PROXY);
    if (connection instanceof HttpsURLConnection secure && tls.isPresent()) {
      secure.setSSLSocketFactory(tls.get().getSocketFactory());
    }
    connection.setConnectTimeout(Math.toIntExact(patience.toMillis()));
    connection.setReadTimeout(Math.toIntExact(patience.toMillis()));
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setDoOutput(true);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/json");
    headers.forEach(connection::setRequestProperty);
    more.forEach(connection::setRequestProperty);
    return connection;
  }

  private static Answer answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    if (status < 0) {
      throw new IOException("the answer is not HTTP");
    }
    try (@Nullable InputStream in =
        status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      byte[] body = in == null ? new byte[0] : in.readNBytes(MOST_OF_AN_ANSWER + 1);
      if (body.length > MOST_OF_AN_ANSWER) {
        throw new IOException("the answer has more than %d bytes".formatted(MOST_OF_AN_ANSWER));
      }
      return new Answer(status, new String(body, StandardCharsets.ISO_8859_1));
    }
  }

  /** What a server said goes into the journal, or to root's terminal. */
  static String shown(String said) {
    return Shortened.message(RawText.printable(said));
  }

  @Override
  public void close() {
    deadlines.cancel();
  }
}
