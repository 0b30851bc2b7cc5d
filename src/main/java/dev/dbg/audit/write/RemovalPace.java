package dev.dbg.audit.write;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/**
 * How fast segments are removed for their age: in an hour, those of a day, or one. So a clock that
 * jumps ahead does not remove the whole log at once, and a log in which much is due is soon as it
 * should be.
 *
 * <p>For one thread.
 */
final class RemovalPace {
  /** In seconds. */
  private static final long DAY = 24 * 60 * 60;

  /** In nanoseconds, of a day's share in an hour. */
  private static final long SECOND_OF_LOG = 1_000_000_000 / 24;

  private final LongSupplier nanos;
  private long since;

  /** How many seconds of the log may be removed now. */
  private long left = DAY;

  private Instant before = Instant.MIN;

  /**
   * @param nanos System.nanoTime, which nobody sets
   */
  RemovalPace(LongSupplier nanos) {
    this.nanos = nanos;
    this.since = nanos.getAsLong();
  }

  /** Whether the next segment may go, whose last record has this time; it is then counted. */
  boolean permits(Instant last) {
    long more = (nanos.getAsLong() - since) / SECOND_OF_LOG;
    since += more * SECOND_OF_LOG;
    left = Math.min(DAY, left + more);
    long taken = Math.clamp(ChronoUnit.SECONDS.between(before, last), 0, DAY);
    if (taken > left) {
      return false;
    }
    left -= taken;
    before = last;
    return true;
  }
}
