package dev.dbg.kube;

import dev.dbg.model.OperatorId.ClusterUser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The sessions that run, with their processes, and how many there may be: one user's sessions do
 * not take the places of all others. Any thread.
 */
final class LiveSessions {
  private final int most;
  private final int mostPerUser;

  // Guarded by this.
  private final Map<SessionRef, StdioProcess> running = new HashMap<>();
  private boolean isClosed;

  /**
   * @param most how many there may be
   * @param mostPerUser how many a user may have
   */
  LiveSessions(int most, int mostPerUser) {
    this.most = most;
    this.mostPerUser = mostPerUser;
  }

  /** Takes a place; otherwise says why there is none. */
  synchronized Optional<String> add(SessionRef session, StdioProcess process) {
    if (isClosed) {
      return Optional.of("the agent is being stopped: try again");
    }
    long ofUser =
        running.keySet().stream().filter(other -> counted(other).equals(counted(session))).count();
    if (ofUser >= mostPerUser) {
      return Optional.of("%d sessions of yours run on this node: end one".formatted(ofUser));
    }
    if (running.size() >= most) {
      return Optional.of("%d sessions run on this node: try again".formatted(running.size()));
    }
    running.put(session, process);
    return Optional.empty();
  }

  /** As dbgd counts them. */
  private static ClusterUser counted(SessionRef session) {
    return new ClusterUser(session.username()).counted();
  }

  synchronized void remove(SessionRef session) {
    running.remove(session);
    notifyAll();
  }

  synchronized List<SessionRef> all() {
    return new ArrayList<>(running.keySet());
  }

  /** Ends the process of a session; false if it does not run, or was ended before. */
  synchronized boolean end(SessionRef session) {
    StdioProcess process = running.get(session);
    return process != null && process.end();
  }

  /** Takes no more, and waits until all have ended by themselves, at most so long. */
  synchronized void drain(long milliseconds) throws InterruptedException {
    isClosed = true;
    awaitEnds(milliseconds);
  }

  /**
   * Ends all, takes no more, and waits for their ends, at most so long.
   *
   * @return those whose ends have not been noted yet
   */
  synchronized List<SessionRef> close(long milliseconds) throws InterruptedException {
    isClosed = true;
    for (StdioProcess process : running.values()) {
      boolean _ = process.end();
    }
    awaitEnds(milliseconds);
    return all();
  }

  private synchronized void awaitEnds(long milliseconds) throws InterruptedException {
    long deadline = System.nanoTime() + milliseconds * 1_000_000;
    while (!running.isEmpty()) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
    }
  }
}
