package dev.dbg.resolve.engine;

import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.DiskState.StateIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All containers of an engine without a request to it, from what its files say now.
 *
 * <p>The files that dbgd's configuration names may be those of another engine, or older ones of
 * this. So they are trusted only after the engine has said that it keeps them there, and its own
 * list was the same. They are trusted until that engine ends: the next one may keep its files
 * elsewhere.
 *
 * <p>For any thread.
 */
final class EngineListCache {
  /** How long after an unsuccessful comparison the next one is made. */
  private static final long AGAIN = Duration.ofSeconds(10).toNanos();

  private final EngineRuntime engine;
  private final DiskState state;
  private final StateIndex index;

  /** Held by the thread that compares. */
  private final ReentrantLock comparing = new ReentrantLock();

  // The engine that was compared, and what was the same then. Null before.
  private volatile @Nullable EngineLife life;
  private volatile Compared compared = new Compared(List.of(), List.of());
  private volatile long failed = System.nanoTime() - AGAIN;

  /** What the files said before the engine was asked, and what it said. */
  private record Compared(List<FoundContainer> files, List<FoundContainer> answer) {}

  EngineListCache(EngineRuntime engine, DiskState state, StateIndex index) {
    this.engine = engine;
    this.state = state;
    this.index = index;
  }

  /** All containers: as the files say, or else as the answer says. */
  List<FoundContainer> all(RuntimeQuestion<List<FoundContainer>> question)
      throws RuntimeUnavailable {
    Optional<List<FoundContainer>> known = known();
    if (known.isPresent()) {
      return known.get();
    }
    return comparing.tryLock() ? compare(question) : question.ask();
  }

  /**
   * Labels and images of a container never change. So where the files have none, what the engine
   * said counts for as long as the files are the same; of whether one runs it may be old.
   */
  @SuppressWarnings("ReferenceEquality") // the same list while nothing changes
  private Optional<List<FoundContainer>> known() {
    if (!isTrusted()) {
      return Optional.empty();
    }
    Compared then = compared;
    Optional<List<FoundContainer>> now = index.now();
    return state.tellAll() ? now : now.filter(all -> all == then.files).map(_ -> then.answer);
  }

  /** Those that run; empty if the files do not tell. */
  Optional<List<FoundContainer>> running() {
    return state.tellAll()
        ? known().map(all -> all.stream().filter(found -> found.target().isUp()).toList())
        : Optional.empty();
  }

  /** Returns true if it is known that no container has this name, id or prefix of an id. */
  boolean excludes(String nameOrId) {
    return isTrusted() && onDisk(nameOrId).map(List::isEmpty).orElse(false);
  }

  /** Whether an answer that takes long is not worth waiting for: the files say the same. */
  boolean tells(String nameOrId) {
    return onDisk(nameOrId).map(found -> found.isEmpty() || state.tellAll()).orElse(false);
  }

  private boolean isTrusted() {
    EngineLife then = life;
    return then != null && then.lasts();
  }

  /** The containers that the name may mean; empty if the files cannot be read. */
  private Optional<List<FoundContainer>> onDisk(String nameOrId) {
    return index
        .now()
        .map(
            all ->
                all.stream()
                    .filter(
                        found ->
                            found.target().name().equals(nameOrId)
                                || found.target().id().startsWith(nameOrId))
                    .toList());
  }

  /** Asks the engine and compares its answer; the caller holds {@link #comparing}. */
  private List<FoundContainer> compare(RuntimeQuestion<List<FoundContainer>> question)
      throws RuntimeUnavailable {
    Optional<EngineLife> now = Optional.empty();
    boolean agrees = false;
    try {
      now = isTrusted() ? Optional.ofNullable(life) : begun();
      // Without files they do not agree with the engine.
      List<FoundContainer> before = now.flatMap(_ -> index.now()).orElse(List.of());
      List<FoundContainer> answer = question.ask();
      agrees = now.isPresent() && agrees(answer);
      if (agrees) {
        compared = new Compared(before, answer);
        life = now.get();
      }
      return answer;
    } finally {
      if (!agrees && now.isPresent()) {
        now.get().close();
        failed = System.nanoTime();
      }
      comparing.unlock();
    }
  }

  private Optional<EngineLife> begun() {
    EngineLife ended = life;
    if (ended != null) {
      ended.close();
    }
    if (!state.isThere() || System.nanoTime() - failed < AGAIN) {
      return Optional.empty();
    }
    try {
      EngineLife now = EngineLife.at(engine.socket());
      if (engine.itself().filter(state::isOf).isPresent() && now.lasts()) {
        return Optional.of(now);
      }
      now.close();
    } catch (IOException | RuntimeUnavailable e) {
      // It does not answer, as the next request will show.
    }
    failed = System.nanoTime();
    return Optional.empty();
  }

  /** Whether the files have the same containers; Podman's also have those of buildah(1). */
  private boolean agrees(List<FoundContainer> engines) {
    try {
      Map<String, FoundContainer> onDisk =
          state.all().stream()
              .collect(
                  Collectors.toMap(found -> found.target().id(), Function.identity(), (a, _) -> a));
      return (onDisk.size() == engines.size() || !state.tellAll())
          && engines.stream().allMatch(found -> isSame(found, onDisk.get(found.target().id())));
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isSame(FoundContainer engines, @Nullable FoundContainer onDisk) {
    if (onDisk == null || engines.target().way() != ResolvedBy.API) {
      return false;
    }
    Target one = engines.target();
    Target other = onDisk.target();
    return one.name().equals(other.name())
        && (!state.tellAll()
            || (one.labels().equals(other.labels()) && one.state().equals(other.state())));
  }

  static final class EngineLife implements AutoCloseable {
    private static final Duration WITHIN = Duration.ofSeconds(1);

    private static final byte[] REQUEST =
        "HEAD /_ping HTTP/1.1\r\nHost: d\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final StreamConnection connection;
    private boolean closed;

    private EngineLife(StreamConnection connection) {
      this.connection = connection;
    }

    /**
     * The life of the engine that serves the socket now.
     *
     * @throws IOException if it does not answer in a second
     */
    static EngineLife at(Path socket) throws IOException {
      StreamConnection connection =
          StreamConnection.connect(socket, System.nanoTime() + WITHIN.toNanos());
      try {
        connection.send(REQUEST);
        // An answer to HEAD has no body.
        String _ = HttpGet.head(connection.input());
        return new EngineLife(connection);
      } catch (IOException e) {
        connection.close();
        throw e;
      }
    }

    /** Whether that engine is still there; it need not answer. */
    synchronized boolean lasts() {
      return !closed && connection.isIdle();
    }

    @Override
    public synchronized void close() {
      if (!closed) {
        closed = true;
        connection.close();
      }
    }
  }
}
