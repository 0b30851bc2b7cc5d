package dev.dbg.session;

import dev.dbg.model.OperatorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * When lines that wait may look whether their container has started. All of them together look as
 * often as one alone would, and take no more than a fifth of one processor. Users who wait have
 * equal parts of that, however many lines each has.
 *
 * <p>For any thread.
 */
final class PollInterval {
  static final Duration EACH = Duration.ofMillis(20);

  /** A look takes one part of so many. */
  static final int PARTS = 5;

  /** What takes longer waits for others, and no processor's time is taken. */
  static final Duration MOST = Duration.ofMillis(100);

  // Guarded by this. The users who wait.
  private final Map<OperatorId, Looks> users = new HashMap<>();

  private static final class Looks {
    private int lines;
    private long next = System.nanoTime();
  }

  /** A line of the user's waits until this is closed. */
  synchronized SessionLimits.Place begin(OperatorId user) {
    users.computeIfAbsent(user, _ -> new Looks()).lines++;
    return () -> end(user);
  }

  private synchronized void end(OperatorId user) {
    users.computeIfPresent(user, (_, looks) -> --looks.lines > 0 ? looks : null);
  }

  /**
   * Takes the next look of a user who waits.
   *
   * @param now by {@link System#nanoTime}
   * @param took how long the line's last one took, in nanoseconds
   * @return when it may be made
   */
  synchronized long next(OperatorId user, long now, long took) {
    Looks looks = users.computeIfAbsent(user, _ -> new Looks());
    long at = Math.max(now, looks.next);
    long each = Math.max(EACH.toNanos(), PARTS * Math.min(took, MOST.toNanos()));
    looks.next = at + each * users.size();
    return at;
  }
}
