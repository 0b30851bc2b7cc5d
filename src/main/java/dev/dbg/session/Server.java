package dev.dbg.session;

import dev.dbg.enter.Disposal;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PeerCredentials;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.kernel.UnixSocket;
import dev.dbg.model.ExitStatus;
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

  private final House house;
  private final UnixSocket socket;
  private final Limits connections;
  private final Floods floods;
  private final Admission admission;
  private final Doorstep doorstep = new Doorstep();
  private final ThreadFactory factory = Thread.ofPlatform().name("client-", 0).factory();
  private final ExecutorService threads = Executors.newCachedThreadPool(this::powerless);
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param connections how many clients may be connected, in all and for one user
   */
  public Server(House house, UnixSocket socket, Limits connections) {
    this.house = house;
    this.socket = socket;
    this.connections = connections;
    this.floods = new Floods(house.repetitions());
    this.admission = new Admission(new Pace(), floods);
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
    Limits.Place place;
    try {
      peer = client.peerBriefly();
    } catch (KernelException e) {
      LOG.warn("a client is turned away: {}", e.message());
      part(client, () -> {});
      return false;
    }
    try {
      place = connections.take(peer.uid());
    } catch (Limits.Full e) {
      turnAway(client, peer, e.message());
      return false;
    }
    if (!passTheLead()) {
      part(client, place);
      return false;
    }
    try {
      new Conversation(house, admission, peer, client).hold();
    } finally {
      part(client, place);
    }
    return true;
  }

  /** Closes a connection, at once or, where that could take for ever, in a process of its own. */
  private void part(UnixConnection connection, Limits.Place place) {
    if (connection.isClear()) {
      connection.close();
      place.close();
    } else {
      Disposal.begin(house.helper(), connection, place::close);
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
    house.sessions().forEach(Escort::hangUp);
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
