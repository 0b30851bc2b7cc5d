package dev.dbg.serve;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.kernel.socket.UnixSocket;
import dev.dbg.wire.Reply;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients that wait at systemd's socket for a dbgd that cannot start. They are told so; nothing
 * that they sent is read.
 */
public final class WaitingClients {
  private static final Logger LOG = LoggerFactory.getLogger(WaitingClients.class);

  /** More than can wait at once; a client that comes later is dropped by systemd. */
  private static final int MOST = 1024;

  private WaitingClients() {}

  /** Refuses all that wait now. Does nothing if systemd passed no socket. */
  public static void refuseAll(String why) {
    try {
      Optional<UnixSocket> socket = UnixSocket.fromSystemd();
      for (int i = 0; socket.isPresent() && i < MOST; i++) {
        Optional<UnixConnection> client = socket.get().accept(0);
        if (client.isEmpty()) {
          return;
        }
        refuse(client.get(), why);
      }
    } catch (KernelException e) {
      LOG.warn("waiting clients cannot be told why dbgd does not start: {}", e.message());
    }
  }

  /** Tells a client why its request is not read. The caller still has to close the connection. */
  static void refuse(UnixConnection client, String why) {
    new Reply(client).fail(why);
  }
}
