package dev.dbg.enter;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.socket.Channel;
import dev.dbg.model.Gid;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.RawText;
import dev.dbg.model.Uid;
import dev.dbg.resolve.user.UserReaders.TakenQuestion;
import dev.dbg.toolroot.EmptyNamespaces;
import dev.dbg.toolroot.ToolRoots;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A process of dbgd's that reads what strangers wrote, with less rights than dbgd: the same Java
 * program, confined by dbg-enter as a tool is, in the empty namespaces, without a network. If no
 * session waits for it, sessions come first when processors are scarce. It is started for the first
 * question, and ends when it had none for a while, and with dbgd. If it dies, those who wait for
 * its answers are told, and the next question starts another.
 *
 * <p>For any thread.
 */
public final class ReaderProcess implements Reader {
  /** How long it stays without a question. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** How long a question may wait until the process takes it. */
  private static final Duration TAKES_WITHIN = Duration.ofSeconds(10);

  /**
   * How long dbg-enter, which takes a millisecond, may take to execute Java. Until then the user
   * whose rights it has can stop it, kill(2).
   */
  private static final Duration EXECUTES_WITHIN = Duration.ofSeconds(5);

  private static final int LONGEST_REPORT = 4096;

  /** Never closed. */
  private static final Fd STANDARD_ERROR = new Fd(2);

  private static final List<byte[]> ENVIRONMENT =
      List.of(
          RawText.encode("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
          RawText.encode("LANG=C"),
          RawText.encode("LC_CTYPE=C.UTF-8"),
          RawText.encode("MALLOC_ARENA_MAX=1"));

  private final Helper helper;
  private final ToolRoots roots;
  private final ScheduledExecutorService deadlines;
  private final Role role;

  /** Starting one takes a processor for a third of a second. */
  private static final Semaphore STARTS =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);

  /** Held by who asks, and so perhaps for as long as a start takes. */
  private final ReentrantLock asking = new ReentrantLock();

  private final AtomicInteger inUse = new AtomicInteger();
  private volatile @Nullable Running running;
  private volatile boolean closed;

  // Guarded by the lock.
  private @Nullable ScheduledFuture<?> end;

  /**
   * What the process is.
   *
   * @param uid whom it opens files as
   * @param capabilities the kernel's mask of those that it keeps
   * @param asksEngines whether it may connect to Unix sockets; then sessions wait for it, and
   *     nobody hears what it complains of, since a user has written it
   * @param command the Java program with its options and arguments
   */
  public record Role(
      Uid uid, Gid gid, long capabilities, boolean asksEngines, List<String> command) {
    public Role {
      command = List.copyOf(command);
    }

    String java() {
      return command.getFirst();
    }

    /** An engine's socket says who listens there, but in no other pid namespace. */
    boolean isInEmptyPid() {
      return !asksEngines;
    }

    private Set<NamespaceKind> empty() {
      Set<NamespaceKind> kinds =
          EnumSet.of(NamespaceKind.NET, NamespaceKind.IPC, NamespaceKind.UTS);
      if (isInEmptyPid()) {
        boolean _ = kinds.add(NamespaceKind.PID);
      }
      return kinds;
    }
  }

  private record Running(Channel questions, Child child, CompletableFuture<Void> gone, long since) {
    boolean isAlive() {
      return !gone.isDone();
    }
  }

  public ReaderProcess(
      Helper helper, ToolRoots roots, ScheduledExecutorService deadlines, Role role) {
    this.helper = helper;
    this.roots = roots;
    this.deadlines = deadlines;
    this.role = role;
  }

  @Override
  public TakenQuestion ask(byte[] question, List<Fd> descriptors) throws IOException {
    if (question.length > Channel.LONGEST) {
      throw new IOException(
          "the question has %d bytes, of at most %d".formatted(question.length, Channel.LONGEST));
    }
    asking.lock();
    try {
      if (end != null) {
        boolean _ = end.cancel(false);
      }
      Running asked = running;
      if (closed) {
        throw new ReaderClosed();
      }
      if (asked == null || !asked.isAlive() || !takes(asked, question, descriptors)) {
        end();
        asked = start();
        asked.questions.send(question, descriptors);
      }
      int _ = inUse.incrementAndGet();
      return new TakenQuestion(asked.since, this::release);
    } catch (IOException | RuntimeException e) {
      end();
      throw e;
    } finally {
      asking.unlock();
    }
  }

  /** It may have died a moment ago. */
  private static boolean takes(Running asked, byte[] question, List<Fd> descriptors)
      throws KernelException {
    try {
      asked.questions.send(question, descriptors);
      return true;
    } catch (KernelException e) {
      if (e.isTimeout()) {
        throw e;
      }
      return false;
    }
  }

  private void release() {
    if (inUse.decrementAndGet() == 0) {
      asking.lock();
      try {
        end = deadlines.schedule(this::endIdle, IDLE.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        asking.unlock();
      }
    }
  }

  @Override
  public boolean isIdle() {
    return inUse.get() == 0 && !asking.isLocked();
  }

  /** Who asks at this moment makes it busy; the deadlines must not wait for that. */
  private void endIdle() {
    if (asking.tryLock()) {
      try {
        if (inUse.get() == 0) {
          end();
        }
      } finally {
        asking.unlock();
      }
    }
  }

  private void end() {
    kill();
    running = null;
  }

  /** Starts the process, unless this is closed. That of the log waits for no user's. */
  private Running start() throws IOException {
    if (role.asksEngines) {
      STARTS.acquireUninterruptibly();
    }
    try {
      Running started = started();
      running = started;
      if (closed) {
        end();
        throw new ReaderClosed();
      }
      return started;
    } finally {
      if (role.asksEngines) {
        STARTS.release();
      }
    }
  }

  private Running started() throws IOException {
    helper.open();
    List<Channel> ends = Channel.pair();
    Channel mine = ends.getFirst();
    try (Channel theirs = ends.getLast()) {
      mine.sendWithin(TAKES_WITHIN);
      CompletableFuture<Child> started = new CompletableFuture<>();
      EmptyNamespaces empty = roots.empty();
      CompletableFuture<Void> gone =
          OneUseThread.start("reader", () -> run(mine, theirs, empty, started));
      Object _ = CompletableFuture.anyOf(started, gone).join();
      return new Running(mine, started.join(), gone, System.nanoTime());
    } catch (CompletionException e) {
      mine.close();
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (Throwable e) {
      mine.close();
      throw e;
    }
  }

  /** The kernel kills the process when the thread that spawned it ends: it waits. */
  private Void run(
      Channel mine, Channel theirs, EmptyNamespaces empty, CompletableFuture<Child> started)
      throws IOException {
    Child child;
    try (Pipe report = Pipe.open();
        Pipe start = Pipe.open();
        Fd nothing = Fd.open("/dev/null", Native.O_WRONLY)) {
      start.put();
      Fd complaints = role.asksEngines ? nothing : STANDARD_ERROR;
      HelperArgs args =
          HelperArgs.reader(
              List.of(theirs.fd(), complaints, complaints), report.writer(), start.reader(), role);
      Child.Prepared prepared = helper.prepare(args, role.command, ENVIRONMENT);
      // A thread in another pid namespace can start none, as the first deadline would.
      CompletableFuture<Child> spawned = new CompletableFuture<>();
      ScheduledFuture<?> late =
          deadlines.schedule(
              () -> {
                Future<?> _ = spawned.thenAccept(held -> held.signal(Signals.KILL));
              },
              EXECUTES_WITHIN.toSeconds(),
              TimeUnit.SECONDS);
      empty.join(role.empty());
      if (!role.asksEngines) {
        Child.lowerPriorityOfChildren();
      }
      child = Child.spawn(prepared);
      boolean _ = spawned.complete(child);
      // It ends when the program is executed.
      byte[] why = child.output(report, LONGEST_REPORT);
      if (!late.cancel(false)) {
        Child.Ended _ = child.await();
        throw new IOException(
            "dbg-enter did not start a reader within %d s".formatted(EXECUTES_WITHIN.toSeconds()));
      }
      if (HelperReport.isWhole(why)) {
        Child.Ended _ = child.await();
        throw new IOException(HelperReport.message(why));
      }
    }
    boolean _ = started.complete(child);
    try {
      Child.Ended _ = child.await();
      return null;
    } finally {
      // Not while somebody sends a question there: its number may soon be another file's.
      asking.lock();
      try {
        Running ended = running;
        if (ended != null && ended.questions.equals(mine)) {
          running = null;
        }
        mine.close();
      } finally {
        asking.unlock();
      }
    }
  }

  @Override
  public void kill() {
    Running ended = running;
    if (ended != null) {
      ended.child.signal(Signals.KILL);
    }
  }

  @Override
  public void close() {
    closed = true;
    kill();
  }
}
