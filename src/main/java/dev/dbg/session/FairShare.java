package dev.dbg.session;

import dev.dbg.model.Uid;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Something of which there is so much and no more, shared by users. Of the last quarter only those
 * have some who have nothing yet: a few who take all that they can get leave something for as many
 * others as would take it all, had each of them a little.
 *
 * <p>Any thread may take.
 */
public final class FairShare {
  private final long all;
  private final long mostPerUser;
  // Guarded by this.
  private final Map<Uid, Long> perUser = new HashMap<>();
  private long taken;

  public FairShare(long all, long mostPerUser) {
    this.all = all;
    this.mostPerUser = mostPerUser;
  }

  /** What a user has taken; closing it gives it back. For one thread. */
  public final class Part implements AutoCloseable {
    private final Uid user;
    private long amount;

    private Part(Uid user, long amount) {
      this.user = user;
      this.amount = amount;
    }

    /** Gives back what is beyond {@code rest}. */
    public void shrinkTo(long rest) {
      if (rest < amount) {
        give(user, amount - rest);
        amount = rest;
      }
    }

    @Override
    public void close() {
      shrinkTo(0);
    }
  }

  /** How much of so much only those have who have nothing yet. */
  static long keptForNewcomers(long all) {
    return all / 4;
  }

  /** Takes it if it is to be had; empty if it is not. */
  public synchronized Optional<Part> take(Uid user, long amount) {
    long mine = perUser.getOrDefault(user, 0L);
    long left = all - taken - amount;
    if (mine + amount > mostPerUser || left < (mine == 0 ? 0 : keptForNewcomers(all))) {
      return Optional.empty();
    }
    taken += amount;
    perUser.put(user, mine + amount);
    return Optional.of(new Part(user, amount));
  }

  /** Waits for it; empty if it is not to be had in time. */
  public synchronized Optional<Part> take(Uid user, long amount, Duration within) {
    long deadline = System.nanoTime() + within.toNanos();
    Optional<Part> part = take(user, amount);
    while (part.isEmpty()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return part;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return part;
      }
      part = take(user, amount);
    }
    return part;
  }

  private synchronized void give(Uid user, long amount) {
    taken -= amount;
    perUser.computeIfPresent(user, (u, mine) -> mine == amount ? null : mine - amount);
    notifyAll();
  }
}
