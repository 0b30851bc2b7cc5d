package dev.dbg.serve;

import dev.dbg.enter.CloserProcess;
import dev.dbg.enter.SlowClose;
import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.process.SubordinateIds;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.kernel.socket.UnixSocket;
import dev.dbg.model.OperatorId;
import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import dev.dbg.session.FairShare;
import dev.dbg.session.Session;
import dev.dbg.session.SessionLimits;
import dev.dbg.wire.Reply;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts clients and serves each in a thread. One user's clients, however many and however slow,
 * do not take the places of another user's clients.
 */
public final class Server {
  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** At least so many clients may wait until the user database has been asked for their user. */
  private static final int MOST_NEW = 64;

  private static final KnownUsers.Stranger TOO_MANY =
      new KnownUsers.Stranger(
          KnownUsers.NOBODYS,
          Refusal.failed("too many users at once whom dbgd has not seen lately: try again"));

  /** An account of most hosts. */
  private static final Uid NOBODY = new Uid(65_534);

  /** How long {@link #stop} takes at most. */
  public static final Duration STOPS_WITHIN = Duration.ofSeconds(10);

  private final DaemonServices agent;
  private final UnixSocket socket;
  private final Optional<Uid> clusterAgent;
  private final KnownUsers users;
  private final SessionLimits connections;
  private final FairShare<OperatorId> newUsers;
  private final IdleMemory memory;
  private final FloodReports floods;
  private final Admission admission;
  private final RefusalDelay refusals = new RefusalDelay();
  private final CloserProcess closer;
  private final ThreadFactory factory = Thread.ofPlatform().name("client-", 0).factory();
  private final ExecutorService threads = Executors.newCachedThreadPool(this::unprivileged);
  private final CountDownLatch ended = new CountDownLatch(1);

  /**
   * @param most the most connected clients
   * @param mostPerUser the most of a user
   * @param memory is told of them
   * @param clusterAgent the user of the agent that asks for users of the cluster; empty for none
   */
  public Server(
      DaemonServices agent,
      UnixSocket socket,
      int most,
      int mostPerUser,
      IdleMemory memory,
      Optional<Uid> clusterAgent) {
    this.agent = agent;
    this.clusterAgent = clusterAgent;
    this.socket = socket;
    this.users =
        new KnownUsers(SubordinateIds.uids(), agent.services().rights()::get, clusterAgent);
    this.connections = new SessionLimits(most, mostPerUser);
    this.newUsers = new FairShare<>(Math.max(most, MOST_NEW), Math.max(most, MOST_NEW) / 2);
    this.memory = memory;
    this.floods = new FloodReports(agent.services().repeats());
    this.admission = new Admission(new RequestRate(), floods);
    this.closer = new CloserProcess(agent.services().helper());
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
        Optional<UnixConnection> client = socket.accept(UnixSocket.FOREVER);
        if (client.isEmpty()) {
          ended.countDown();
          return;
        }
        Lead lead = new Lead();
        try {
          admit(client.get(), lead);
        } catch (RuntimeException | OutOfMemoryError e) {
          // Nobody else accepts clients.
          LOG.error("a client is turned away: {}", e.toString());
          abandon(client.get());
        }
        if (lead.isPassed) {
          return;
        }
      } catch (KernelException e) {
        // Descriptors or memory are exhausted; connected clients will free some.
        LOG.error("cannot accept clients: {}", e.message());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** Of the thread that accepts clients, until it has passed that on. */
  private final class Lead {
    boolean isPassed;

    /** Lets another thread accept clients; false if this thread must continue. */
    boolean pass() {
      try {
        threads.execute(Server.this::lead);
        isPassed = true;
      } catch (OutOfMemoryError e) {
        LOG.error("no thread can be started, a client is turned away: {}", e.getMessage());
      } catch (RejectedExecutionException e) {
        // dbgd is stopping: this client is the last one.
        ended.countDown();
        isPassed = true;
      }
      return isPassed;
    }
  }

  /** Serves a client to its end, if there is a place for it and a thread that takes over. */
  private void admit(UnixConnection client, Lead lead) {
    PeerCredentials peer;
    KnownUsers.Standing standing;
    try {
      peer = PeerCredentials.briefly(client.fd());
      standing = users.seen(peer.uid());
    } catch (KernelException e) {
      LOG.warn("a client is turned away: {}", e.message());
      close(client);
      return;
    }
    // A switch makes a class when it is first reached, and then a client waits.
    if (standing instanceof KnownUsers.KnownUser) {
      if (isAgent(peer)) {
        introduce(client, peer, lead);
      } else {
        serve(client, unintroduced(peer), lead::pass);
      }
    } else if (standing instanceof KnownUsers.Unasked unasked) {
      ask(client, peer, unasked, lead);
    } else {
      turnAway(client, unintroduced(peer), standing);
    }
  }

  /** A server of dbgd itself alone, which accepts nobody: for {@link #rehearse}. */
  Server rehearsing(DaemonServices rehearsal) {
    return new Server(rehearsal, socket, 1, 1, memory, Optional.empty());
  }

  /** Serves dbgd, which is at the other end, as it serves a client whose user it has to ask for. */
  void rehearse(UnixConnection client) throws KernelException {
    KnownUsers.Standing _ = users.seen(NOBODY);
    KnownUsers.Standing _ = users.ask(NOBODY);
    follow(client, unintroduced(PeerCredentials.briefly(client.fd())));
  }

  /**
   * Like {@link #admit}, for a client whose user the user database has to be asked for, which may
   * take long: another thread accepts clients meanwhile.
   */
  private void ask(
      UnixConnection client, PeerCredentials peer, KnownUsers.Unasked unasked, Lead lead) {
    Optional<FairShare<OperatorId>.Part> share = newUsers.take(unasked.countedTo(), 1);
    if (share.isEmpty()) {
      turnAway(client, unintroduced(peer), TOO_MANY);
      return;
    }
    KnownUsers.Standing standing;
    try (FairShare<OperatorId>.Part _ = share.get()) {
      if (!lead.pass()) {
        close(client);
        return;
      }
      standing = users.ask(peer.uid());
    }
    if (!(standing instanceof KnownUsers.KnownUser)) {
      turnAway(client, unintroduced(peer), standing);
    } else if (isAgent(peer)) {
      greet(client, peer);
    } else {
      follow(client, unintroduced(peer));
    }
  }

  private boolean isAgent(PeerCredentials peer) {
    return clusterAgent.equals(Optional.of(peer.uid()));
  }

  private static Caller unintroduced(PeerCredentials peer) {
    return new Caller(peer, Optional.empty());
  }

  /**
   * Like {@link #admit}, for the agent of the cluster, which has to say for whom it asks: another
   * thread accepts clients meanwhile.
   */
  private void introduce(UnixConnection client, PeerCredentials peer, Lead lead) {
    if (lead.pass()) {
      greet(client, peer);
    } else {
      close(client);
    }
  }

  /** Until it has said so, it has a place of those whose user is not known yet. */
  private void greet(UnixConnection client, PeerCredentials peer) {
    Optional<FairShare<OperatorId>.Part> share = newUsers.take(peer.uid(), 1);
    if (share.isEmpty()) {
      turnAway(client, unintroduced(peer), TOO_MANY);
      return;
    }
    Optional<Caller> caller;
    try (FairShare<OperatorId>.Part _ = share.get()) {
      caller = new ClusterHandshake(agent.services().repeats(), peer, client).caller();
    }
    if (caller.isEmpty()) {
      close(client);
    } else {
      follow(client, caller.get());
    }
  }

  /** Serves a client while another thread accepts clients already. */
  private void follow(UnixConnection client, Caller caller) {
    serve(client, caller, () -> true);
  }

  private void serve(UnixConnection client, Caller caller, BooleanSupplier passed) {
    SessionLimits.Place place;
    try {
      place = memory.during(connections.take(caller.id()));
    } catch (Refusal e) {
      turnAway(client, caller, e);
      return;
    }
    Optional<String> closed = agent.services().running().closed();
    if (closed.isPresent()) {
      WaitingClients.refuse(client, closed.get());
      close(client, place);
      return;
    }
    if (!passed.getAsBoolean()) {
      close(client, place);
      return;
    }
    boolean isOurs = true;
    try {
      // Its account may have been removed since it was let in the last time.
      KnownUsers.Standing now = users.ask(caller.peer().uid());
      if (now instanceof KnownUsers.KnownUser) {
        new RequestHandler(agent, admission, caller, client).run();
      } else {
        isOurs = false;
        place.close();
        turnAway(client, caller, now);
      }
    } finally {
      if (isOurs) {
        close(client, place);
      }
    }
  }

  /** Of a client that has no place. */
  private void close(UnixConnection connection) {
    closer.close(connection);
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

  /** Closes it also where no thread can be started for that: then it stays open. */
  private void abandon(UnixConnection connection) {
    try {
      close(connection);
    } catch (OutOfMemoryError e) {
      LOG.error("no thread can be started, a connection stays open: {}", e.getMessage());
    }
  }

  private void turnAway(UnixConnection client, Caller caller, Refusal why) {
    floods.turnedAway(caller, why);
    refuseLater(client, caller.id(), why);
  }

  /** Only a known user is served: whoever is neither that nor a stranger is not even answered. */
  private void turnAway(UnixConnection client, Caller caller, KnownUsers.Standing standing) {
    if (standing instanceof KnownUsers.Stranger stranger) {
      floods.turnedAway(caller, stranger);
      refuseLater(client, stranger.charged(), stranger.why());
    } else {
      close(client);
    }
  }

  /**
   * All clients wait for this thread, so it must not block: the first packets always fit into the
   * socket's buffer, and another thread writes the record and the log line.
   */
  private void refuseLater(UnixConnection client, OperatorId charged, Refusal why) {
    refusals.schedule(
        charged,
        () -> {
          Session.refuse(new Reply(client), why);
          close(client);
        });
  }

  /**
   * Lets the running sessions end by themselves, for this long at most. Meanwhile clients are told
   * to come again.
   *
   * @param cause to follow "dbgd is being"
   */
  public void drain(Duration most, String cause) {
    agent.services().running().close(cause);
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

  /**
   * Delays the answer to clients that are turned away, because most reconnect at once. A delayed
   * client costs one descriptor. Clients beyond the delay's limits are answered at once, but not by
   * the thread that accepts clients.
   */
  private static final class RefusalDelay implements AutoCloseable {
    private static final Duration DELAY = Duration.ofMillis(500);
    private static final int MOST = 2048;
    private static final int MOST_PER_USER = 512;

    private static final int MOST_UNDELAYED = 512;
    private static final int MOST_UNDELAYED_PER_USER = 128;

    private final FairShare<OperatorId> delayed = new FairShare<>(MOST, MOST_PER_USER);
    private final FairShare<OperatorId> undelayed =
        new FairShare<>(MOST_UNDELAYED, MOST_UNDELAYED_PER_USER);
    private final ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().name("refusals").daemon().factory());

    /** Runs {@code refuse} after the delay, or at once. */
    void schedule(OperatorId user, Runnable refuse) {
      Optional<FairShare<OperatorId>.Part> place = delayed.take(user, 1);
      Duration delay = place.isPresent() ? DELAY : Duration.ZERO;
      Optional<FairShare<OperatorId>.Part> taken = place.or(() -> undelayed.take(user, 1));
      if (taken.isEmpty() || clock.isShutdown()) {
        taken.ifPresent(FairShare.Part::close);
        refuse.run();
        return;
      }
      var _ =
          clock.schedule(
              () -> {
                try (var _ = taken.get()) {
                  refuse.run();
                }
              },
              delay.toMillis(),
              TimeUnit.MILLISECONDS);
    }

    /** Clients that are waiting are still answered, after their delay. */
    @Override
    public void close() {
      clock.shutdown();
    }
  }
}
