package dev.dbg.review;

import dev.dbg.enter.Reader;
import dev.dbg.model.Failure;
import dev.dbg.model.Uid;
import dev.dbg.session.FairShare;
import dev.dbg.session.SessionLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * Who reads the log for operators, and how many of them at the same time. Root is not limited.
 *
 * <p>For any thread.
 *
 * @param process reads, and answers
 * @param verification checks the whole log
 */
public record LogReaders(Reader process, LogVerification verification, FairShare<Uid> turns) {
  /** The process has memory for these. */
  private static final int MOST = 4;

  private static final int MOST_PER_USER = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  public LogReaders(Reader process, LogVerification verification) {
    this(process, verification, new FairShare<>(MOST, MOST_PER_USER));
  }

  /** No turn became free in time, or the user has asked for too much. */
  static final class Busy extends Failure {
    Busy(String message) {
      super(message);
    }
  }

  /** Waits for a turn to read; closing it, once or more often, gives it back. */
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
