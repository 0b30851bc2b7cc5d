package dev.dbg.session;

import dev.dbg.model.Uid;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many read the log at once: each holds a few megabytes of dbgd's memory, or a process that
 * verifies, however large the log is. One user's readers never take the turns of another's, and
 * root, who may have to see what is going on, has turns that nobody else takes.
 *
 * <p>Any thread may ask.
 */
public final class ReadingRoom {
  /** Enough for several who look, and together a third of dbgd's memory. */
  private static final int MOST = 4;

  private static final int MOST_PER_USER = 2;

  /** How long one who comes when there is no turn waits for one. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration LOOK = Duration.ofMillis(50);

  private final Map<Uid, Integer> perUser = new HashMap<>();
  private int all;

  /** A turn; closing it gives it back. */
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /** How one client gets a turn, each time it reads. */
  interface Turns {
    /** Empty when the client is gone, or has been told to try again. */
    Optional<Turn> take();
  }

  /** Nobody gives a turn back in time; the message says whose limit it is. */
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
   * Takes a turn, or waits for one as long as the client is there.
   *
   * @return empty if the client is gone
   */
  Optional<Turn> take(Uid user, Attendance client) throws Busy {
    return take(user, client::endsWithin, PATIENCE);
  }

  /** Waits this long, and answers whether there is nobody to wait with any more. */
  interface Wait {
    boolean isOverWithin(Duration time);
  }

  Optional<Turn> take(Uid user, Wait wait, Duration patience) throws Busy {
    long until = System.nanoTime() + patience.toNanos();
    while (true) {
      Optional<Turn> turn = now(user);
      if (turn.isPresent()) {
        return turn;
      }
      if (System.nanoTime() - until >= 0) {
        throw new Busy(
            "the log is being read by as many as can at once, %d in all and %d of a user: try again"
                .formatted(MOST, MOST_PER_USER));
      }
      if (wait.isOverWithin(LOOK)) {
        return Optional.empty();
      }
    }
  }

  private synchronized Optional<Turn> now(Uid user) {
    int mine = perUser.getOrDefault(user, 0);
    boolean root = user.equals(Uid.ROOT);
    if (mine >= MOST_PER_USER || (!root && all >= MOST)) {
      return Optional.empty();
    }
    all += root ? 0 : 1;
    perUser.put(user, mine + 1);
    AtomicBoolean held = new AtomicBoolean(true);
    return Optional.of(
        () -> {
          if (held.getAndSet(false)) {
            give(user, root);
          }
        });
  }

  private synchronized void give(Uid user, boolean root) {
    all -= root ? 0 : 1;
    perUser.compute(user, (u, count) -> count == null || count <= 1 ? null : count - 1);
  }
}
