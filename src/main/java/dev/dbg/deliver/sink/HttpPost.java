package dev.dbg.deliver.sink;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Posts JSON, if the headers say nothing else, to one address by HTTP/1.1. An answer has a bounded
 * length, ends within a bounded time, and leads nowhere else. For one thread.
 */
public final class HttpPost implements Closeable {
  private static final int MOST_OF_AN_ANSWER = 1 << 16;

  private final URI to;
  private final String server;
  private final Map<String, String> headers;
  private final Duration patience;
  private final HttpClient client;

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
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(patience);
    // Without a context the client makes the JDK's own, which takes megabytes, also for http.
    builder.sslContext(
        to.getScheme().equals("https")
            ? HostAuthorities.context(HostAuthorities.LISTS)
            : HostAuthorities.none());
    this.client = builder.build();
  }

  /**
   * Posts a body.
   *
   * @param more headers of this request alone
   * @throws IOException if there is no whole answer in time; the message names the server, and not
   *     the rest of the address, which may be a secret
   */
  Answer send(byte[] body, Map<String, String> more) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(to)
            .timeout(patience)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::setHeader);
    more.forEach(request::setHeader);
    // The request's own time-out does not cover the answer's body.
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(
            request.build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1),
                MOST_OF_AN_ANSWER));
    try {
      HttpResponse<String> response = answer.get(2 * patience.toMillis(), TimeUnit.MILLISECONDS);
      return new Answer(response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (TimeoutException e) {
      throw new IOException("%s: the answer did not end in time".formatted(server), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String why =
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      throw new IOException("%s: %s".formatted(server, shown(why)), cause);
    } finally {
      boolean _ = answer.cancel(true);
    }
  }

  /** What a server said goes into the journal, or to root's terminal. */
  static String shown(String said) {
    return Shortened.message(RawText.printable(said));
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
