package dev.dbg.kube;

import dev.dbg.apiserver.ApiAnswer;
import dev.dbg.apiserver.ApiServer;
import java.io.IOException;
import java.util.concurrent.Semaphore;
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
    for (SessionRef session : live.all()) {
      atOnce.acquire();
      try {
        var _ =
            api.getLater(session.path())
                .whenComplete(
                    (answer, error) -> {
                      atOnce.release();
                      if (error == null && isGone(session, answer) && live.end(session)) {
                        LOG.info("{}: deleted", session);
                      }
                    });
      } catch (IOException e) {
        atOnce.release();
        LOG.warn("cannot look whether sessions were deleted: {}", e.getMessage());
        return;
      }
    }
  }

  /** So is one that cannot be read any more: its maker may have made it so. */
  private static boolean isGone(SessionRef session, ApiAnswer answer) {
    if (!answer.isOk()) {
      return answer.status() == ApiAnswer.NOT_FOUND;
    }
    try {
      if (answer.body().isEmpty()) {
        return true;
      }
      SessionObject now = SessionReader.read(answer.body().get());
      return now.isDeleted() || !now.uid().equals(session.uid());
    } catch (IOException e) {
      return true;
    }
  }
}
