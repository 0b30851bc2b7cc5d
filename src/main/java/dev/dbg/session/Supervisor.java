package dev.dbg.session;

import dev.dbg.enter.Entry;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.Outcome;
import dev.dbg.model.QuotedText;
import dev.dbg.trace.Stage;
import dev.dbg.trace.Trace;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Supervises a tool until it has ended: forwards the client's signals, and ends the tool when its
 * time limit is reached, when the client is gone, and when dbgd stops.
 *
 * <p>The connection's thread waits for packets; the tool's end wakes it by shutting down the
 * connection's reading side.
 */
public final class Supervisor {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

  /**
   * The signals that a client may send, and the signals that the tool gets for them. A tool's
   * process group is orphaned, so SIGTSTP would not stop it, signal(7): it gets SIGSTOP.
   */
  private static final Map<Integer, Integer> PASSED =
      Map.of(
          Signals.HUP, Signals.HUP,
          Signals.INT, Signals.INT,
          Signals.QUIT, Signals.QUIT,
          Signals.USR1, Signals.USR1,
          Signals.USR2, Signals.USR2,
          Signals.TERM, Signals.TERM,
          Signals.CONT, Signals.CONT,
          Signals.WINCH, Signals.WINCH,
          Signals.TSTP, Signals.STOP);

  /** How long a tool that was told to end may take; a capture writes its last packets. */
  static final Duration GRACE = Duration.ofSeconds(2);

  private final Entry entry;
  private final UnixConnection connection;
  private final ScheduledExecutorService deadlines;
  private Optional<EndOrder> order = Optional.empty(); // Guarded by this.

  Supervisor(Entry entry, UnixConnection connection, ScheduledExecutorService deadlines) {
    this.entry = entry;
    this.connection = connection;
    this.deadlines = deadlines;
  }

  /** An action that must succeed before the tool is started. */
  interface Preparation<E extends Exception> {
    void complete() throws E;
  }

  /**
   * Enters the container, starts the tool after {@code preparation}, and returns when the tool has
   * ended. {@code most} is its time limit; a tool that does not end by itself then is killed, and
   * is not waited for long. If the preparation fails, nothing is started, and {@code whenStarted}
   * does not run.
   */
  <E extends Exception> Entry.End run(
      Preparation<E> preparation, Duration most, Runnable whenStarted) throws E {
    CompletableFuture<Entry.End> end = entry.start();
    try {
      preparation.complete();
    } catch (Throwable e) {
      entry.forbid();
      letGoSoon();
      Entry.End _ = end.join();
      throw e;
    }
    entry.permit();
    ScheduledFuture<?> deadline =
        deadlines.schedule(this::timeOut, most.toMillis(), TimeUnit.MILLISECONDS);
    try {
      whenStarted.run();
      // While the tool runs: the next session then does not wait for a thread to start.
      OneUseThread.makeReady();
      return await(end);
    } catch (RuntimeException | Error e) {
      return afterFailure(e, end);
    } finally {
      deadline.cancel(false);
    }
  }

  /** Nothing runs without a session, and each session that began has a result. */
  private Entry.End afterFailure(Throwable why, CompletableFuture<Entry.End> end) {
    LOG.error("internal error in a session", QuotedText.copy(why));
    kill();
    Entry.End killed = end.join();
    return new Entry.End(
        new Outcome.Failed(
            "the tool was killed: internal error: see dbgd's journal: "
                + QuotedText.message(why.toString())),
        killed.cpuMicros(),
        killed.held());
  }

  private Entry.End await(CompletableFuture<Entry.End> end) {
    CompletableFuture<Void> woken = end.thenRun(connection::stopReceiving);
    try (Stage _ = Trace.stage("wait for the tool")) {
      passSignals();
      if (!end.isDone()) {
        hangUp();
      }
      return woken.thenCombine(end, (nothing, e) -> e).join();
    }
  }

  /** Ends the tool because of this order, unless it has been given another before. */
  void end(EndOrder given) {
    synchronized (this) {
      if (order.isPresent()) {
        return;
      }
      order = Optional.of(given);
    }
    switch (given) {
      case EndOrder.Killed killed -> terminate();
      case EndOrder.Stopped stopped -> hangUp();
    }
  }

  /** The order that the tool was ended by; empty if it ended without one. */
  synchronized Optional<EndOrder> order() {
    return order;
  }

  /** Ends the tool as if its terminal had hung up: its client is gone. */
  private void hangUp() {
    end(Signals.HUP);
  }

  /** Ends the tool as an administrator would, kill(1). */
  private void terminate() {
    end(Signals.TERM);
  }

  private void timeOut() {
    entry.noteTimeOut();
    terminate();
  }

  /**
   * Tells the tool to end, also if it is stopped, and kills it if it does not end soon. A tool that
   * ends by itself writes what it holds back, and a tracer detaches.
   */
  private void end(int signal) {
    entry.signal(signal);
    entry.signal(Signals.CONT);
    ScheduledFuture<?> _ = deadlines.schedule(this::kill, GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void kill() {
    entry.signal(Signals.KILL);
    letGoSoon();
  }

  /**
   * Stops waiting soon for a tool that is killed, or for a dbg-enter that is killed before it has
   * started the tool. It ends at once unless the kernel waits for a file system.
   */
  private void letGoSoon() {
    ScheduledFuture<?> _ =
        deadlines.schedule(entry::letGo, GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Carries out a client's packet; false for one that a client may not send. */
  private boolean passOn(Packets.Said said) throws KernelException {
    switch (said) {
      case Packets.Window window -> {
        entry.resize(window.size());
        return true;
      }
      case Packets.Signal signal -> {
        Integer passed = PASSED.get(signal.number());
        // Once stopped, it would keep what waits for it from going on or ending: Plan.holdsTarget.
        if (passed != null && !(passed == Signals.STOP && entry.holdsTarget())) {
          entry.signal(passed);
        }
        return passed != null;
      }
    }
  }

  /** Forwards signals until the tool has ended, or the client is gone or violates the protocol. */
  private void passSignals() {
    try {
      while (true) {
        Optional<UnixConnection.Packet> packet = connection.receive();
        if (packet.isEmpty()
            || packet.get().bringsDescriptors()
            || !passOn(Packets.said(packet.get().bytes()))) {
          return;
        }
      }
    } catch (KernelException | MalformedPacket e) {
      // Treat the client as gone.
    }
  }
}
