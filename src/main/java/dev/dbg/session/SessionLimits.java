package dev.dbg.session;

import dev.dbg.model.Uid;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many sessions there may be at once, in all and for one user. The last quarter of the places
 * is for those who have none, {@link FairShare}: a few who take all that they can get keep nobody
 * out. Where the limit for one user is that of all, one may have them all.
 *
 * <p>Any thread may ask.
 */
public final class SessionLimits {
  private final int most;
  private final int mostPerUser;
  private final Map<Uid, Integer> perUser = new HashMap<>();
  private final Map<UnderRule, Integer> perRule = new HashMap<>();
  private int all;

  public SessionLimits(int most, int mostPerUser) {
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
    if (mine > 0 && mostPerUser < most && most - all <= FairShare.keptForNewcomers(most)) {
      throw new Full(
          "you have %d sessions, and the last places are for those who have none: end one, or try again (limits.sessions)"
              .formatted(mine));
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

  /** A user's sessions by one rule. */
  private record UnderRule(String rule, Uid user) {}

  /**
   * One of the places that a rule gives a user.
   *
   * @param rule its file and line
   */
  public synchronized Place takeUnder(String rule, Uid user, int mostUnderRule) throws Full {
    UnderRule key = new UnderRule(rule, user);
    int mine = perRule.getOrDefault(key, 0);
    if (mine >= mostUnderRule) {
      throw new Full(
          "you have %d sessions by the rule at %s, the most it permits: end one"
              .formatted(mine, rule));
    }
    perRule.put(key, mine + 1);
    AtomicBoolean held = new AtomicBoolean(true);
    return () -> {
      if (held.getAndSet(false)) {
        giveUnder(key);
      }
    };
  }

  private synchronized void giveUnder(UnderRule key) {
    perRule.compute(key, (k, count) -> count == null || count <= 1 ? null : count - 1);
  }

  private synchronized void give(Uid user) {
    all--;
    perUser.compute(user, (u, count) -> count == null || count <= 1 ? null : count - 1);
  }
}
