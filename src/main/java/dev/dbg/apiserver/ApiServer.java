package dev.dbg.apiserver;

import dev.dbg.http.Authorities;
import dev.dbg.http.HttpAnswer;
import dev.dbg.http.HttpClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server, by HTTP/1.1 and TLS, with the token of the ServiceAccount. The only
 * authorities that count are those of the given file. An answer has a bounded length, ends within a
 * bounded time, and leads nowhere else: {@link HttpClient}. Any thread.
 *
 * <p>What the API server has put off is asked again when it says so: what it answers so it has not
 * begun with. It is asked for no longer than an answer may take; a time beyond that is not waited
 * for, and a shorter one than a second is one.
 */
public final class ApiServer {
  private static final String JSON = "application/json";

  /** What an object may take that dbgd could be told, with all that may stand beside it. */
  private static final int MOST_OF_AN_ANSWER = 512 * 1024;

  /**
   * The answer to a change: its status counts, and what a refusal says. All sessions of a node may
   * end at once, and each end is a change.
   */
  private static final int MOST_OF_A_CHANGE = 64 * 1024;

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

  /** Asks for what is at a path. */
  public HttpAnswer get(String path) throws IOException {
    return send("GET", path, JSON, "");
  }

  /** Changes an object by a merge patch, RFC 7396. */
  public HttpAnswer patch(String path, String body) throws IOException {
    return send("PATCH", path, "application/merge-patch+json", body);
  }

  /** Creates an object. */
  public HttpAnswer post(String path, String object) throws IOException {
    return send("POST", path, JSON, object);
  }

  /** Deletes an object; {@code options} are DeleteOptions in JSON. */
  public HttpAnswer delete(String path, String options) throws IOException {
    return send("DELETE", path, JSON, options);
  }

  /** Asks a question, and does not wait for its answer: {@link #await} does. */
  public static Future<HttpAnswer> later(Callable<HttpAnswer> question) {
    FutureTask<HttpAnswer> asked = new FutureTask<>(question);
    Thread _ = Thread.ofVirtual().start(asked);
    return asked;
  }

  /** Waits for an answer, which comes in bounded time. */
  public static HttpAnswer await(Future<HttpAnswer> asked) throws IOException {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IOException(Objects.requireNonNull(e.getCause()).getMessage(), e);
    }
  }

  private HttpAnswer send(String method, String path, String type, String body) throws IOException {
    String secret = new String(read(token), StandardCharsets.US_ASCII).strip();
    if (!secret.matches("[!-~]+")) {
      throw new IOException("%s does not hold a token".formatted(token));
    }
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + secret, "Accept", JSON, "Content-Type", type);
    int most = method.equals("GET") ? MOST_OF_AN_ANSWER : MOST_OF_A_CHANGE;
    HttpClient server = client();
    long until = System.nanoTime() + patience.multipliedBy(2).toNanos();
    try {
      while (true) {
        HttpAnswer answer =
            server.send(method, path, headers, body.getBytes(StandardCharsets.UTF_8), most);
        Optional<Duration> pause = pause(answer, until);
        if (pause.isEmpty()) {
          return answer;
        }
        Thread.sleep(pause.get());
      }
    } catch (IOException e) {
      throw new IOException("the API server does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** After how long to send it again; empty for never. */
  private static Optional<Duration> pause(HttpAnswer answer, long until) {
    if (answer.status() != HttpAnswer.TOO_MANY) {
      return Optional.empty();
    }
    Duration left = Duration.ofNanos(until - System.nanoTime());
    return Optional.ofNullable(answer.headers().get("Retry-After"))
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(text -> Duration.ofSeconds(Math.max(LEAST_PAUSE.toSeconds(), Integer.parseInt(text))))
        .filter(pause -> pause.compareTo(left) < 0);
  }

  private synchronized HttpClient client() throws IOException {
    byte[] now = read(authority);
    if (client == null || !Arrays.equals(now, trusted)) {
      client = new HttpClient(server, Optional.of(context(now)), patience);
      trusted = now;
    }
    return client;
  }

  private SSLContext context(byte[] authorities) throws IOException {
    try {
      KeyStore store = Authorities.read(new ByteArrayInputStream(authorities));
      if (store.size() == 0) {
        throw new IOException("%s has no certificate".formatted(authority));
      }
      return Authorities.context(store);
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
}
