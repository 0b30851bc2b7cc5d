package dev.dbg.serve;

import dev.dbg.model.Uid;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How fast those are answered who ask for what costs dbgd and brings no session: refusals,
 * explanations, lists, packets that mean nothing. Each user has so many at once and then so many a
 * second; those who have used theirs up share a second allowance, so that many of them together are
 * no more to bear than one. Who has to wait holds a connection's place, and nothing of theirs has
 * been read.
 *
 * <p>A permitted session is counted when it comes and given back when it is permitted: who has work
 * to do is not slowed down.
 *
 * <p>Any thread may wait.
 */
final class RequestRate {
  private static final int AT_ONCE = 200;
  private static final Duration EACH = Duration.ofMillis(20);
  private static final int ALL_AT_ONCE = 4;
  private static final Duration EACH_OF_ALL = Duration.ofMillis(10);

  /** Beyond, those are forgotten who have all of theirs again. */
  private static final int MOST_REMEMBERED = 1024;

  private final int atOnce;
  private final Duration each;
  private final Duration eachOfAll;

  // Guarded by this. When, by System.nanoTime, each has all of theirs again.
  private final Map<Uid, Long> fullAgain = new HashMap<>();
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
   * Takes one of the user's, and waits until it is there.
   *
   * @return whether it had to wait
   */
  synchronized boolean await(Uid user) {
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

  /** Takes more of the user's for what has cost more, and waits for nothing. */
  synchronized void charge(Uid user, int more) {
    long _ = take(user, more, System.nanoTime());
  }

  /** Gives back one of the user's. */
  synchronized void giveBack(Uid user) {
    fullAgain.computeIfPresent(user, (u, at) -> at - each.toNanos());
  }

  private long take(Uid user, int count, long now) {
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

  /** Nobody waits any more: dbgd stops. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }
}
