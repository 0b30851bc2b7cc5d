package dev.dbg.resolve.engine;

import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.dbg.kernel.KernelException.Attempt;
import dev.dbg.kernel.file.TrustedFile;
import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.EngineLog;
import dev.dbg.resolve.log.LogWanted;
import dev.dbg.resolve.untrusted.Allowance;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * One of root's engines, Docker or Podman, queried with the Engine API over docker-java's
 * transport.
 *
 * <p>docker-java's typed commands are not used: they bind complete answers to beans, which took
 * half of a session's processor time for six fields, and depend on Guava and three Apache Commons
 * libraries.
 *
 * <p>The transport's response timeout has no effect on a unix socket, so each request has a {@link
 * Deadline}.
 *
 * <p>For any thread; the HTTP client keeps a few connections.
 */
public final class EngineRuntime {
  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
  static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final Duration ITSELF_WITHIN = Duration.ofSeconds(1);
  private static final Duration LOG_WITHIN = Duration.ofSeconds(5);
  private static final int CONNECTIONS = 16;

  private final EngineAnswer answers;
  private final Path socket;
  private final DockerHttpClient client;
  private final SingleFlight<List<FoundContainer>> all = new SingleFlight<>();
  private final SingleFlight<List<FoundContainer>> running = new SingleFlight<>();

  /** {@code parent} is dockerd's {@code --cgroup-parent}; empty if it has none. */
  public EngineRuntime(String scheme, Path socket, String parent) {
    this.answers = new EngineAnswer(scheme, Optional.empty(), parent);
    this.socket = socket;
    this.client = client(socket);
  }

  private static DockerHttpClient client(Path socket) {
    return new ZerodepDockerHttpClient.Builder()
        .dockerHost(URI.create("unix://" + socket))
        .connectionTimeout(CONNECT_WITHIN)
        .responseTimeout(ANSWER_WITHIN)
        .maxConnections(CONNECTIONS)
        .sslConfig(EngineRuntime::trustingNobody)
        .build();
  }

  /**
   * For TLS, which no engine behind a unix socket speaks. Without it the transport would read the
   * certificates of all authorities that Java trusts, and keep them.
   */
  private static SSLContext trustingNobody()
      throws NoSuchAlgorithmException, KeyManagementException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[0], new TrustManager[0], null);
    return context;
  }

  /** The container of that name or id, for a caller that waits no longer than this. */
  List<FoundContainer> find(TargetName name, Duration most) throws RuntimeUnavailable {
    return isThere() && NameGrammar.isOfEngine(name.name())
        ? ask(EngineAnswer.inspect(name.name()), EngineAnswer::inspected, most).stream().toList()
        : List.of();
  }

  List<FoundContainer> all() throws RuntimeUnavailable {
    return all.ask(() -> listed(EngineAnswer.LIST_ALL));
  }

  List<FoundContainer> running() throws RuntimeUnavailable {
    return running.ask(() -> listed(EngineAnswer.LIST));
  }

  private List<FoundContainer> listed(String question) throws RuntimeUnavailable {
    return isThere()
        ? ask(question, EngineAnswer::listed, ANSWER_WITHIN).orElse(List.of())
        : List.of();
  }

  void warmUp() throws RuntimeUnavailable {
    List<FoundContainer> some = running();
    String id = some.isEmpty() ? "none" : some.getFirst().target().id();
    List<FoundContainer> _ = find(new TargetName(Optional.of(scheme()), id), ANSWER_WITHIN);
  }

  /** With the engine's own version: {@code 26.1.5}. */
  RuntimeHealth health() {
    return RuntimeHealth.of(
        scheme(),
        socket.toString(),
        Files.exists(socket),
        () -> ask("/version", EngineAnswer::version, ANSWER_WITHIN).orElse("unknown"),
        this::running);
  }

  /** What it says of itself; empty if it does not say. */
  Optional<EngineAnswer.Itself> itself() throws RuntimeUnavailable {
    return ask("/info", EngineAnswer::itself, ITSELF_WITHIN);
  }

  String scheme() {
    return answers.scheme();
  }

  Path socket() {
    return socket;
  }

  /**
   * Whether the engine's socket exists. A configured engine that is not installed is not an error.
   * A symbolic link is another engine's socket: that of root's Podman with Debian's podman-docker,
   * or of a user's, whose word must not count as root's.
   */
  boolean isThere() {
    return Files.exists(socket) && !Files.isSymbolicLink(socket);
  }

  /** Connects for the log of the container with this id. */
  ContainerLog log(String id, LogWanted wanted) throws RuntimeUnavailable {
    requireRoots();
    if (wanted.previous()) {
      throw new RuntimeUnavailable(
          "%s keeps one log of all starts of a container: leave out -p".formatted(scheme()));
    }
    try {
      StreamConnection connection =
          StreamConnection.connect(socket, System.nanoTime() + LOG_WITHIN.toNanos());
      if (!connection.peer().equals(Uid.ROOT)) {
        connection.close();
        throw new IOException("uid %s listens there".formatted(connection.peer()));
      }
      return new EngineLog(connection, EngineLog.request(scheme(), id, wanted));
    } catch (IOException e) {
      throw silent(e);
    }
  }

  /** What it tells of the container with this id; empty if that is gone. */
  <T> Optional<T> inspected(String id, ContainerRuntime.AnswerReader<T> reader)
      throws RuntimeUnavailable {
    return ask(
        EngineAnswer.inspect(id),
        (answers, json, allowance) -> reader.read(json, allowance),
        ANSWER_WITHIN);
  }

  private RuntimeUnavailable silent(IOException why) {
    return new RuntimeUnavailable(
        "%s does not answer at %s: %s: is it running?"
            .formatted(scheme(), socket, why.getMessage()));
  }

  private <T> Optional<T> ask(String path, EngineAnswer.Parser<T> parser, Duration most)
      throws RuntimeUnavailable {
    requireRoots();
    try {
      return Deadline.ask(most, () -> get(path, parser));
    } catch (IOException e) {
      throw silent(e);
    }
  }

  /** Whoever could put another socket there could name any process as a container's. */
  private void requireRoots() throws RuntimeUnavailable {
    try {
      TrustedFile.requireTrustedParents(socket);
      if (Files.isSymbolicLink(socket)) {
        throw new IOException("it is a symbolic link: name the socket that it leads to");
      }
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "%s is not asked at %s, which may not be root's: %s"
              .formatted(scheme(), socket, e.getMessage()));
    }
  }

  /** The socket's exception, which the transport wraps. */
  private static Throwable innermost(Throwable failure) {
    return failure.getCause() == null ? failure : innermost(failure.getCause());
  }

  private <T> Optional<T> get(String path, EngineAnswer.Parser<T> parser) throws IOException {
    DockerHttpClient.Request request =
        DockerHttpClient.Request.builder()
            .method(DockerHttpClient.Request.Method.GET)
            .path(path)
            .build();
    try (DockerHttpClient.Response response = client.execute(request);
        Allowance allowance = Allowance.ofRuntime()) {
      return switch (response.getStatusCode()) {
        case 200 -> Optional.of(parser.parse(answers, response.getBody(), allowance));
        case 404, 400 -> Optional.empty(); // 400: an id's prefix that several containers have
        default -> throw new IOException("it answers " + response.getStatusCode());
      };
    } catch (RuntimeException e) {
      throw new IOException(innermost(e).getMessage(), e);
    }
  }

  /**
   * A time limit for a request that is made in the caller's own thread: waking a thread per request
   * took longer than the engine's answer. When the time is over, the thread is interrupted, which
   * closes the channel on which it waits, {@link java.nio.channels.InterruptibleChannel}.
   */
  static final class Deadline {
    private static final ScheduledThreadPoolExecutor CLOCK = clock();

    private Deadline() {}

    private static ScheduledThreadPoolExecutor clock() {
      ScheduledThreadPoolExecutor clock =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("engines' time").factory());
      clock.setRemoveOnCancelPolicy(true);
      return clock;
    }

    /**
     * Makes the request, and gives up after {@code most}.
     *
     * @throws IOException if the request fails, or if there is no answer in time
     */
    static <T> T ask(Duration most, Attempt<T, IOException> question) throws IOException {
      FutureTask<T> asked = new FutureTask<>(question::make);
      Future<?> end =
          CLOCK.schedule(() -> asked.cancel(true), most.toMillis(), TimeUnit.MILLISECONDS);
      asked.run();
      boolean _ = end.cancel(false);
      return switch (asked.state()) {
        case SUCCESS -> asked.resultNow();
        case CANCELLED -> {
          // The thread has been interrupted by now, and is not any more.
          boolean _ = Thread.interrupted();
          throw new IOException("no answer in %d s".formatted(most.toSeconds()));
        }
        case FAILED, RUNNING -> {
          Throwable why = asked.exceptionNow();
          if (why instanceof IOException failure) {
            throw failure;
          }
          if (why instanceof Error error) {
            throw error;
          }
          throw new IllegalStateException(why);
        }
      };
    }
  }
}
