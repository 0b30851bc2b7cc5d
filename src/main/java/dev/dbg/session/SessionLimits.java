package dev.dbg.session;

import dev.dbg.model.ExitStatus;
import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import java.util.Optional;

/**
 * Limits the number of concurrent sessions, in total and per user. The last quarter of the places
 * is for users who have none, {@link FairShare}, unless one user may have all places.
 *
 * <p>For any thread.
 */
public final class SessionLimits {
  private final int most;
  private final int mostPerUser;
  private final FairShare<Uid> places;
  private final FairShare<UnderRule> underRules = new FairShare<>(Long.MAX_VALUE, Long.MAX_VALUE);

  /** A user's sessions under one rule. */
  private record UnderRule(String rule, Uid user) {}

  public SessionLimits(int most, int mostPerUser) {
    this.most = most;
    this.mostPerUser = mostPerUser;
    this.places = new FairShare<>(most, mostPerUser, mostPerUser < most ? most / 4 : 0);
  }

  /** A place that is taken. Closing it gives it back. */
  public interface Place extends AutoCloseable {
    @Override
    void close();
  }

  /** Takes one of all places. The refusal names the limit. */
  public Place take(Uid user) throws Refusal {
    synchronized (places) {
      Optional<FairShare<Uid>.Part> place = places.take(user, 1);
      if (place.isPresent()) {
        return place.get()::close;
      }
      long has = places.takenBy(user);
      throw full(
          has >= mostPerUser
              ? "you have %d sessions, the most for a user: dbg sessions lists them, dbg kill ends one (limits.sessions-per-user)"
                  .formatted(has)
              : places.taken() >= most
                  ? "there are %d sessions, the most at once: try again (limits.sessions)"
                      .formatted(most)
                  : "you have %d sessions, and the last places are for users who have none: dbg sessions lists yours, dbg kill ends one (limits.sessions)"
                      .formatted(has));
    }
  }

  /**
   * Takes one of the places that a rule gives to a user.
   *
   * @param rule its file and line
   */
  public Place takeUnder(String rule, Uid user, int mostUnderRule) throws Refusal {
    UnderRule key = new UnderRule(rule, user);
    synchronized (underRules) {
      long has = underRules.takenBy(key);
      if (has >= mostUnderRule) {
        throw full(
            "you have %d sessions by the rule at %s, the most it permits: dbg sessions lists them, dbg kill ends one"
                .formatted(has, rule));
      }
      return underRules.take(key, 1).orElseThrow()::close;
    }
  }

  private static Refusal full(String message) {
    return Refusal.failed(ExitStatus.DBG_FAILED, message);
  }
}
