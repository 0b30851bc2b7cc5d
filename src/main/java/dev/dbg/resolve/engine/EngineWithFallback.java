package dev.dbg.resolve.engine;

import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One of root's engines, with its files on disk as a fallback for when it does not answer: hosts
 * that need debugging often have hanging engines. {@link dev.dbg.model.ResolvedBy} says which of
 * the two described a container.
 *
 * <p>An engine that was slow to fail is not asked again for some seconds, so that a session waits
 * for it at most once.
 *
 * <p>For any thread.
 */
public final class EngineWithFallback implements ContainerRuntime {
  private static final Duration LEFT_ALONE = Duration.ofSeconds(10);
  private static final Duration LONG = Duration.ofSeconds(1);

  private final EngineRuntime engine;
  private final DiskState state;
  private volatile long leftAloneSince = System.nanoTime() - LEFT_ALONE.toNanos();

  public EngineWithFallback(EngineRuntime engine, DiskState state) {
    this.engine = engine;
    this.state = state;
  }

  @Override
  public List<String> schemes() {
    return engine.schemes();
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    return either(
        () -> engine.find(name),
        () -> state.find(name.name()).map(PidRef::checked).stream().toList(),
        List.of());
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
    long start = System.nanoTime();
    String silence = engine.scheme() + " did not answer a moment ago";
    if (start - leftAloneSince >= LEFT_ALONE.toNanos()) {
      try {
        return engines.ask();
      } catch (RuntimeUnavailable e) {
        silence = e.message();
        if (System.nanoTime() - start > LONG.toNanos()) {
          leftAloneSince = System.nanoTime();
        }
      }
    }
    try {
      return files.ask();
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "%s; its state on the disk cannot be read either: %s".formatted(silence, e.getMessage()));
    }
  }
}
