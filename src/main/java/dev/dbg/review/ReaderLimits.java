package dev.dbg.review;

import dev.dbg.model.Uid;
import dev.dbg.wire.ClientWatch;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Limits the readers of the log. Each takes a few megabytes of dbgd's memory, or a verifying
 * process, and may take seconds of CPU time. So there are few turns, and the number of holders that
 * read at the same time is at most half the number of processors; a holder that waits for its
 * client does not count. A user has at most two turns. Root is not limited.
 *
 * <p>For any thread.
 */
public final class ReaderLimits {
  /** The number of turns; all readers together take a third of dbgd's memory. */
  private static final int MOST = 4;

  private static final int MOST_PER_USER = 2;

  private static final int MOST_AT_WORK =
      Math.max(1, Math.min(MOST, Runtime.getRuntime().availableProcessors() / 2));

  /** How long to wait for a turn. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** After waiting for its client a reader waits this long for other readers, then continues. */
  private static final Duration AFTER_PAUSE = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(50);

  // Guarded by this. The sums exclude root's turns.
  private final Map<Uid, Integer> turns = new HashMap<>();
  private final Map<Uid, Integer> atWork = new HashMap<>();
  private int allTurns;
  private int allAtWork;

  /** A turn; closing it gives it back. For one thread. */
  final class ReaderTurn implements Reply.Pause, AutoCloseable {
    private final Uid user;
    private boolean held = true;
    private boolean works = true;

    private ReaderTurn(Uid user) {
      this.user = user;
    }

    @Override
    public void begin() {
      if (works) {
        works = false;
        stopWork(user);
      }
    }

    @Override
    public void end() {
      if (held && !works) {
        works = true;
        goOnWithWork(user);
      }
    }

    @Override
    public void close() {
      begin();
      if (held) {
        held = false;
        give(user);
      }
    }
  }

  /** Gives a client a turn for each reading. */
  interface Turns {
    /** Empty if the client is gone, or has been asked to try again. */
    Optional<ReaderTurn> take();
  }

  /** No turn became free in time. */
  static final class Busy extends Exception {
    private static final long serialVersionUID = 1L;

    Busy(String message) {
      super(message, null, false, false);
    }

    String message() {
      return String.valueOf(getMessage());
    }
  }

  /**
   * Takes a turn; waits for one as long as the client is connected.
   *
   * @return empty if the client is gone
   */
  Optional<ReaderTurn> take(Uid user, ClientWatch client) throws Busy {
    return take(user, client::endsWithin, PATIENCE);
  }

  /** Waits this long; returns whether the client is gone. */
  interface Wait {
    boolean isOverWithin(Duration time);
  }

  Optional<ReaderTurn> take(Uid user, Wait wait, Duration patience) throws Busy {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<ReaderTurn> turn = now(user);
      if (turn.isPresent()) {
        return turn;
      }
      if (System.nanoTime() - until >= 0) {
        throw new Busy(
            "too many readers of the log (at most %d, %d per user): try again"
                .formatted(MOST, MOST_PER_USER));
      }
      if (wait.isOverWithin(LOOK)) {
        return Optional.empty();
      }
    }
  }

  private synchronized Optional<ReaderTurn> now(Uid user) {
    int mine = turns.getOrDefault(user, 0);
    if (mine >= MOST_PER_USER || (isCounted(user) && allTurns >= MOST) || !mayWork(user)) {
      return Optional.empty();
    }
    allTurns += isCounted(user) ? 1 : 0;
    turns.merge(user, 1, Integer::sum);
    work(user);
    return Optional.of(new ReaderTurn(user));
  }

  private static boolean isCounted(Uid user) {
    return !user.equals(Uid.ROOT);
  }

  private boolean mayWork(Uid user) {
    return !isCounted(user) || (!atWork.containsKey(user) && allAtWork < MOST_AT_WORK);
  }

  private void work(Uid user) {
    allAtWork += isCounted(user) ? 1 : 0;
    atWork.merge(user, 1, Integer::sum);
  }

  private synchronized void stopWork(Uid user) {
    allAtWork -= isCounted(user) ? 1 : 0;
    lessOf(atWork, user);
    notifyAll();
  }

  private synchronized void goOnWithWork(Uid user) {
    long until = System.nanoTime() + AFTER_PAUSE.toNanos();
    long left = AFTER_PAUSE.toNanos();
    try {
      while (!mayWork(user) && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
        left = until - System.nanoTime();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    work(user);
  }

  private synchronized void give(Uid user) {
    allTurns -= isCounted(user) ? 1 : 0;
    lessOf(turns, user);
  }

  private static void lessOf(Map<Uid, Integer> counts, Uid user) {
    counts.compute(user, (u, count) -> count == null || count <= 1 ? null : count - 1);
  }
}
