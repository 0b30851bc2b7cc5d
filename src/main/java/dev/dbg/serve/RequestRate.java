package dev.dbg.serve;

import dev.dbg.model.OperatorId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Limits the rate of requests that are not permitted sessions: refusals, explanations, lists,
 * malformed packets. Each user has a token bucket; users whose bucket is empty share a second one,
 * so that many of them together are no faster than one. A waiting request occupies a connection's
 * place, and no part of it has been read.
 *
 * <p>A session takes a token when it comes, and gives it back when it is permitted.
 *
 * <p>For any thread.
 */
final class RequestRate {
  private static final int AT_ONCE = 200;
  private static final Duration EACH = Duration.ofMillis(20);
  private static final int ALL_AT_ONCE = 4;
  private static final Duration EACH_OF_ALL = Duration.ofMillis(10);

  /** If there are more users, those whose bucket is full are forgotten. */
  private static final int MOST_REMEMBERED = 1024;

  private final int atOnce;
  private final Duration each;
  private final Duration eachOfAll;

  // Guarded by this. When each bucket is full again, by System.nanoTime.
  private final Map<OperatorId, Long> fullAgain = new HashMap<>();
  private long allFullAgain = System.nanoTime();
  private boolean ended;

  RequestRate() {
    this(AT_ONCE, EACH, EACH_OF_ALL);
  }

  RequestRate(int atOnce, Duration each, Duration eachOfAll) {
    this.atOnce = atOnce;
    this.each = each;
    this.eachOfAll = eachOfAll;
  }

  /**
   * Takes one of the user's tokens; waits until there is one.
   *
   * @return whether it had to wait
   */
  synchronized boolean await(OperatorId user) {
    long now = System.nanoTime();
    long due = take(user, 1, now) - atOnce * each.toNanos();
    if (due <= now) {
      return false;
    }
    sleepUntil(due);
    now = System.nanoTime();
    allFullAgain = Math.max(allFullAgain, now) + eachOfAll.toNanos();
    sleepUntil(allFullAgain - ALL_AT_ONCE * eachOfAll.toNanos());
    return true;
  }

  /** Takes further tokens for an expensive request, without waiting. */
  synchronized void charge(OperatorId user, int more) {
    long _ = take(user, more, System.nanoTime());
  }

  /** Gives a token back. */
  synchronized void giveBack(OperatorId user) {
    fullAgain.computeIfPresent(user, (u, at) -> at - each.toNanos());
  }

  private long take(OperatorId user, int count, long now) {
    if (fullAgain.size() >= MOST_REMEMBERED) {
      fullAgain.values().removeIf(at -> at <= now);
    }
    long at = Math.max(fullAgain.getOrDefault(user, now), now) + count * each.toNanos();
    fullAgain.put(user, at);
    return at;
  }

  private void sleepUntil(long time) {
    long left = time - System.nanoTime();
    while (left > 0 && !ended) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      left = time - System.nanoTime();
    }
  }

  /** Wakes all waiting threads, because dbgd stops. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
