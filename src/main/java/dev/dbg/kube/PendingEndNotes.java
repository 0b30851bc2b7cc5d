package dev.dbg.kube;

import dev.dbg.http.HttpAnswer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions whose ends the API server has not noted: it was away. Without another try their
 * objects would say Running for ever. Any thread.
 */
final class PendingEndNotes {
  private static final Logger LOG = LoggerFactory.getLogger("kube");

  /** Of more the oldest are forgotten. */
  static final int MOST = 1024;

  static final int MOST_AT_ONCE = 16;

  static final int REFUSALS = 8;

  private final SessionStatus status;
  private final EndedSessions ended;

  // Guarded by this.
  private final Queue<Unnoted> ends = new ArrayDeque<>();

  /**
   * {@code left}: how often a refusal may be one of an API server that has just started, and does
   * not know yet who may do what.
   */
  private record Unnoted(SessionRef session, Instant at, OptionalInt exit, int left) {
    Unnoted refused() {
      return new Unnoted(session, at, exit, left - 1);
    }
  }

  PendingEndNotes(SessionStatus status, EndedSessions ended) {
    this.status = status;
    this.ended = ended;
  }

  /** Notes that the session ends now; later, if the API server is away. */
  void note(SessionRef session, OptionalInt exit) {
    boolean _ = isAnswered(endOf(session, exit));
  }

  /** The session, of which nobody knows whether it is noted that it runs, has ended. */
  void noteLater(SessionRef session) {
    keep(endOf(session, OptionalInt.empty()));
  }

  private Unnoted endOf(SessionRef session, OptionalInt exit) {
    return new Unnoted(session, status.clock().instant(), exit, REFUSALS);
  }

  private synchronized void keep(Unnoted end) {
    if (ends.size() >= MOST) {
      LOG.warn("{}: its end is never noted", ends.remove().session);
    }
    ends.add(end);
  }

  /** Retries pending notes, oldest first, until one gets no answer. For one thread. */
  void noteAgain() {
    for (int left = Math.min(size(), MOST_AT_ONCE); left > 0; left--) {
      Unnoted end = taken();
      if (end == null || !isAnswered(end)) {
        return;
      }
    }
  }

  private synchronized Unnoted taken() {
    return ends.poll();
  }

  private synchronized int size() {
    return ends.size();
  }

  /** Those that are left, which are then no more; with them goes what is to be noted. */
  synchronized List<SessionRef> takeAll() {
    List<SessionRef> all = new ArrayList<>();
    ends.forEach(end -> all.add(end.session));
    ends.clear();
    return all;
  }

  /**
   * False if the API server is away. What is worth another try is kept; the object of another is
   * removed in its time, whatever it says.
   */
  private boolean isAnswered(Unnoted end) {
    try {
      HttpAnswer answer = status.end(end.session, end.at, end.exit);
      if (answer.isNone()) {
        LOG.warn("{}: its end cannot be noted yet: status {}", end.session, answer.status());
        keep(end);
        return false;
      }
      boolean isRefused = !answer.isOk() && answer.status() != HttpAnswer.NOT_FOUND;
      if (isRefused) {
        LOG.warn("{}: its end cannot be noted: status {}", end.session, answer.status());
      }
      if (isRefused && end.left > 0) {
        keep(end.refused());
      } else if (answer.status() != HttpAnswer.NOT_FOUND) {
        ended.add(end.session);
      }
      return true;
    } catch (IOException e) {
      LOG.warn("{}: its end cannot be noted yet: {}", end.session, e.getMessage());
      keep(end);
      return false;
    }
  }
}
