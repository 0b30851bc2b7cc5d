package dev.dbg.serve;

import dev.dbg.enter.SlowClose;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.kernel.socket.UnixSocket;
import dev.dbg.model.Refusal;
import dev.dbg.session.SessionLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients and serves each in a thread. One user's clients, however many and however slow,
 * do not take the places of another user's clients.
 */
public final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How long {@link #stop} takes at most. */
  public static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

  private final Agent agent;
  private final UnixSocket socket;
  private final SessionLimits connections;
  private final IdleMemory memory;
  private final FloodReports floods;
  private final Admission admission;
  private final RefusalDelay refusals = new RefusalDelay();
  private final ThreadFactory factory = Thread.ofPlatform().name("client-", 0).factory();
  private final ExecutorService threads = Executors.newCachedThreadPool(this::unprivileged);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable String draining;

  /**
   * @param connections limits the connected clients, in total and per user
   * @param memory is told of them
   */
  public Server(Agent agent, UnixSocket socket, SessionLimits connections, IdleMemory memory) {
    this.agent = agent;
    this.socket = socket;
    this.connections = connections;
    this.memory = memory;
    this.floods = new FloodReports(agent.services().repeats());
    this.admission = new Admission(new RequestRate(), floods);
  }

  /** A thread without effective capabilities, as it parses what clients send. */
  private Thread unprivileged(Runnable work) {
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
   * Leader and followers: accepts a client and serves it in this same thread, while another thread
   * takes over accepting. So no client waits for a thread to wake up.
   */
  private void lead() {
    while (true) {
      try {
        Optional<UnixConnection> client = socket.accept();
        if (client.isEmpty()) {
          ended.countDown();
          return;
        }
        if (admit(client.get())) {
          return;
        }
      } catch (KernelException e) {
        // Descriptors or memory are exhausted; connected clients will free some.
        LOG.error("cannot accept clients: {}", e.message());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Lets another thread accept clients; false if this thread must continue. */
  private boolean passTheLead() {
    try {
      threads.execute(this::lead);
      return true;
    } catch (OutOfMemoryError e) {
      LOG.error("no thread can be started, a client is turned away: {}", e.getMessage());
      return false;
    } catch (RejectedExecutionException e) {
      // dbgd is stopping: this client is the last one.
      ended.countDown();
      return true;
    }
  }

  /**
   * Serves a client to its end, if there is a place for it and a thread that takes over.
   *
   * @return whether it did; otherwise this thread continues to accept
   */
  private boolean admit(UnixConnection client) {
    PeerCredentials peer;
    SessionLimits.Place place;
    try {
      peer = client.peerBriefly();
    } catch (KernelException e) {
      LOG.warn("a client is turned away: {}", e.message());
      close(client, () -> {});
      return false;
    }
    try {
      place = memory.during(connections.take(peer.uid()));
    } catch (Refusal e) {
      turnAway(client, peer, e.message());
      return false;
    }
    String cause = draining;
    if (cause != null) {
      WaitingClients.refuse(client, "dbgd is being %s: try again in a moment".formatted(cause));
      close(client, place);
      return false;
    }
    if (!passTheLead()) {
      close(client, place);
      return false;
    }
    try {
      new RequestHandler(agent, admission, peer, client).run();
    } finally {
      close(client, place);
    }
    return true;
  }

  /** Closes a connection; in a separate process if closing it could block, {@link SlowClose}. */
  private void close(UnixConnection connection, SessionLimits.Place place) {
    if (connection.isClear()) {
      connection.close();
      place.close();
    } else {
      SlowClose.begin(agent.services().helper(), connection, place::close);
    }
  }

  /**
   * All clients wait for this thread, so it must not block: the first packets always fit into the
   * socket's buffer, and another thread writes the record and the log line.
   */
  private void turnAway(UnixConnection client, PeerCredentials peer, String why) {
    floods.turnedAway(peer, why);
    refusals.schedule(
        peer.uid(),
        () -> {
          WaitingClients.refuse(client, why);
          close(client, () -> {});
        });
  }

  /**
   * Lets the running sessions end by themselves, for this long at most. Meanwhile clients are told
   * to come again.
   *
   * @param cause to follow "dbgd is being"
   */
  public void drain(Duration most, String cause) {
    draining = cause;
    try {
      int left = agent.services().running().endWithin(most);
      if (left > 0) {
        LOG.info(
            "{} sessions are still running after {} s: they are ended", left, most.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops accepting clients, ends the running sessions, and waits for their records.
   *
   * @param cause to follow "dbgd was"
   */
  public void stop(String cause) {
    socket.stopAccepting();
    agent.services().running().stop(cause);
    admission.end();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("some sessions did not end within {} s", STOPS_WITHIN.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      refusals.close();
      floods.close();
    }
  }
}
