package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.socket.UnixConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection whose queue holds a client's descriptors, in a separate process: the close
 * may block for as long as the client wishes. Only a kernel before 6.16 lets a client send
 * descriptors ({@link UnixConnection}), and dbg sends none.
 */
public final class SlowClose {
  private static final Logger LOG = LoggerFactory.getLogger(SlowClose.class);

  private SlowClose() {}

  /**
   * Starts the process, and a thread that waits for it. Nobody else may use {@code connection}.
   * When it is closed, {@code over} runs; until then the client keeps its place among the
   * connections.
   */
  public static void begin(Helper helper, UnixConnection connection, Runnable over) {
    Thread _ =
        Thread.ofPlatform()
            .name("slow-close")
            .daemon()
            .start(
                () -> {
                  if (isClosed(helper, connection)) {
                    over.run();
                  }
                });
  }

  /** A connection that cannot be passed on stays open: closing it here could block for ever. */
  private static boolean isClosed(Helper helper, UnixConnection connection) {
    try (Pipe sync = Pipe.open()) {
      helper.open();
      Child child =
          Child.spawn(helper.prepare(HelperArgs.slowClose(connection.fd(), sync.reader())));
      // The process waits at the pipe until this is closed, so that it closes the connection last.
      connection.close();
      sync.writer().close();
      Child.Ended _ = child.await();
      return true;
    } catch (KernelException e) {
      LOG.error(
          "cannot close a connection whose client sent descriptors, it stays open: {}",
          e.message());
      return false;
    }
  }
}
