package dev.dbg.resolve.container;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers that a runtime keeps requests waiting, so that only the first session waits for it.
 * Root's runtimes are asked by a thread until they answer again; there is no such thread otherwise.
 * What there may be many of, or what a user controls, is left alone for a time.
 *
 * <p>For any thread.
 */
public final class Silence {
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(2);

  private final Recovery recovery;

  // Null while the runtime answers.
  private volatile @Nullable Spell spell;

  /** A time in which it is silent, since {@code begin} by {@link System#nanoTime}. */
  private record Spell(String why, long begin) {}

  /** How the end of the silence is noticed. */
  private sealed interface Recovery {
    /** Until an answer. */
    record Asking(String runtime, TestRequest request) implements Recovery {}

    /** After this time. */
    record LeftAlone(Duration time) implements Recovery {}
  }

  /** A request that shows whether the runtime answers; it returns also if the runtime is gone. */
  public interface TestRequest {
    void ask() throws RuntimeUnavailable;
  }

  private Silence(Recovery recovery) {
    this.recovery = recovery;
  }

  /** Of a runtime that is asked until it answers; {@code runtime} is its scheme. */
  public static Silence endedBy(String runtime, TestRequest request) {
    return new Silence(new Recovery.Asking(runtime, request));
  }

  /** Of one that is left alone for this time. */
  public static Silence lasting(Duration time) {
    return new Silence(new Recovery.LeftAlone(time));
  }

  /** Why the runtime is not asked now; empty if it answers. */
  public Optional<String> why() {
    return Optional.ofNullable(spell).filter(now -> !isOver(now)).map(Spell::why);
  }

  private boolean isOver(Spell now) {
    return recovery instanceof Recovery.LeftAlone(Duration time)
        && System.nanoTime() - now.begin >= time.toNanos();
  }

  /** The runtime has kept a request waiting. */
  public synchronized void begins(String why) {
    if (why().isEmpty()) {
      spell = new Spell(why, System.nanoTime());
      if (recovery instanceof Recovery.Asking asking) {
        Thread _ =
            Thread.ofPlatform()
                .name("awaits " + asking.runtime)
                .daemon()
                .start(() -> awaitAnswer(asking.request));
      }
    }
  }

  private void awaitAnswer(TestRequest request) {
    try {
      do {
        Thread.sleep(BETWEEN_QUESTIONS);
      } while (!answers(request));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      spell = null;
    }
  }

  private static boolean answers(TestRequest request) {
    try {
      request.ask();
      return true;
    } catch (RuntimeUnavailable e) {
      return false;
    }
  }
}
