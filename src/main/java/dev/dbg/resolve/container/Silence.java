package dev.dbg.resolve.container;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a runtime keeps requests waiting, so that only the first session waits for it. A
 * thread asks the runtime until it answers again; there is no such thread otherwise.
 *
 * <p>For any thread.
 */
public final class Silence {
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);

  private final String runtime;
  private final TestRequest request;

  // Null while the runtime answers.
  private volatile @Nullable String why;

  /** A request that shows whether the runtime answers; it returns also if the runtime is gone. */
  public interface TestRequest {
    void ask() throws RuntimeUnavailable;
  }

  /** {@code runtime} is its scheme. */
  public Silence(String runtime, TestRequest request) {
    this.runtime = runtime;
    this.request = request;
  }

  /** Why the runtime is not asked now; empty if it answers. */
  public Optional<String> why() {
    return Optional.ofNullable(why);
  }

  /** The runtime has kept a request waiting. */
  public synchronized void begins(String message) {
    if (why == null) {
      why = message;
      Thread _ = Thread.ofPlatform().name("awaits " + runtime).daemon().start(this::awaitAnswer);
    }
  }

  private void awaitAnswer() {
    try {
      do {
        Thread.sleep(BETWEEN_QUESTIONS);
      } while (!answers());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      why = null;
    }
  }

  private boolean answers() {
    try {
      request.ask();
      return true;
    } catch (RuntimeUnavailable e) {
      return false;
    }
  }
}
