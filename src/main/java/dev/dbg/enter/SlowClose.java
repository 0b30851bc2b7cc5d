package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.socket.UnixConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection in whose queue descriptors of a stranger's lie: in a process of its own,
 * which may wait for as long as the stranger likes, and nobody for it. Only a kernel before 6.16
 * lets a client send any ({@link UnixConnection}), and no client of dbg's does.
 */
public final class SlowClose {
  private static final Logger LOG = LoggerFactory.getLogger(SlowClose.class);

  private SlowClose() {}

  /**
   * Begins it, in a thread that waits for the process.
   *
   * @param connection nobody else's by now
   * @param over what is to be done when it is closed: whoever fills the queues has no place before
   */
  public static void begin(Helper helper, UnixConnection connection, Runnable over) {
    Thread _ =
        Thread.ofPlatform()
            .name("disposal")
            .daemon()
            .start(
                () -> {
                  if (isDisposed(helper, connection)) {
                    over.run();
                  }
                });
  }

  /** A connection that cannot be handed over stays open: closing it here could wait for ever. */
  private static boolean isDisposed(Helper helper, UnixConnection connection) {
    try (Pipe sync = Pipe.open()) {
      helper.open();
      Child child =
          Child.spawn(helper.prepare(HelperArgs.slowClose(connection.fd(), sync.reader())));
      // The process is to be the last that has it: it waits for the gate, which opens after this.
      connection.close();
      sync.writer().close();
      Child.End _ = child.await();
      return true;
    } catch (KernelException e) {
      LOG.error("a connection with descriptors of a client's stays open: {}", e.message());
      return false;
    }
  }
}
