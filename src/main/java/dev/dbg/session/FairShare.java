package dev.dbg.session;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A limited amount of something, divided between users. The last quarter is only for users who have
 * nothing yet, so a few greedy users always leave something for others.
 *
 * <p>For any thread.
 *
 * @param <U> what identifies a user
 */
public final class FairShare<U> {
  private final long total;
  private final long mostPerUser;
  private final long keptForNewcomers;
  // Guarded by this.
  private final Map<U, Long> perUser = new HashMap<>();
  private long taken;

  public FairShare(long total, long mostPerUser) {
    this(total, mostPerUser, total / 4);
  }

  FairShare(long total, long mostPerUser, long keptForNewcomers) {
    this.total = total;
    this.mostPerUser = mostPerUser;
    this.keptForNewcomers = keptForNewcomers;
  }

  /** What a user has taken. Closing it, once or more often, gives it back. */
  public final class Part implements SessionLimits.Place {
    private final U user;
    private long amount;

    private Part(U user, long amount) {
      this.user = user;
      this.amount = amount;
    }

    /** Gives back what exceeds {@code rest}. */
    public void shrinkTo(long rest) {
      synchronized (FairShare.this) {
        long given = amount - rest;
        if (given > 0) {
          amount = rest;
          taken -= given;
          perUser.computeIfPresent(user, (u, has) -> has == given ? null : has - given);
          FairShare.this.notifyAll();
        }
      }
    }

    @Override
    public void close() {
      shrinkTo(0);
    }
  }

  /** Takes {@code amount}; empty if it is not available to this user. */
  public synchronized Optional<Part> take(U user, long amount) {
    long has = takenBy(user);
    long left = total - taken - amount;
    if (has + amount > mostPerUser || left < (has == 0 ? 0 : keptForNewcomers)) {
      return Optional.empty();
    }
    taken += amount;
    perUser.put(user, has + amount);
    return Optional.of(new Part(user, amount));
  }

  /** Waits until {@code amount} is available; empty if that takes longer than {@code within}. */
  public synchronized Optional<Part> take(U user, long amount, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    Optional<Part> part = take(user, amount);
    long left = within.toNanos();
    while (part.isEmpty() && left > 0) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return part;
      }
      part = take(user, amount);
      left = deadline - System.nanoTime();
    }
    return part;
  }

  synchronized long takenBy(U user) {
    return perUser.getOrDefault(user, 0L);
  }

  synchronized long taken() {
    return taken;
  }
}
