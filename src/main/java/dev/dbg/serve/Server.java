package dev.dbg.serve;

import dev.dbg.enter.SlowClose;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.kernel.socket.UnixSocket;
import dev.dbg.model.ExitStatus;
import dev.dbg.session.SessionLimits;
import dev.dbg.session.Supervisor;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets clients in and gives each a thread. One user's clients, however many and however slow, never
 * take the places of another's.
 */
public final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration DRAIN_WITHIN = Duration.ofSeconds(10);

  private final Agent agent;
  private final UnixSocket socket;
  private final SessionLimits connections;
  private final FloodReports floods;
  private final Admission admission;
  private final RefusalDelay doorstep = new RefusalDelay();
  private final ThreadFactory factory = Thread.ofPlatform().name("client-", 0).factory();
  private final ExecutorService threads = Executors.newCachedThreadPool(this::powerless);
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param connections how many clients may be connected, in all and for one user
   */
  public Server(Agent agent, UnixSocket socket, SessionLimits connections) {
    this.agent = agent;
    this.socket = socket;
    this.connections = connections;
    this.floods = new FloodReports(agent.services().repeats());
    this.admission = new Admission(new RequestRate(), floods);
  }

  /** A thread that looks at strangers' bytes: it has no capability in effect while it does. */
  private Thread powerless(Runnable work) {
    return factory.newThread(
        () -> {
          Capabilities.lower();
          work.run();
        });
  }

  /** Serves until {@link #stop}. */
  public void serve() throws InterruptedException {
    threads.execute(this::lead);
    ended.await();
  }

  /**
   * Waits for a client and talks with it in this very thread, while another takes over the waiting:
   * no client waits for a thread to wake up.
   */
  private void lead() {
    while (true) {
      try {
        Optional<UnixConnection> client = socket.accept();
        if (client.isEmpty()) {
          ended.countDown();
          return;
        }
        if (letIn(client.get())) {
          return;
        }
      } catch (KernelException e) {
        // No descriptors or no memory left: those who are in go on, and end some time.
        LOG.error("no client can be let in: {}", e.message());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Whether this thread may turn to its client; else it has to go on leading. */
  private boolean passTheLead() {
    try {
      threads.execute(this::lead);
      return true;
    } catch (OutOfMemoryError e) {
      LOG.error("no thread can be started, a client is turned away: {}", e.getMessage());
      return false;
    } catch (RejectedExecutionException e) {
      // dbgd is stopping: this client was the last to get in.
      ended.countDown();
      return true;
    }
  }

  /**
   * Talks with a client to its end, if there is a place for it and a thread to lead on.
   *
   * @return whether it did; otherwise this thread leads on
   */
  private boolean letIn(UnixConnection client) {
    PeerCredentials peer;
    SessionLimits.Place place;
    try {
      peer = client.peerBriefly();
    } catch (KernelException e) {
      LOG.warn("a client is turned away: {}", e.message());
      part(client, () -> {});
      return false;
    }
    try {
      place = connections.take(peer.uid());
    } catch (SessionLimits.Full e) {
      turnAway(client, peer, e.message());
      return false;
    }
    if (!passTheLead()) {
      part(client, place);
      return false;
    }
    try {
      new RequestHandler(agent, admission, peer, client).hold();
    } finally {
      part(client, place);
    }
    return true;
  }

  /** Closes a connection, at once or, where that could take for ever, in a process of its own. */
  private void part(UnixConnection connection, SessionLimits.Place place) {
    if (connection.isClear()) {
      connection.close();
      place.close();
    } else {
      SlowClose.begin(agent.services().helper(), connection, place::close);
    }
  }

  /**
   * This thread lets everybody in, and whoever was turned away comes back at once. So it waits for
   * nothing: what is sent first always fits into the socket, and the record and the journal are
   * another thread's.
   */
  private void turnAway(UnixConnection client, PeerCredentials peer, String why) {
    floods.turnedAway(peer, why);
    doorstep.thenDo(
        peer.uid(),
        () -> {
          Reply reply = new Reply(client);
          reply.complain(why);
          reply.exit(ExitStatus.DBG_FAILED);
          part(client, () -> {});
        });
  }

  /** Lets nobody in any more, ends the sessions that are going on, and waits for their records. */
  public void stop() {
    socket.stopAccepting();
    agent.services().running().forEach(Supervisor::hangUp);
    admission.end();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(DRAIN_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("some sessions did not end within {} s", DRAIN_WITHIN.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      doorstep.close();
      floods.close();
    }
  }
}
