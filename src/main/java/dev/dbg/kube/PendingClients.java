package dev.dbg.kube;

import dev.dbg.kernel.socket.LoopbackConnection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The clients that have not begun a session. Nobody knows who they are; there are so many at most,
 * and one more ends the connection that waits longest. So whoever sends nothing, on however many
 * connections, keeps nobody else out. Any thread.
 */
final class PendingClients {
  private final int most;

  // Guarded by this. Of the same connection there is one record only.
  private final Set<LoopbackConnection> waiting = new LinkedHashSet<>();

  PendingClients(int most) {
    this.most = most;
  }

  synchronized void add(LoopbackConnection client) {
    if (waiting.size() >= most) {
      Iterator<LoopbackConnection> oldest = waiting.iterator();
      oldest.next().shutDown();
      oldest.remove();
    }
    waiting.add(client);
  }

  /** It waits no more, and will be closed or kept; false if its connection was ended. */
  synchronized boolean remove(LoopbackConnection client) {
    return waiting.remove(client);
  }

  /** Ends all connections. */
  synchronized void close() {
    waiting.forEach(LoopbackConnection::shutDown);
    waiting.clear();
  }
}
