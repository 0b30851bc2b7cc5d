package dev.dbg.kube;

import dev.dbg.apiserver.ApiServer;
import dev.dbg.http.HttpAnswer;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.LoopbackConnection;
import dev.dbg.kernel.socket.LoopbackSocket;
import dev.dbg.model.Failure;
import dev.dbg.model.RawText;
import dev.dbg.wire.BehalfPacket;
import dev.dbg.wire.MalformedPacket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent: listens, and for each client either runs the session that it names or says why not.
 *
 * <p>A client has a thread. It reads the line, asks the API server, and then waits for {@code dbg
 * stdio}, which has the connection. Of two more threads one looks for objects that were deleted,
 * and one removes those of ended sessions: an API server that is slow to remove must not keep what
 * was deleted running.
 */
public final class ClusterAgent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger("kube");

  private static final int MOST_UNHEARD = 256;

  /** So many clients are answered at a time, which bounds the memory for what is read for them. */
  private static final int MOST_ANSWERED = 8;

  /**
   * Clients connect while the API server makes the object, and tell its name when it is made. An
   * admission webhook may take half a minute.
   */
  private static final Duration LINE_WITHIN = Duration.ofMinutes(1);

  private static final Duration ANSWER_TAKEN_WITHIN = Duration.ofSeconds(5);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int LONGEST_REFUSAL = 1000;

  /** A Java that has just started may be too slow for an answer. */
  private static final int FIRST_TRIES = 3;

  private static final String CHANGED =
      "the session was begun by another agent, or changed: type the line again";

  private final Settings settings;
  private final ApiServer api;
  private final LoopbackSocket socket;
  private final PoliciesInForce policies;
  private final EnforcementProbe guarded;
  private final SessionStatus status;
  private final LiveSessions live;
  private final EndedSessions ended;
  private final PendingEndNotes unnoted;
  private final SessionWatch watch;
  private final StartedSessions begun = new StartedSessions(System::nanoTime);
  private final PendingClients unheard = new PendingClients(MOST_UNHEARD);
  private final Semaphore answered = new Semaphore(MOST_ANSWERED, true);
  private final ScheduledExecutorService timer =
      // Virtual: an interrupt ends only their reads of a socket.
      Executors.newScheduledThreadPool(2, Thread.ofVirtual().name("kube-timer").factory());

  /**
   * What an agent is started with.
   *
   * @param port on 127.0.0.1; 0 for one that the kernel chooses
   * @param node the name of its node
   * @param pod the name of its pod
   * @param client the program {@code dbg}
   * @param dbgd the socket of dbgd
   * @param keep how long the object of an ended session stays
   * @param most how many sessions there may be
   * @param mostPerUser how many a user may have
   * @param every how often it looks for objects that were deleted
   * @param drain how long sessions may go on when it is stopped
   */
  public record Settings(
      int port,
      String node,
      String pod,
      Path client,
      Path dbgd,
      Duration keep,
      int most,
      int mostPerUser,
      Duration every,
      Duration drain) {}

  /** A session that was begun, with what dbgd is told. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Begun(SessionRef session, StdioProcess process, byte[] behalf) {}

  /** Why a client gets no session. The message is its answer. */
  private static final class NotBegun extends Failure {
    NotBegun(String message) {
      super(message);
    }
  }

  /** Listens; {@link #serve} accepts clients. */
  public ClusterAgent(Settings settings, ApiServer api) throws IOException {
    this.settings = settings;
    this.api = api;
    this.policies = new PoliciesInForce(api, System::nanoTime);
    this.guarded =
        new EnforcementProbe("dbg-session-status", policies.rule("dbg-session-status", 1));
    this.status = new SessionStatus(api, settings.pod, Clock.systemUTC());
    this.live = new LiveSessions(settings.most, settings.mostPerUser);
    this.ended = new EndedSessions(status, settings.keep, System::nanoTime);
    this.unnoted = new PendingEndNotes(status, ended);
    this.watch = new SessionWatch(api, live);
    // Before it listens: what is then made is made after a proof, and need not be made again.
    int tries = 0;
    while (tries < FIRST_TRIES && areLacking(policies.lacking(Instant.MAX, System.nanoTime()))) {
      tries++;
    }
    this.socket = LoopbackSocket.listen(settings.port);
  }

  public int port() throws KernelException {
    return socket.port();
  }

  /** Serves until {@link #close}. */
  public void serve() {
    long pause = settings.every.toMillis();
    var _ = timer.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
    var _ = timer.scheduleWithFixedDelay(this::removeOld, pause, pause, TimeUnit.MILLISECONDS);
    while (true) {
      try {
        Optional<LoopbackConnection> client = socket.accept();
        if (client.isEmpty()) {
          return;
        }
        unheard.add(client.get());
        start(client.get());
      } catch (KernelException e) {
        // Descriptors are exhausted; clients that leave will free some.
        LOG.error("cannot accept clients: {}", e.message());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void start(LoopbackConnection client) {
    try {
      Thread _ = Thread.ofPlatform().name("session").start(() -> answer(client));
    } catch (OutOfMemoryError e) {
      // The JVM throws it at a limit of threads too, however much memory is free.
      LOG.error("no thread can be started, a client is turned away: {}", e.getMessage());
      boolean _ = unheard.remove(client);
      client.close();
    }
  }

  private void look() {
    try {
      watch.look();
      unnoted.noteAgain();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      // Thrown on, it would be the last time that this is done.
      LOG.error("the watch over sessions failed", e);
    }
  }

  private void removeOld() {
    try {
      boolean _ = areLacking(policies.lackingYet());
      ended.removeOld();
    } catch (RuntimeException | Error e) {
      LOG.error("ended sessions cannot be removed", e);
    }
  }

  /** Says so in the log, before somebody makes a session. */
  private static boolean areLacking(Optional<String> why) {
    why.ifPresent(text -> LOG.error("no session is believed: {}", text));
    return why.isPresent();
  }

  private void answer(LoopbackConnection client) {
    try (client) {
      Begun session;
      try {
        session = begin(client);
      } catch (NotBegun e) {
        say(client, "refused " + printable(e.message()));
        return;
      } finally {
        boolean _ = unheard.remove(client);
      }
      run(client, session);
    } catch (IOException e) {
      // The client is gone, or too slow.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("a client's thread failed", e);
    }
  }

  private Begun begin(LoopbackConnection client)
      throws IOException, InterruptedException, NotBegun {
    SessionLine line =
        client
            .readLine(SessionLine.LONGEST, System.nanoTime() + LINE_WITHIN.toNanos())
            .flatMap(SessionLine::parse)
            .orElseThrow(
                () ->
                    new NotBegun(
                        "the first line is not dbg-session 1 NAMESPACE NAME KEY: use kubectl dbg of the agent's version"));
    // Who has said what it wants is not sent away for those who come later: they are.
    if (!unheard.remove(client)) {
      throw new IOException("it has waited longest of too many");
    }
    if (answered.getQueueLength() >= MOST_UNHEARD) {
      throw new NotBegun("too many ask this agent at once: try again");
    }
    answered.acquire();
    try {
      return begin(line);
    } finally {
      answered.release();
    }
  }

  private Begun begin(SessionLine line) throws NotBegun {
    SessionObject object = granted(line);
    long read = System.nanoTime();
    String name = object.ref().toString();
    Future<HttpAnswer> lie = status.lie(object.ref(), object.resourceVersion());
    Optional<String> lacking = policies.lacking(object.created(), read);
    if (lacking.isPresent()) {
      LOG.error("{}: refused: {}", name, lacking.get());
      throw new NotBegun("no session is believed: " + lacking.get());
    }
    StdioProcess process = new StdioProcess(settings.client, settings.dbgd);
    byte[] behalf;
    try {
      behalf = BehalfPacket.of(object.behalf(settings.pod));
    } catch (MalformedPacket e) {
      throw new NotBegun("dbgd cannot be told who asks for what: " + e.message());
    }
    if (!begun.begin(object.uid())) {
      throw new NotBegun("the session was begun before: type the line again");
    }
    Optional<String> full = live.add(object.ref(), process);
    if (full.isPresent()) {
      begun.forget(object.uid());
      throw new NotBegun(full.get());
    }
    boolean isNoted = false;
    try {
      requireGuarded(lie, object);
      noteThatItRuns(object);
      isNoted = true;
    } finally {
      if (!isNoted) {
        live.remove(object.ref());
      }
    }
    LOG.info("{}: begun", name);
    return new Begun(object.ref(), process, behalf);
  }

  private SessionObject granted(SessionLine line) throws NotBegun {
    HttpAnswer answer = asked(() -> api.get(SessionRef.path(line.namespace(), line.name())));
    if (answer.status() == HttpAnswer.NOT_FOUND) {
      throw new NotBegun(SessionCheck.UNKNOWN);
    }
    requireOk(answer, "show the session");
    if (answer.body().isEmpty()) {
      throw new NotBegun("the session's object is too long");
    }
    if (answer.date().isEmpty()) {
      throw new NotBegun("the API server does not say what time it is");
    }
    SessionObject object = asked(() -> SessionReader.read(answer.body().get()));
    Optional<String> refusal =
        SessionCheck.refusal(line, object, settings.node, answer.date().get());
    if (refusal.isPresent()) {
      throw new NotBegun(refusal.get());
    }
    return object;
  }

  /** That nobody else says what became of the session. */
  private void requireGuarded(Future<HttpAnswer> lie, SessionObject object) throws NotBegun {
    HttpAnswer answer = asked(() -> ApiServer.await(lie));
    if (answer.status() == HttpAnswer.CONFLICT || answer.status() == HttpAnswer.NOT_FOUND) {
      throw new NotBegun(CHANGED);
    }
    try {
      guarded.require(object.ref().name(), answer);
    } catch (IOException e) {
      LOG.error("{}: refused: {}", object.ref(), e.getMessage());
      throw new NotBegun("no session is believed: " + e.getMessage());
    }
  }

  private void noteThatItRuns(SessionObject object) throws NotBegun {
    HttpAnswer answer;
    try {
      answer = status.run(object.ref(), object.resourceVersion());
    } catch (IOException e) {
      LOG.warn("{}: {}", object.ref(), e.getMessage());
      // It may have been noted all the same.
      unnoted.noteLater(object.ref());
      throw new NotBegun(String.valueOf(e.getMessage()));
    }
    if (answer.status() == HttpAnswer.CONFLICT) {
      throw new NotBegun(CHANGED);
    }
    requireOk(answer, "note that the session runs");
  }

  private static <T> T asked(KernelException.Attempt<T, IOException> question) throws NotBegun {
    try {
      return question.make();
    } catch (IOException e) {
      LOG.warn("{}", e.getMessage());
      throw new NotBegun(String.valueOf(e.getMessage()));
    }
  }

  private static void requireOk(HttpAnswer answer, String what) throws NotBegun {
    if (!answer.isOk()) {
      LOG.warn("the API server does not {}: status {}", what, answer.status());
      throw new NotBegun("the API server does not %s: %s".formatted(what, answer.shown()));
    }
  }

  private void run(LoopbackConnection client, Begun begun) {
    OptionalInt exit = OptionalInt.empty();
    try {
      say(client, "ok");
      exit = begun.process.run(client, begun.behalf);
    } catch (IOException e) {
      LOG.warn("{}: {}", begun.session, e.getMessage());
    } finally {
      LOG.info("{}: ended", begun.session);
      try {
        unnoted.note(begun.session, exit);
      } finally {
        live.remove(begun.session);
      }
    }
  }

  private static void say(LoopbackConnection client, String words) throws IOException {
    byte[] line = "dbg-agent 1 %s\n".formatted(words).getBytes(StandardCharsets.US_ASCII);
    client.send(line, System.nanoTime() + ANSWER_TAKEN_WITHIN.toNanos());
  }

  /** Printable ASCII, and not too long. */
  private static String printable(String text) {
    String plain = RawText.printable(text).replaceAll("[^ -~]", "?");
    return plain.substring(0, Math.min(plain.length(), LONGEST_REFUSAL));
  }

  /**
   * Lets sessions end, as dbgd beside it does, ends the others, notes their ends, and removes the
   * objects of all that have ended: nobody does that after this.
   */
  @Override
  public void close() {
    socket.stopAccepting();
    unheard.close();
    try {
      live.drain(settings.drain.toMillis());
      timer.shutdownNow();
      live.close(ENDS_WITHIN.toMillis()).forEach(ended::add);
      // What the timer holds in its hands it puts back.
      boolean _ = timer.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    unnoted.takeAll().forEach(ended::add);
    ended.removeAll(System.nanoTime() + ENDS_WITHIN.toNanos());
  }

  /**
   * The clients that have not begun a session. Nobody knows who they are; there are so many at
   * most, and one more ends the connection that waits longest. So whoever sends nothing, on however
   * many connections, keeps nobody else out. Any thread.
   */
  private static final class PendingClients {
    private final int most;

    // Guarded by this. Of the same connection there is one record only.
    private final Set<LoopbackConnection> waiting = new LinkedHashSet<>();

    PendingClients(int most) {
      this.most = most;
    }

    synchronized void add(LoopbackConnection client) {
      if (waiting.size() >= most) {
        Iterator<LoopbackConnection> oldest = waiting.iterator();
        oldest.next().shutDown();
        oldest.remove();
      }
      waiting.add(client);
    }

    /** It waits no more, and will be closed or kept; false if its connection was ended. */
    synchronized boolean remove(LoopbackConnection client) {
      return waiting.remove(client);
    }

    /** Ends all connections. */
    synchronized void close() {
      waiting.forEach(LoopbackConnection::shutDown);
      waiting.clear();
    }
  }

  /**
   * Ends sessions whose objects are deleted: that is how a cluster's administrator ends one. An API
   * server that does not answer ends none.
   */
  private record SessionWatch(ApiServer api, LiveSessions live, Semaphore atOnce) {
    private static final Logger LOG = LoggerFactory.getLogger("kube");

    /** So many questions are open at a time. */
    private static final int MOST = 8;

    SessionWatch(ApiServer api, LiveSessions live) {
      this(api, live, new Semaphore(MOST));
    }

    /** Asks for each session once. For one thread. */
    void look() throws InterruptedException {
      AtomicBoolean failed = new AtomicBoolean();
      for (SessionRef session : live.all()) {
        atOnce.acquire();
        Thread _ = Thread.ofVirtual().start(() -> look(session, failed));
      }
    }

    private void look(SessionRef session, AtomicBoolean failed) {
      try {
        if (isGone(session, api.get(session.path())) && live.end(session)) {
          LOG.info("{}: deleted", session);
        }
      } catch (IOException e) {
        if (!failed.getAndSet(true)) {
          LOG.warn("cannot look whether sessions were deleted: {}", e.getMessage());
        }
      } finally {
        atOnce.release();
      }
    }

    /** So is one that cannot be read any more: its maker may have made it so. */
    private static boolean isGone(SessionRef session, HttpAnswer answer) {
      if (!answer.isOk()) {
        return answer.status() == HttpAnswer.NOT_FOUND;
      }
      try {
        SessionObject now = SessionReader.read(answer.bytes());
        return now.isDeleted() || !now.uid().equals(session.uid());
      } catch (IOException e) {
        return true;
      }
    }
  }
}
