package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.RuntimeUnavailable;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that an engine keeps requests waiting, so that only the first session waits for it. A
 * thread asks the engine until it answers again; there is no such thread otherwise.
 *
 * <p>For any thread.
 */
final class Silence {
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);

  private final EngineRuntime engine;

  // Null while the engine answers.
  private volatile @Nullable String why;

  Silence(EngineRuntime engine) {
    this.engine = engine;
  }

  /** Why the engine is not asked now; empty if it answers. */
  Optional<String> why() {
    return Optional.ofNullable(why);
  }

  /** The engine has kept a request waiting. */
  synchronized void begins(String message) {
    if (why == null) {
      why = message;
      Thread _ =
          Thread.ofPlatform().name("awaits " + engine.scheme()).daemon().start(this::awaitAnswer);
    }
  }

  private void awaitAnswer() {
    try {
      do {
        Thread.sleep(BETWEEN_QUESTIONS);
      } while (engine.isThere() && !answers());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      why = null;
    }
  }

  private boolean answers() {
    try {
      engine.warmUp();
      return true;
    } catch (RuntimeUnavailable e) {
      return false;
    }
  }
}
