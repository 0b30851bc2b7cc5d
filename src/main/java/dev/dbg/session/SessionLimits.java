package dev.dbg.session;

import dev.dbg.model.OperatorId;
import dev.dbg.model.Refusal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Limits the number of concurrent sessions, in total and per user. The last quarter of the places
 * is for users who have none, {@link FairShare}, unless one user may have all places.
 *
 * <p>A session also ends if its tool, although killed, does not: a file system that does not
 * answer, or who holds its pipes, keeps it, {@link dev.dbg.enter.Entry.End#held}. Each such tool
 * keeps a process, a thread and some descriptors. It has no place any more, so that no container
 * can take an operator's places away. Instead such tools are counted: of each user by container, of
 * each container, of each user because a user may reach many containers, and all.
 *
 * <p>For any thread.
 */
public final class SessionLimits {
  /** Of an operator's in one container. Sessions that run already may add to them. */
  private static final int MOST_HELD = 4;

  /** Of all operators' in one container; beyond that, of those who have none there. */
  private static final int MOST_HELD_OF_ALL = 16;

  /** Of all containers, for each place. */
  private static final int TIMES_PLACES = 4;

  private final int most;
  private final int mostPerUser;
  private final FairShare<OperatorId> places;
  private final PollInterval looks = new PollInterval();
  private final FairShare<UnderRule> underRules = new FairShare<>(Long.MAX_VALUE, Long.MAX_VALUE);
  private final FairShare<Holder> held = new FairShare<>(Long.MAX_VALUE, Long.MAX_VALUE);
  private final FairShare<HeldOf> heldOfOne = new FairShare<>(Long.MAX_VALUE, Long.MAX_VALUE);
  private final FairShare<OperatorId> heldOfUsers = new FairShare<>(Long.MAX_VALUE, Long.MAX_VALUE);

  private record UnderRule(String rule, OperatorId user) {}

  /**
   * What may hold tools.
   *
   * @param container the container, or its owner if that is a user, who can start any number
   * @param files whether the tools see the container's files
   * @param names whether they see resolv.conf and hosts alone. Tools of which less is read are
   *     still of use where other files do not answer
   */
  public record Holder(String container, boolean files, boolean names) {}

  /** What holds tools of an operator's. */
  private record HeldOf(OperatorId user, Holder holder) {}

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
  public Place take(OperatorId user) throws Refusal {
    synchronized (places) {
      Optional<FairShare<OperatorId>.Part> place = places.take(user, 1);
      if (place.isPresent()) {
        return place.get();
      }
      long has = places.takenBy(user);
      throw Refusal.failed(
          has >= mostPerUser
              ? "you have %d sessions, lines that wait included, the most for a user: dbg sessions lists them, dbg kill ends one (limits.sessions-per-user)"
                  .formatted(has)
              : places.taken() >= most
                  ? "there are %d sessions, the most at once: try again (limits.sessions)"
                      .formatted(most)
                  : "you have %d sessions, lines that wait included, and the last places are for users who have none: dbg sessions lists them, dbg kill ends one (limits.sessions)"
                      .formatted(has));
    }
  }

  /**
   * Takes one of the places that a rule gives to a user.
   *
   * @param rule its file and line
   */
  public Place takeUnder(String rule, OperatorId user, int mostUnderRule) throws Refusal {
    UnderRule key = new UnderRule(rule, user);
    synchronized (underRules) {
      long has = underRules.takenBy(key);
      if (has >= mostUnderRule) {
        throw Refusal.failed(
            "you have %d sessions by the rule at %s, the most it permits: dbg sessions lists them, dbg kill ends one"
                .formatted(has, rule));
      }
      return underRules.take(key, 1).orElseThrow();
    }
  }

  /**
   * Refuses a session whose tool could be held too, in a container that holds too many. A user of
   * whom many are held may still look at containers that hold none, so that nobody can shut them
   * out of those. And as an operator can have tools held too, by the pipes of which the client has
   * an end, no operator's count keeps others out of a container or out of all.
   */
  public void requireFewHeld(OperatorId user, Holder holder) throws Refusal {
    long mine = heldOfOne.takenBy(new HeldOf(user, holder));
    if (mine >= MOST_HELD || (mine > 0 && held.takenBy(holder) >= MOST_HELD_OF_ALL)) {
      throw Refusal.failed(
          "%d of your tools were killed here, or in another container of the same user, and have not ended: restart the container if a file system of it does not answer, or end your program that holds their pipes"
              .formatted(mine));
    }
    long ofUser = heldOfUsers.takenBy(user);
    long total = (long) TIMES_PLACES * most;
    boolean mayBeHeld = holder.files() || holder.names();
    if (ofUser >= total / 2
        || (ofUser > 0 && held.taken() >= total - total / 4)
        || (mayBeHeld && ((mine > 0 && ofUser >= most) || held.taken() >= total))) {
      throw Refusal.failed(
          "too many tools were killed and have not ended, because file systems of containers do not answer, or programs of operators hold their pipes: end those, or the containers (limits.sessions)");
    }
  }

  /** Counts the tool of a session that has ended, until it is gone. */
  public void hold(OperatorId user, Holder holder, CompletableFuture<?> gone) {
    if (gone.isDone()) {
      return;
    }
    Place here = held.take(holder, 1).orElseThrow();
    Place ofOne = heldOfOne.take(new HeldOf(user, holder), 1).orElseThrow();
    Place ofUser = heldOfUsers.take(user, 1).orElseThrow();
    CompletableFuture<?> _ =
        gone.whenComplete(
            (end, failed) -> {
              here.close();
              ofOne.close();
              ofUser.close();
            });
  }

  /** How often lines that wait look whether their container has started. */
  PollInterval looks() {
    return looks;
  }
}
