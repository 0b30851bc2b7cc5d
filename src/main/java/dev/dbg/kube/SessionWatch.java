package dev.dbg.kube;

import dev.dbg.apiserver.ApiServer;
import dev.dbg.http.HttpAnswer;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions whose objects are deleted: that is how a cluster's administrator ends one. An API
 * server that does not answer ends none.
 */
record SessionWatch(ApiServer api, LiveSessions live, Semaphore atOnce) {
  private static final Logger LOG = LoggerFactory.getLogger("kube");

  /** So many questions are open at a time. */
  private static final int MOST = 8;

  SessionWatch(ApiServer api, LiveSessions live) {
    this(api, live, new Semaphore(MOST));
  }

  /** Asks for each session once. For one thread. */
  void look() throws InterruptedException {
    AtomicBoolean failed = new AtomicBoolean();
    for (SessionRef session : live.all()) {
      atOnce.acquire();
      Thread _ = Thread.ofVirtual().start(() -> look(session, failed));
    }
  }

  private void look(SessionRef session, AtomicBoolean failed) {
    try {
      if (isGone(session, api.get(session.path())) && live.end(session)) {
        LOG.info("{}: deleted", session);
      }
    } catch (IOException e) {
      if (!failed.getAndSet(true)) {
        LOG.warn("cannot look whether sessions were deleted: {}", e.getMessage());
      }
    } finally {
      atOnce.release();
    }
  }

  /** So is one that cannot be read any more: its maker may have made it so. */
  private static boolean isGone(SessionRef session, HttpAnswer answer) {
    if (!answer.isOk()) {
      return answer.status() == HttpAnswer.NOT_FOUND;
    }
    try {
      SessionObject now = SessionReader.read(answer.bytes());
      return now.isDeleted() || !now.uid().equals(session.uid());
    } catch (IOException e) {
      return true;
    }
  }
}
