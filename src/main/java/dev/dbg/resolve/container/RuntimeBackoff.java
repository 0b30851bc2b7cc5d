package dev.dbg.resolve.container;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a runtime keeps requests waiting, so that only the first session waits for it.
 * Root's runtimes are asked by a thread until they answer again; there is no such thread otherwise.
 * What there may be many of, or what a user controls, is left alone for a time.
 *
 * <p>For any thread.
 */
public final class RuntimeBackoff {
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);

  /** How long one that is left alone is; empty for one that is asked. */
  private final Optional<Duration> time;

  /** Of the thread that asks it. */
  private final ThreadFactory threads;

  private final TestRequest request;

  // Null while the runtime answers.
  private volatile @Nullable Spell spell;

  /** A time in which it is silent, since {@code begin} by {@link System#nanoTime}. */
  private record Spell(String why, long begin) {}

  /** A request that shows whether the runtime answers; it returns also if the runtime is gone. */
  public interface TestRequest {
    void ask() throws RuntimeUnavailable;
  }

  RuntimeBackoff(Optional<Duration> time, ThreadFactory threads, TestRequest request) {
    this.time = time;
    this.threads = threads;
    this.request = request;
  }

  /** Of a runtime that is asked until it answers; {@code runtime} is its scheme. */
  public static RuntimeBackoff endedBy(String runtime, TestRequest request) {
    return new RuntimeBackoff(
        Optional.empty(),
        Thread.ofPlatform().name("awaits " + runtime).daemon().factory(),
        request);
  }

  /** Of one that is left alone for this time. */
  public static RuntimeBackoff lasting(Duration time) {
    return new RuntimeBackoff(Optional.of(time), Thread.ofPlatform().factory(), () -> {});
  }

  /** Why the runtime is not asked now; empty if it answers. */
  public Optional<String> why() {
    return Optional.ofNullable(spell).filter(now -> !isOver(now)).map(Spell::why);
  }

  private boolean isOver(Spell now) {
    return time.filter(most -> System.nanoTime() - now.begin >= most.toNanos()).isPresent();
  }

  /**
   * The runtime has kept a request waiting. Where no thread can be started that would end it, there
   * is no silence: the next session asks, and waits, too.
   */
  public synchronized void begins(String why) {
    if (why().isEmpty()) {
      spell = new Spell(why, System.nanoTime());
      if (time.isEmpty()) {
        try {
          threads.newThread(this::awaitAnswer).start();
        } catch (OutOfMemoryError e) {
          spell = null;
        }
      }
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
      spell = null;
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
