package dev.dbg.enter;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.socket.UnixConnection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections of clients that have no place. Those whose queue holds descriptors, which may
 * block as {@link SlowClose} says, it passes on to one process for all of them: nothing limits how
 * many there are, and they may wait for each other. None of them keeps anything of dbgd's.
 *
 * <p>For any thread.
 */
public final class CloserProcess {
  private static final Logger LOG = LoggerFactory.getLogger(CloserProcess.class);

  private final Helper helper;
  private final BlockingQueue<UnixConnection> waiting = new LinkedBlockingQueue<>();
  // Guarded by this.
  private boolean isStarted;

  /** The process is started when it is needed. */
  public CloserProcess(Helper helper) {
    this.helper = helper;
  }

  /** Does not block. Nobody else may use {@code connection}. */
  public void close(UnixConnection connection) {
    if (connection.isClear()) {
      connection.close();
    } else {
      waiting.add(connection);
      startOnce();
    }
  }

  /** If no thread can be started, the next client tries again. */
  private synchronized void startOnce() {
    if (!isStarted) {
      try {
        Thread _ = Thread.ofPlatform().name("closer").daemon().start(this::passAll);
        isStarted = true;
      } catch (OutOfMemoryError e) {
        LOG.warn("connections of clients that were turned away wait: {}", e.getMessage());
      }
    }
  }

  private void passAll() {
    Optional<UnixConnection> process = Optional.empty();
    try {
      while (true) {
        UnixConnection connection = waiting.take();
        try {
          process = Optional.of(process.isPresent() ? process.get() : start());
          pass(connection, process.get());
        } catch (KernelException | RuntimeException e) {
          LOG.error(
              "cannot close the connection of a client that was turned away, it stays open: {}",
              e.getMessage());
          // Another one is started only where it has ended: one that waits takes what comes.
          if (process.filter(UnixConnection::isGone).isPresent()) {
            process.ifPresent(UnixConnection::close);
            process = Optional.empty();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Nobody waits for its end, for which it may have to wait itself. */
  private UnixConnection start() throws KernelException {
    helper.open();
    List<UnixConnection> ends = UnixConnection.pair();
    try (UnixConnection theirs = ends.getLast()) {
      Child _ = Child.spawn(helper.prepare(HelperArgs.closer(theirs.fd())));
      return ends.getFirst();
    } catch (KernelException | RuntimeException e) {
      ends.getFirst().close();
      throw e;
    }
  }

  private static void pass(UnixConnection connection, UnixConnection to) throws KernelException {
    // It waits until the pipe is closed here, so that it closes the connection last.
    try (Pipe gate = Pipe.open()) {
      to.send(new byte[1], List.of(connection.fd(), gate.reader()));
      connection.close();
    }
  }
}
