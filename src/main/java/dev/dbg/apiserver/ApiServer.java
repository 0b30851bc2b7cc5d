package dev.dbg.apiserver;

import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server, by HTTP/1.1 and TLS, with the token of the ServiceAccount. The only
 * authorities that count are those of the given file. An answer has a bounded length, ends within a
 * bounded time, and leads nowhere else. Any thread.
 *
 * <p>What the API server has put off is asked again when it says so: what it answers so it has not
 * begun with. It is asked for no longer than an answer may take; a time beyond that is not waited
 * for, and a shorter one than a second is one.
 */
public final class ApiServer implements AutoCloseable {
  /** What an object may take that dbgd could be told, with all that may stand beside it. */
  private static final int MOST_OF_AN_ANSWER = 512 * 1024;

  private static final int MOST_OF_A_FILE = 1 << 20;
  private static final Duration LEAST_PAUSE = Duration.ofSeconds(1);

  private final URI server;
  private final Path token;
  private final Path authority;
  private final Duration patience;

  // Guarded by this.
  private byte[] trusted = {};
  private @Nullable HttpClient client;

  /**
   * @param token the file of the token, which is read for each request: the kubelet renews it
   * @param authority the file of authorities, PEM, which is read again when it has changed
   * @param patience how long a connection may take, and half of what an answer may
   */
  public ApiServer(URI server, Path token, Path authority, Duration patience) {
    this.server = server;
    this.token = token;
    this.authority = authority;
    this.patience = patience;
  }

  /** Asks for what is at a path, and waits. */
  public ApiAnswer get(String path) throws IOException {
    return await(getLater(path));
  }

  /** Asks for what is at these paths, for all at once, and waits for all. */
  public List<ApiAnswer> getAll(Collection<String> paths) throws IOException {
    List<CompletableFuture<ApiAnswer>> asked = new ArrayList<>();
    for (String path : paths) {
      asked.add(getLater(path));
    }
    var _ = await(CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0])));
    return asked.stream().map(CompletableFuture::join).toList();
  }

  /** Asks for what is at a path, and does not wait. */
  public CompletableFuture<ApiAnswer> getLater(String path) throws IOException {
    return send(request(path).GET().build());
  }

  /** Changes an object by a merge patch, RFC 7396. */
  public ApiAnswer patch(String path, String body) throws IOException {
    return await(patchLater(path, body));
  }

  /** Changes an object by a merge patch, and does not wait. */
  public CompletableFuture<ApiAnswer> patchLater(String path, String body) throws IOException {
    return send("PATCH", path, "application/merge-patch+json", body);
  }

  /** Creates an object. */
  public ApiAnswer post(String path, String object) throws IOException {
    return await(postLater(path, object));
  }

  /** Creates an object, and does not wait. */
  public CompletableFuture<ApiAnswer> postLater(String path, String object) throws IOException {
    return send("POST", path, "application/json", object);
  }

  /** Deletes an object; {@code options} are DeleteOptions in JSON. */
  public ApiAnswer delete(String path, String options) throws IOException {
    return await(send("DELETE", path, "application/json", options));
  }

  private CompletableFuture<ApiAnswer> send(String method, String path, String type, String body)
      throws IOException {
    return send(
        request(path)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path) throws IOException {
    String secret = new String(read(token), StandardCharsets.US_ASCII).strip();
    if (!secret.matches("[!-~]+")) {
      throw new IOException("%s does not hold a token".formatted(token));
    }
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(patience)
        .header("Authorization", "Bearer " + secret)
        .header("User-Agent", "dbg")
        .header("Accept", "application/json");
  }

  private CompletableFuture<ApiAnswer> send(HttpRequest request) throws IOException {
    return send(request, System.nanoTime() + patience.multipliedBy(2).toNanos());
  }

  /** {@code until}: by {@link System#nanoTime}, when it is not sent again any more. */
  private CompletableFuture<ApiAnswer> send(HttpRequest request, long until) throws IOException {
    CompletableFuture<HttpResponse<Optional<byte[]>>> sent =
        client().sendAsync(request, _ -> new BoundedBody(MOST_OF_AN_ANSWER));
    // The request's own time-out does not cover the answer's body.
    return sent.copy()
        .orTimeout(2 * patience.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (response, error) -> {
              boolean _ = error != null && sent.cancel(true);
            })
        .thenCompose(
            response ->
                pause(response, until)
                    .map(pause -> sendLater(request, until, pause))
                    .orElseGet(() -> CompletableFuture.completedFuture(answer(response))));
  }

  private CompletableFuture<ApiAnswer> sendLater(HttpRequest request, long until, Duration pause) {
    return CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS))
        .thenCompose(
            _ -> {
              try {
                return send(request, until);
              } catch (IOException e) {
                return CompletableFuture.failedFuture(e);
              }
            });
  }

  /** After how long to send it again; empty for never. */
  private static Optional<Duration> pause(HttpResponse<?> response, long until) {
    if (response.statusCode() != ApiAnswer.TOO_MANY) {
      return Optional.empty();
    }
    Duration left = Duration.ofNanos(until - System.nanoTime());
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(text -> Duration.ofSeconds(Math.max(LEAST_PAUSE.toSeconds(), Integer.parseInt(text))))
        .filter(pause -> pause.compareTo(left) < 0);
  }

  private static ApiAnswer answer(HttpResponse<Optional<byte[]>> response) {
    return new ApiAnswer(
        response.statusCode(),
        response.body(),
        response.headers().firstValue("Date").flatMap(ApiAnswer::date));
  }

  /** Waits for an answer, which comes in bounded time. */
  public static <T extends @Nullable Object> T await(CompletableFuture<T> answer)
      throws IOException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException("the API server does not answer: " + why(e), e);
    }
  }

  /** Why a request failed, in printable characters. */
  private static String why(Throwable error) {
    Throwable cause = error;
    while (cause.getCause() != null
        && (cause instanceof ExecutionException || cause instanceof CompletionException)) {
      cause = cause.getCause();
    }
    String message =
        switch (cause) {
          case TimeoutException _ -> "the answer did not end in time";
          case ConnectException e when e.getMessage() == null -> "it takes no connection";
          default ->
              cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        };
    return Shortened.message(RawText.printable(message));
  }

  private synchronized HttpClient client() throws IOException {
    byte[] now = read(authority);
    if (client == null || !Arrays.equals(now, trusted)) {
      HttpClient made =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .connectTimeout(patience)
              .sslContext(context(now))
              .build();
      // Requests that are under way end with their answers.
      close();
      client = made;
      trusted = now;
    }
    return client;
  }

  private SSLContext context(byte[] authorities) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate one :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(authorities))) {
        store.setCertificateEntry(Integer.toString(store.size()), one);
      }
      if (store.size() == 0) {
        throw new IOException("%s has no certificate".formatted(authority));
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return BoundedTls.of(context);
    } catch (GeneralSecurityException e) {
      throw new IOException(
          "cannot use the authorities of %s: %s".formatted(authority, e.getMessage()), e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_OF_A_FILE + 1);
      if (bytes.length > MOST_OF_A_FILE) {
        throw new IOException("%s has more than %d bytes".formatted(file, MOST_OF_A_FILE));
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new IOException("there is no %s".formatted(file), e);
    }
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdown();
    }
  }
}
