package dev.dbg.session;

import dev.dbg.enter.Entry;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.wire.MalformedPacket;
import dev.dbg.wire.Packets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Stays with a tool until it has ended: passes the client's signals on, ends the tool when its time
 * is over, when the client is gone, and when dbgd stops.
 *
 * <p>The connection's own thread waits for the client; the tool's end wakes it by shutting the
 * connection's reading side.
 */
public final class Supervisor {

  /**
   * What a client may pass on, and what the tool gets. A tool is alone in its session, where
   * SIGTSTP is ignored by default: SIGSTOP does what is meant. A tracer is not stopped, since the
   * container's processes that it holds would be with it.
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

  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Entry entry;
  private final UnixConnection connection;
  private final ScheduledExecutorService deadlines;
  private final Set<Supervisor> sessions;

  /**
   * @param sessions where this one is while it lasts, so that dbgd can end it when it stops
   */
  Supervisor(
      Entry entry,
      UnixConnection connection,
      ScheduledExecutorService deadlines,
      Set<Supervisor> sessions) {
    this.entry = entry;
    this.connection = connection;
    this.deadlines = deadlines;
    this.sessions = sessions;
  }

  /** Something that must have happened before the tool is started, and may fail. */
  interface Before<E extends Exception> {
    void happen() throws E;
  }

  /**
   * Enters, starts the tool once {@code record} has happened, and comes back with its end, at most
   * {@code most} and a moment later.
   */
  <E extends Exception> Entry.End accompany(Before<E> record, Duration most) throws E {
    CompletableFuture<Void> recorded = new CompletableFuture<>();
    CompletableFuture<Entry.End> end = entry.start(recorded);
    boolean durable = false;
    try {
      record.happen();
      durable = true;
      recorded.complete(null);
    } finally {
      if (!durable) {
        boolean _ = recorded.cancel(false);
        Entry.End _ = end.join();
      }
    }
    sessions.add(this);
    ScheduledFuture<?> deadline =
        deadlines.schedule(this::timeOut, most.toMillis(), TimeUnit.MILLISECONDS);
    CompletableFuture<Void> woken = end.thenRun(connection::stopReceiving);
    try {
      passSignals();
      if (!end.isDone()) {
        hangUp();
      }
      return woken.thenCombine(end, (nothing, e) -> e).join();
    } finally {
      deadline.cancel(false);
      sessions.remove(this);
    }
  }

  /** Ends the tool as if its terminal were gone: it may tidy up for a moment, then it is killed. */
  public void hangUp() {
    entry.signal(Signals.HUP);
    entry.signal(Signals.CONT);
    ScheduledFuture<?> _ = deadlines.schedule(this::kill, GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void timeOut() {
    entry.timeOut();
    letGoSoon();
  }

  private void kill() {
    entry.signal(Signals.KILL);
    letGoSoon();
  }

  /** A tool that is killed ends at once, unless the kernel waits for a file system's answer. */
  private void letGoSoon() {
    ScheduledFuture<?> _ =
        deadlines.schedule(entry::letGo, GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Whether it was something that a client may say. */
  private boolean isPassed(Packets.Said said) throws KernelException {
    switch (said) {
      case Packets.Window window -> {
        entry.resize(window.size());
        return true;
      }
      case Packets.Signal signal -> {
        Integer passed = PASSED.get(signal.number());
        if (passed != null && !(passed == Signals.STOP && entry.holdsTarget())) {
          entry.signal(passed);
        }
        return passed != null;
      }
    }
  }

  /** Returns when the tool has ended or the client is gone, or says what no client says. */
  private void passSignals() {
    try {
      while (true) {
        Optional<UnixConnection.Packet> packet = connection.receive();
        if (packet.isEmpty()) {
          return;
        }
        if (packet.get().bringsDescriptors() || !isPassed(Packets.said(packet.get().bytes()))) {
          return;
        }
      }
    } catch (KernelException | MalformedPacket e) {
      // A client that breaks the protocol is treated as one that is gone.
    }
  }
}
