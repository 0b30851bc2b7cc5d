package dev.dbg.resolve.engine;

import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.Silence;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

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
  private static final Duration LONG = Duration.ofSeconds(1);

  private final EngineRuntime engine;
  private final DiskState state;
  private final Silence silence;
  private final KnownContainers known;

  public EngineWithFallback(EngineRuntime engine, DiskState state) {
    this.engine = engine;
    this.state = state;
    silence = new Silence(engine.scheme(), this::asksIfThere);
    known = new KnownContainers(state);
  }

  @Override
  public List<String> schemes() {
    return engine.schemes();
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    return known.find(
        name.name(),
        () ->
            either(
                () -> engine.find(name),
                () -> state.find(name.name()).map(PidRef::checked).stream().toList(),
                List.of()));
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return engine.meant(name, some);
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return either(engine::all, state::all, List.of());
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return either(
        engine::running,
        () -> state.running().stream().filter(PidRef::isRunning).toList(),
        List.of());
  }

  @Override
  public void warmUp() throws RuntimeUnavailable {
    engine.warmUp();
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return engine.health();
  }

  private void asksIfThere() throws RuntimeUnavailable {
    if (engine.isThere()) {
      engine.warmUp();
    }
  }

  /**
   * Asks the engine, or reads its files.
   *
   * @param none the answer if there are neither: the engine is not installed
   */
  private <T> T either(SingleFlight.SharedCall<T> engines, Deadline.TimedCall<T> files, T none)
      throws RuntimeUnavailable {
    if (!engine.isThere()) {
      try {
        return state.isThere() ? files.ask() : none;
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
        if (System.nanoTime() - start > LONG.toNanos()) {
          silence.begins(e.message());
        }
      }
    }
    try {
      return files.ask();
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "%s; its state on the disk cannot be read either: %s"
              .formatted(why.get(), e.getMessage()));
    }
  }
}
