package dev.dbg.session;

import dev.dbg.model.Uid;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many sessions there may be at once, in all and for one user. Any thread may ask. */
public final class Limits {
  private final int most;
  private final int mostPerUser;
  private final Map<Uid, Integer> perUser = new HashMap<>();
  private int all;

  public Limits(int most, int mostPerUser) {
    this.most = most;
    this.mostPerUser = mostPerUser;
  }

  /** A place that is taken; closing it gives it back. */
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /** No place is free. The message says whose limit it is. */
  public static final class Full extends Exception {
    private static final long serialVersionUID = 1L;

    Full(String message) {
      super(message, null, false, false);
    }

    public String message() {
      return String.valueOf(getMessage());
    }
  }

  public synchronized Place take(Uid user) throws Full {
    int mine = perUser.getOrDefault(user, 0);
    if (mine >= mostPerUser) {
      throw new Full(
          "you have %d sessions, the most for a user: end one (limits.sessions-per-user)"
              .formatted(mine));
    }
    if (all >= most) {
      throw new Full(
          "there are %d sessions, the most at once: try again (limits.sessions)".formatted(all));
    }
    all++;
    perUser.put(user, mine + 1);
    AtomicBoolean held = new AtomicBoolean(true);
    return () -> {
      if (held.getAndSet(false)) {
        give(user);
      }
    };
  }

  private synchronized void give(Uid user) {
    all--;
    perUser.compute(user, (u, count) -> count == null || count <= 1 ? null : count - 1);
  }
}
