package dev.dbg.kube;

import dev.dbg.http.HttpAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the objects of ended sessions after a while. For any thread. */
final class EndedSessions {
  private static final Logger LOG = LoggerFactory.getLogger("kube");

  /** Of more the oldest are removed early, and of twice as many forgotten: the pod owns them. */
  private static final int MOST = 4096;

  private final SessionStatus status;
  private final Duration keep;
  private final LongSupplier nanos;

  // Guarded by this.
  private final Deque<Due> ended = new ArrayDeque<>();

  /** {@code since}: by the clock of this. */
  private record Due(SessionRef session, long since) {}

  /** {@code nanos}: the clock, {@link System#nanoTime}. */
  EndedSessions(SessionStatus status, Duration keep, LongSupplier nanos) {
    this.status = status;
    this.keep = keep;
    this.nanos = nanos;
  }

  synchronized void add(SessionRef session) {
    if (ended.size() >= 2 * MOST) {
      LOG.warn("{}: too many ended sessions: only its pod removes it", ended.remove().session);
    }
    ended.add(new Due(session, nanos.getAsLong()));
  }

  /** Removes the objects whose time is over, until the API server is away. */
  void removeOld() {
    for (Optional<Due> due = taken(keep); due.isPresent(); due = taken(keep)) {
      if (!remove(due.get().session)) {
        putBack(due.get());
        return;
      }
    }
  }

  /** Removes all objects, until this time by {@link System#nanoTime}. */
  void removeAll(long deadline) {
    while (System.nanoTime() - deadline <= 0) {
      Optional<Due> due = taken(Duration.ZERO);
      if (due.isEmpty()) {
        return;
      }
      boolean _ = remove(due.get().session);
    }
  }

  /** One alone: who is stopped in between has lost none of the others. */
  private synchronized Optional<Due> taken(Duration age) {
    boolean isDue =
        !ended.isEmpty()
            && (ended.size() > MOST || nanos.getAsLong() - ended.element().since >= age.toNanos());
    return isDue ? Optional.of(ended.remove()) : Optional.empty();
  }

  private synchronized void putBack(Due due) {
    ended.addFirst(due);
  }

  /**
   * False without an answer. One that must not be removed stays: the cluster does it, with its pod.
   */
  private boolean remove(SessionRef session) {
    try {
      HttpAnswer answer = status.remove(session);
      if (!answer.isOk() && answer.status() != HttpAnswer.NOT_FOUND) {
        LOG.warn("{}: cannot be removed: status {}", session, answer.status());
      }
      return !answer.isNone();
    } catch (IOException e) {
      LOG.warn("{}: cannot be removed: {}", session, e.getMessage());
      return false;
    }
  }
}
