package dev.dbg.resolve.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Docker, and Podman through its Docker-compatible socket: an engine of root's, by the Engine API
 * and docker-java.
 *
 * <p>Of docker-java it uses the transport, whose requests are the API's own, and not the typed
 * commands: those bind the whole of an answer to beans, which took half of a session's processor
 * time for six fields, and bring Guava and three of Apache's commons.
 *
 * <p>Its response timeout does not hold on a unix socket: an engine that takes a question and says
 * nothing kept sessions for ever. So each question is asked {@link Deadline}.
 *
 * <p>Any thread may ask; the HTTP client keeps a few connections.
 */
public final class EngineRuntime implements ContainerRuntime {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 16;

  /** A list of ten thousand containers. */
  private static final int LONGEST_ANSWER = 1 << 24;

  private static final int OK = 200;

  /** 404; and 400, an id's prefix that several containers have: no one of them is called by it. */
  private static final List<Integer> NONE = List.of(404, 400);

  private final EngineAnswer answers;
  private final Path socket;
  private final DockerHttpClient client;
  private final SingleFlight<List<FoundContainer>> all = new SingleFlight<>();
  private final SingleFlight<List<FoundContainer>> running = new SingleFlight<>();

  public EngineRuntime(String scheme, Path socket) {
    this.answers = new EngineAnswer(scheme, Optional.empty());
    this.socket = socket;
    this.client = client(socket);
  }

  private static DockerHttpClient client(Path socket) {
    return new ZerodepDockerHttpClient.Builder()
        .dockerHost(URI.create("unix://" + socket))
        .connectionTimeout(CONNECT_WITHIN)
        .responseTimeout(ANSWER_WITHIN)
        .maxConnections(CONNECTIONS)
        .build();
  }

  @Override
  public String scheme() {
    return answers.scheme();
  }

  @Override
  public Optional<FoundContainer> find(String nameOrId) throws RuntimeUnavailable {
    if (!isThere() || !EngineAnswer.isName(nameOrId)) {
      return Optional.empty();
    }
    try {
      Optional<byte[]> answer = ask(EngineAnswer.inspect(nameOrId));
      return answer.isEmpty() ? Optional.empty() : Optional.of(answers.inspected(answer.get()));
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return all.ask(() -> listed(EngineAnswer.LIST_ALL));
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return running.ask(() -> listed(EngineAnswer.LIST));
  }

  private List<FoundContainer> listed(String question) throws RuntimeUnavailable {
    try {
      Optional<byte[]> answer = isThere() ? ask(question) : Optional.empty();
      return answer.isEmpty() ? List.of() : answers.listed(answer.get());
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  Path socket() {
    return socket;
  }

  /** The engine's own version: {@code 26.1.5}. */
  String version() throws RuntimeUnavailable {
    try {
      Optional<byte[]> answer = ask("/version");
      return answer.isEmpty() ? "unknown" : EngineAnswer.version(answer.get());
    } catch (IOException e) {
      throw unavailable(e);
    }
  }

  /** A runtime that is configured and not installed is no reason to fail. */
  boolean isThere() {
    return Files.exists(socket);
  }

  private Optional<byte[]> ask(String path) throws IOException {
    try {
      return Deadline.ask(ANSWER_WITHIN, () -> get(path));
    } catch (RuntimeException e) {
      throw new IOException(innermost(e).getMessage(), e);
    }
  }

  /** The transport wraps what the socket says. */
  private static Throwable innermost(Throwable failure) {
    return failure.getCause() == null ? failure : innermost(failure.getCause());
  }

  private Optional<byte[]> get(String path) throws IOException {
    DockerHttpClient.Request request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path(path)
            .build();
    try (DockerHttpClient.Response response = client.execute(request)) {
      byte[] body = response.getBody().readNBytes(LONGEST_ANSWER);
      if (NONE.contains(response.getStatusCode())) {
        return Optional.empty();
      }
      if (response.getStatusCode() != OK) {
        throw new IOException("it answers " + response.getStatusCode());
      }
      return Optional.of(body);
    }
  }

  private RuntimeUnavailable unavailable(IOException why) {
    return new RuntimeUnavailable(
        "%s does not answer at %s: %s: is it running? pid://N needs no runtime"
            .formatted(scheme(), socket, why.getMessage()));
  }
}
