package dev.dbg.deliver;

import java.time.Duration;

/**
 * How long is waited before a receiver is tried again: twice as long each time.
 *
 * @param first after the first failure
 * @param most never longer
 */
record Backoff(Duration first, Duration most) {
  static final Backoff USUAL = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

  /**
   * The wait.
   *
   * @param failures how many there have been in a row, at least 1
   */
  Duration after(int failures) {
    int doublings = Math.min(failures - 1, 20);
    Duration wait = first.multipliedBy(1L << doublings);
    return wait.compareTo(most) < 0 ? wait : most;
  }
}
