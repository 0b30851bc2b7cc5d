package dev.dbg.review;

import dev.dbg.enter.Reader;
import dev.dbg.model.Failure;
import dev.dbg.model.Uid;
import dev.dbg.session.FairShare;
import dev.dbg.session.SessionLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * Limits how many operators read the log at the same time. Root is not limited. Thread-safe.
 *
 * @param process the reader process, which answers clients
 * @param verification checks the whole log
 */
public record LogReaders(Reader process, LogVerification verification, FairShare<Uid> turns) {
  /** The most concurrent readers; the reader process has memory for no more. */
  private static final int MOST = 4;

  private static final int MOST_PER_USER = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  public LogReaders(Reader process, LogVerification verification) {
    this(process, verification, new FairShare<>(MOST, MOST_PER_USER));
  }

  /** Thrown if no turn became free in time, or if the user has too many readers. */
  static final class Busy extends Failure {
    Busy(String message) {
      super(message);
    }
  }

  /** Waits for a turn to read. Closing the turn, even twice, returns it. */
  SessionLimits.Place turn(Uid user) throws Busy {
    if (user.equals(Uid.ROOT)) {
      return () -> {};
    }
    Optional<FairShare<Uid>.Part> part = turns.take(user, 1, PATIENCE);
    if (part.isEmpty()) {
      throw new Busy(
          "too many readers of the log (at most %d, %d per user): try again"
              .formatted(MOST, MOST_PER_USER));
    }
    return part.get();
  }
}
