package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException.Attempt;
import dev.dbg.model.ResolvedBy;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.Evidence;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeBackoff;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeQuestion;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.engine.DiskState.StateIndex;
import dev.dbg.resolve.log.ContainerLog;
import dev.dbg.resolve.log.LogWanted;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of root's engines, with its files on disk as a fallback for when it does not answer: hosts
 * that need debugging often have hanging engines. {@link dev.dbg.model.ResolvedBy} says which of
 * the two described a container.
 *
 * <p>An engine that kept a session waiting is not asked by others until it answers again.
 *
 * <p>For any thread.
 */
public final class EngineWithFallback implements ContainerRuntime {
  /** How long a session waits for what the files say too. */
  private static final Duration SHORT = Duration.ofSeconds(1);

  /** So many times a rehearsal asks as if for the first time: sessions meanwhile ask again too. */
  private static final int FORGETS = 8;

  private static final Duration KEPT_WAITING = Duration.ofMillis(500);

  private final EngineRuntime engine;
  private final DiskState state;
  private final RuntimeBackoff silence;
  private final EngineContainerCache known;
  private final EngineListCache list;
  private final AtomicInteger rehearsed = new AtomicInteger();

  public EngineWithFallback(EngineRuntime engine, DiskState state) {
    this.engine = engine;
    this.state = state;
    silence = RuntimeBackoff.endedBy(engine.scheme(), this::asksIfThere);
    StateIndex index = state.index();
    known = new EngineContainerCache(state, index);
    list = new EngineListCache(engine, state, index);
  }

  @Override
  public List<String> schemes() {
    return List.of(engine.scheme());
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    return known.find(name.name(), () -> list.excludes(name.name()) ? List.of() : asked(name));
  }

  private List<FoundContainer> asked(TargetName name) throws RuntimeUnavailable {
    return either(
        () ->
            engine
                .find(name, list.tells(name.name()) ? SHORT : EngineRuntime.ANSWER_WITHIN)
                .stream()
                .map(this::withGroups)
                .toList(),
        () -> state.find(name.name()).map(PidRef::checked).stream().toList(),
        List.of());
  }

  /**
   * The same with what the engine's files say of its control group. Podman's answer would say what
   * /proc says of whatever process has the pid.
   */
  private FoundContainer withGroups(FoundContainer found) {
    String id = found.target().id();
    return found.evidence() instanceof Evidence.InGroup group
        ? new FoundContainer(found.target(), group.orAs(() -> state.groups(id)))
        : found;
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return NameOrId.among(
            some,
            name.name(),
            found -> found.target().id(),
            found -> List.of(found.target().name()))
        .stream()
        .toList();
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return list.all(this::asked);
  }

  @Override
  public List<FoundContainer> described(boolean ended) throws RuntimeUnavailable {
    return ended ? asked() : either(engine::running, this::runningOnDisk, List.of());
  }

  private List<FoundContainer> asked() throws RuntimeUnavailable {
    return either(engine::all, state::all, List.of());
  }

  private List<FoundContainer> runningOnDisk() throws IOException {
    return state.running().stream().filter(PidRef::isRunning).toList();
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    Optional<List<FoundContainer>> known = list.running();
    return known.isPresent() ? known.get() : described(false);
  }

  /** The files of a log are of many forms, so only the engine itself is asked for it. */
  @Override
  public ContainerLog log(Target target, LogWanted wanted) throws RuntimeUnavailable {
    if (target.way() == ResolvedBy.DISK) {
      throw new RuntimeUnavailable(
          "%s does not answer, and only it can give the log of %s: start it again"
              .formatted(engine.scheme(), target.address()));
    }
    return engine.log(target.id(), wanted);
  }

  @Override
  public <T> T inspected(Target target, AnswerReader<T> reader) throws RuntimeUnavailable {
    Optional<String> why = silence.why();
    if (why.isPresent()) {
      throw new RuntimeUnavailable(why.get());
    }
    return engine
        .inspected(target.id(), reader)
        .orElseThrow(
            () -> new RuntimeUnavailable("%s was removed just now".formatted(target.address())));
  }

  @Override
  public void warmUp() throws RuntimeUnavailable {
    long start = System.nanoTime();
    try {
      engine.warmUp();
    } catch (RuntimeUnavailable e) {
      noteSilence(start, e);
      throw e;
    }
    List<FoundContainer> _ = all();
    if (rehearsed.getAndIncrement() < FORGETS) {
      known.forget();
    }
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return Optional.of(engine.health());
  }

  private void asksIfThere() throws RuntimeUnavailable {
    if (engine.isThere()) {
      engine.warmUp();
    }
  }

  /** Remembers that the engine kept a request waiting since {@code start}, if it did. */
  private void noteSilence(long start, RuntimeUnavailable failure) {
    if (System.nanoTime() - start > KEPT_WAITING.toNanos()) {
      silence.begins(failure.message());
    }
  }

  /**
   * Asks the engine, or reads its files.
   *
   * @param none the answer if there are neither: the engine is not installed
   */
  private <T> T either(RuntimeQuestion<T> engines, Attempt<T, IOException> files, T none)
      throws RuntimeUnavailable {
    if (!engine.isThere()) {
      try {
        return state.isThere() ? files.make() : none;
      } catch (IOException e) {
        return none;
      }
    }
    Optional<String> why = silence.why();
    if (why.isEmpty()) {
      long start = System.nanoTime();
      try {
        return engines.ask();
      } catch (RuntimeUnavailable e) {
        why = Optional.of(e.message());
        noteSilence(start, e);
      }
    }
    try {
      return files.make();
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "%s; its state on the disk cannot be read either: %s"
              .formatted(why.get(), e.getMessage()));
    }
  }
}
