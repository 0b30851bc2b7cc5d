package dev.dbg.kube;

import dev.dbg.apiserver.ApiAnswer;
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
final class UnnotedEnds {
  private static final Logger LOG = LoggerFactory.getLogger("kube");

  /** Of more the oldest are forgotten. */
  static final int MOST = 1024;

  private final SessionStatus status;
  private final EndedSessions ended;

  // Guarded by this.
  private final Queue<Unnoted> ends = new ArrayDeque<>();

  private record Unnoted(SessionRef session, Instant at, OptionalInt exit) {}

  UnnotedEnds(SessionStatus status, EndedSessions ended) {
    this.status = status;
    this.ended = ended;
  }

  /** Notes that the session ends now; later, if the API server is away. */
  void note(SessionRef session, OptionalInt exit) {
    Unnoted end = new Unnoted(session, status.clock().instant(), exit);
    if (!isOver(end)) {
      keep(end);
    }
  }

  private synchronized void keep(Unnoted end) {
    if (ends.size() >= MOST) {
      LOG.warn("{}: its end is never noted", ends.remove().session);
    }
    ends.add(end);
  }

  /** Tries all again, the oldest first, until one fails. For one thread. */
  void noteAgain() {
    for (int left = size(); left > 0; left--) {
      Unnoted end = taken();
      if (end == null) {
        return;
      }
      if (!isOver(end)) {
        keep(end);
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

  /** False if it is worth another try. */
  private boolean isOver(Unnoted end) {
    try {
      ApiAnswer answer = status.end(end.session, end.at, end.exit);
      if (answer.isOk()) {
        ended.add(end.session);
      } else if (answer.status() >= 500 || answer.status() == 429) {
        LOG.warn("{}: its end cannot be noted yet: status {}", end.session, answer.status());
        return false;
      } else if (answer.status() != ApiAnswer.NOT_FOUND) {
        LOG.warn("{}: its end cannot be noted: status {}", end.session, answer.status());
      }
      return true;
    } catch (IOException e) {
      LOG.warn("{}: its end cannot be noted yet: {}", end.session, e.getMessage());
      return false;
    }
  }
}
