package dev.dbg.session;

import dev.dbg.model.Operator;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions whose tools run, and the lines that wait. For any thread. */
public final class RunningSessions {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Set<RunningSession> all = ConcurrentHashMap.newKeySet();
  private volatile @Nullable EndOrder stopping;
  private volatile @Nullable String closed;

  /** Those that a user may see and end: all for root, otherwise the user's own. Oldest first. */
  public List<RunningSession> of(Operator operator) {
    return all.stream()
        .filter(
            session -> operator.isRoot() || session.facts().operator().id().equals(operator.id()))
        .sorted(Comparator.comparing(RunningSession::came))
        .toList();
  }

  /** How many tools run, of all users. */
  public long count() {
    return all.stream().filter(session -> !session.facts().isWaiting()).count();
  }

  /**
   * Lets no more sessions begin: neither lines that come nor those that wait for a container.
   *
   * @param cause to follow "dbgd is being"
   */
  public void close(String cause) {
    closed = "dbgd is being %s: try again in a moment".formatted(cause);
  }

  /** What those are told; empty if sessions may begin. */
  public Optional<String> closed() {
    return Optional.ofNullable(closed);
  }

  /**
   * Tells all tools to end, and those that are about to start as soon as they have started.
   *
   * @param cause to follow "dbgd was"
   */
  public void stop(String cause) {
    EndOrder order = new EndOrder.Stopped(cause);
    stopping = order;
    all.forEach(session -> session.end(order));
  }

  /** Waits until none is left, for this long at most; returns how many are left then. */
  public int endWithin(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    while (!all.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
    }
    return all.size();
  }

  void add(RunningSession session) {
    boolean _ = all.add(session);
    EndOrder order = stopping;
    if (order != null) {
      session.end(order);
    }
  }

  /** To be called after its end is recorded, and before its control group is given back. */
  void remove(RunningSession session) {
    boolean _ = all.remove(session);
    session.noteEnd();
  }
}
