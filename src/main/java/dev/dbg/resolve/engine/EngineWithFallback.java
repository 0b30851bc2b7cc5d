package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.PidRef;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An engine of root's, and what it has noted on the disk when it does not answer: people debug when
 * engines hang. Which of the two it was is said with each container, {@link
 * dev.dbg.model.ResolvedBy}.
 *
 * <p>An engine that kept somebody waiting is left alone for some seconds, so that one session waits
 * for it once.
 *
 * <p>Any thread may ask.
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

  private interface Question<T> {
    T ask() throws RuntimeUnavailable;
  }

  private interface Look<T> {
    T look() throws IOException;
  }

  @Override
  public String scheme() {
    return engine.scheme();
  }

  @Override
  public Optional<FoundContainer> find(String nameOrId) throws RuntimeUnavailable {
    return either(
        () -> engine.find(nameOrId),
        () -> state.find(nameOrId).map(PidRef::checked),
        Optional.empty());
  }

  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    return either(engine::all, state::all, List.of());
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    return either(
        engine::running,
        () -> state.running().stream().filter(PidRef::mayStand).toList(),
        List.of());
  }

  /**
   * @param none what it means that neither is there: the engine is not installed
   */
  private <T> T either(Question<T> question, Look<T> look, T none) throws RuntimeUnavailable {
    if (!engine.isThere()) {
      if (!state.isThere()) {
        return none;
      }
      try {
        return look.look();
      } catch (IOException e) {
        return none;
      }
    }
    long start = System.nanoTime();
    RuntimeUnavailable silence;
    if (start - leftAloneSince < LEFT_ALONE.toNanos()) {
      silence = new RuntimeUnavailable(scheme() + " did not answer a moment ago");
    } else {
      try {
        return question.ask();
      } catch (RuntimeUnavailable e) {
        silence = e;
        if (System.nanoTime() - start > LONG.toNanos()) {
          leftAloneSince = System.nanoTime();
        }
      }
    }
    try {
      return look.look();
    } catch (IOException e) {
      throw new RuntimeUnavailable(
          "%s; nor can its state on the disk be read: %s"
              .formatted(silence.message(), e.getMessage()));
    }
  }
}
