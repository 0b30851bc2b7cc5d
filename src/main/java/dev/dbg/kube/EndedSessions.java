package dev.dbg.kube;

import dev.dbg.apiserver.ApiAnswer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The objects of sessions that have ended, which stay in the cluster for a while and are then
 * removed. Any thread.
 */
final class EndedSessions {
  private static final Logger LOG = LoggerFactory.getLogger("kube");

  /** Of more the oldest are removed early. */
  private static final int MOST = 4096;

  private final SessionStatus status;
  private final Duration keep;
  private final LongSupplier nanos;

  // Guarded by this.
  private final Queue<Due> ended = new ArrayDeque<>();

  /** {@code since}: by the clock of this. */
  private record Due(SessionRef session, long since) {}

  /** {@code nanos}: the clock, {@link System#nanoTime}. */
  EndedSessions(SessionStatus status, Duration keep, LongSupplier nanos) {
    this.status = status;
    this.keep = keep;
    this.nanos = nanos;
  }

  synchronized void add(SessionRef session) {
    ended.add(new Due(session, nanos.getAsLong()));
  }

  /** Removes the objects whose time is over. */
  void removeOld() {
    remove(taken(keep));
  }

  /** Removes all objects, until this time by {@link System#nanoTime}. */
  void removeAll(long deadline) {
    for (SessionRef session : taken(Duration.ZERO)) {
      if (System.nanoTime() - deadline > 0) {
        return;
      }
      remove(List.of(session));
    }
  }

  private synchronized List<SessionRef> taken(Duration age) {
    List<SessionRef> old = new ArrayList<>();
    while (!ended.isEmpty()
        && (ended.size() > MOST || nanos.getAsLong() - ended.element().since >= age.toNanos())) {
      old.add(ended.remove().session);
    }
    return old;
  }

  /** One that cannot be removed stays: the cluster removes it with its pod. */
  private void remove(List<SessionRef> old) {
    for (SessionRef session : old) {
      try {
        ApiAnswer answer = status.remove(session);
        if (!answer.isOk() && answer.status() != ApiAnswer.NOT_FOUND) {
          LOG.warn("{}: cannot be removed: status {}", session, answer.status());
        }
      } catch (IOException e) {
        LOG.warn("{}: cannot be removed: {}", session, e.getMessage());
      }
    }
  }
}
