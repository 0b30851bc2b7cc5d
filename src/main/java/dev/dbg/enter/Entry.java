package dev.dbg.enter;

import dev.dbg.cgroup.SessionGroup;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.OneUseThread;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.Mounts;
import dev.dbg.kernel.process.Child;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Outcome;
import dev.dbg.plan.Plan;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.resolve.stopped.StoppedFiles;
import dev.dbg.toolroot.BaseMounts;
import dev.dbg.toolroot.EmptyNamespaces;
import dev.dbg.toolroot.OwnRoot;
import dev.dbg.toolroot.ToolBundle;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.trace.Stage;
import dev.dbg.trace.Trace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One entry into a container: a thread that joins the target's namespaces and the tool's root,
 * spawns dbg-enter, waits until the tool has ended, and ends itself. dbg-enter prepares everything,
 * and waits until {@link #permit} before it starts the tool.
 *
 * <p>{@code posix_spawn} shares the JVM's memory with the child until it executes. So this thread
 * never joins a container's pid namespace: a container with CAP_SYS_PTRACE could see the child
 * there before it executes, and read all of dbgd's memory through it (as in CVE-2016-9962).
 * dbg-enter, which has its own memory, joins pid. {@link EmptyNamespaces} says why their pid
 * namespace is another matter.
 *
 * <p>The thread must outlive the tool: dbg-enter asks the kernel to kill it when its parent ends,
 * and its parent is this thread, not the process.
 *
 * <p>Between joining and spawning the thread is in a mount namespace without dbgd's files: it must
 * load no class and open no log. The session that dbgd runs at its start loads the classes it
 * needs.
 *
 * <p>{@link #start} and {@link #gone} are for one thread; any thread may call the other methods.
 */
public final class Entry {
  private static final int LONGEST_REPORT = 4096;

  private final Needs needs;
  private final CompletableFuture<End> result = new CompletableFuture<>();
  private CompletableFuture<End> thread = CompletableFuture.completedFuture(notRun(""));

  /** Whether dbg-enter has the tool's ends of the streams, and dbgd no longer. */
  private final CompletableFuture<Boolean> handable = new CompletableFuture<>();

  // Guarded by this.
  private @Nullable Spawned spawned;
  private MayStart mayStart = MayStart.UNKNOWN;
  private Optional<KernelException> failure = Optional.empty();
  private boolean timedOut;
  private boolean letGo;
  private boolean ended;
  private final List<Integer> earlySignals = new ArrayList<>();

  private enum MayStart {
    UNKNOWN,
    YES,
    NO
  }

  /** dbg-enter, or the tool that it has become, and the pipe at which it waits. */
  private record Spawned(Child child, Pipe start) {}

  /**
   * How a session ended.
   *
   * @param cpuMicros the processor time of the tool, in microseconds
   * @param held whether the tool, although killed, had not ended: a file system that never answers,
   *     for instance FUSE, holds it until its server ends
   */
  public record End(Outcome outcome, long cpuMicros, boolean held) {
    End(Outcome outcome, long cpuMicros) {
      this(outcome, cpuMicros, false);
    }
  }

  /** The caller closes {@code streams} and {@code group}; {@code recording} is for the output. */
  public record Needs(
      Plan plan,
      PinnedTarget target,
      Optional<StoppedFiles> files,
      ToolRoots.Lease tool,
      Helper helper,
      StreamEnds streams,
      SessionGroup group,
      Optional<RecordingFds> recording) {}

  public Entry(Needs needs) {
    this.needs = needs;
  }

  /**
   * Joins the namespaces, those that are not chosen empty, and spawns dbg-enter. Everything that
   * the end of the thread and of dbg-enter undoes is done before {@link #permit}.
   *
   * @return always completes with an end, never with a failure
   */
  public CompletableFuture<End> start() {
    thread = OneUseThread.start("entry", this::enter);
    CompletableFuture<Void> _ =
        thread
            .exceptionally(
                failed ->
                    notRun(
                        failed instanceof KernelException || failed instanceof IllegalStateException
                            ? String.valueOf(failed.getMessage())
                            : "internal error: see dbgd's journal: " + failed))
            .thenAccept(
                end -> {
                  handable.complete(false);
                  result.complete(end);
                });
    return result;
  }

  /**
   * Waits until the client may have its streams: not before dbgd has closed the tool's ends of
   * them, and never if there is no dbg-enter. Who has one end of a pipe can hold the pipe, and then
   * who closes the other end last waits for that, whatever signal comes.
   */
  public boolean isHandable() {
    return handable.join();
  }

  /**
   * Completes when nothing of it is left, which may be long after its end: see {@link End#held}.
   * For the thread that has called {@link #start}.
   */
  public CompletableFuture<?> gone() {
    return thread;
  }

  private End enter() throws KernelException {
    needs.helper().open();
    EmptyNamespaces empty = needs.tool().empty();
    boolean joinsCgroup = needs.plan().joinedByThread().containsKey(NamespaceKind.CGROUP);
    try (Pipe report = Pipe.openForRest();
        Pipe start = Pipe.open();
        Pipe trace = HelperTrace.open();
        Pipe sync = needs.group().syncPipe(joinsCgroup);
        InheritedFds inherited =
            InheritedFds.of(needs.plan(), needs.target(), needs.files(), empty)) {
      HelperArgs args =
          HelperArgs.tool(needs.streams(), report.writer(), start.reader())
              .inherited(inherited)
              .waitingAt(sync)
              .recordedTo(needs.recording())
              .tracedTo(trace)
              .running(needs.plan(), needs.tool().root().launch());
      joinNamespaces();
      empty.join(needs.plan().emptiedByThread());
      Child child =
          switch (needs.tool().root()) {
            case OwnRoot own -> spawnInOwnRoot(own, args, sync);
            case ToolBundle bundle -> spawnInContainersRoot(bundle, args, sync);
          };
      keep(new Spawned(child, start));
      needs.streams().closeTools();
      boolean _ = handable.complete(true);
      Child.Ended end = awaited(child);
      HelperTrace.end(trace);
      // Read only now, and without blocking: another process in the container's pid namespace may
      // keep the tool's descriptors open.
      return ended(report.rest(LONGEST_REPORT), end);
    }
  }

  private Child spawnInOwnRoot(OwnRoot root, HelperArgs args, @Nullable Pipe sync)
      throws KernelException {
    boolean network = needs.plan().namespaces().containsKey(NamespaceKind.NET);
    Child.Prepared prepared = needs.helper().prepare(args.ownRoot(network), needs.plan());
    try (Stage _ = Trace.stage("make the view")) {
      Namespaces.joinMounts(root.namespace());
      Namespaces.unshareMounts();
      if (network) {
        root.mountSys();
        Mounts.tmpfs(OwnRoot.NAMES, "256k");
      }
    }
    return spawn(prepared, sync);
  }

  /**
   * dbg-enter joins the container's mount namespace, not this thread: a file system of the
   * container that hangs then blocks a process that can be killed, and the JVM loads no class in
   * that namespace.
   */
  private Child spawnInContainersRoot(ToolBundle bundle, HelperArgs args, @Nullable Pipe sync)
      throws KernelException {
    Namespaces.joinMounts(bundle.namespace());
    try (MountTree tree = MountTree.cloneOfAll("/")) {
      Namespaces.joinMounts(bundle.base().namespace());
      try (MountTree proc =
          MountTree.cloneOfAll(
              needs.plan().seesAllProcesses() ? BaseMounts.PROC : BaseMounts.PROC_HIDDEN)) {
        return spawn(needs.helper().prepare(args.containersRoot(tree, proc), needs.plan()), sync);
      }
    }
  }

  private Child spawn(Child.Prepared prepared, @Nullable Pipe sync) throws KernelException {
    Child child = null;
    try (SessionGroup.Membership _ = join();
        Stage _ = Trace.stage("spawn dbg-enter")) {
      child = needs.group().spawn(prepared, sync);
      return child;
    } catch (KernelException e) {
      // The thread could not leave the groups again.
      if (child != null) {
        child.discard();
      }
      throw e;
    }
  }

  private SessionGroup.Membership join() throws KernelException {
    try (Stage _ = Trace.stage("join control groups")) {
      return needs.group().join();
    }
  }

  /** Joins all of the target's or none. If an identity has changed, the session ends. */
  private void joinNamespaces() throws KernelException {
    Map<NamespaceKind, String> wanted = needs.plan().joinedByThread();
    if (wanted.isEmpty()) {
      return;
    }
    try (Stage _ = Trace.stage("join namespaces")) {
      Namespaces.join(needs.target().process(), wanted.keySet(), "of the target");
    }
    try (ProcDir self = ProcDir.ofThisThread()) {
      for (Map.Entry<NamespaceKind, String> kind : wanted.entrySet()) {
        String joined = self.namespace(kind.getKey());
        if (!joined.equals(kind.getValue())) {
          throw InheritedFds.exchanged(joined, kind.getValue());
        }
      }
    }
  }

  private Child.Ended awaited(Child child) throws KernelException {
    try {
      return child.await();
    } finally {
      // From here on permit() must not write: enter() closes the pipe.
      synchronized (this) {
        ended = true;
      }
    }
  }

  private synchronized void keep(Spawned now) {
    spawned = now;
    switch (mayStart) {
      case UNKNOWN -> {}
      case YES -> begin(now);
      case NO -> now.child.signal(Signals.KILL);
    }
    if (letGo) {
      letGo();
    }
  }

  /** Lets dbg-enter start the tool: now, or as soon as it is there. */
  public synchronized void permit() {
    mayStart = MayStart.YES;
    if (spawned != null && !ended) {
      begin(spawned);
    }
  }

  /** dbg-enter is to end without the tool. */
  public synchronized void forbid() {
    mayStart = MayStart.NO;
    if (spawned != null) {
      spawned.child.signal(Signals.KILL);
    }
  }

  private void begin(Spawned now) {
    earlySignals.forEach(now.child::signal);
    try {
      now.start.put();
    } catch (KernelException e) {
      failure = Optional.of(e);
      now.child.signal(Signals.KILL);
    }
  }

  private synchronized End ended(byte[] reported, Child.Ended end) {
    if (timedOut) {
      return new End(new Outcome.TimedOut(), end.cpuMicros());
    }
    if (failure.isPresent()) {
      return notRun(failure.get().message());
    }
    if (HelperReport.isWhole(reported)) {
      return new End(HelperReport.outcome(reported), end.cpuMicros());
    }
    Outcome outcome =
        end.signal() != 0 ? new Outcome.Signalled(end.signal()) : new Outcome.Exited(end.status());
    return new End(outcome, end.cpuMicros());
  }

  private static End notRun(String why) {
    return new End(new Outcome.NotRun(ExitStatus.DBG_FAILED, why), 0);
  }

  /** Sends a signal to the tool's process group, or keeps it until the tool has started. */
  public synchronized void signal(int signal) {
    if (spawned != null && mayStart == MayStart.YES) {
      spawned.child.signal(signal);
    } else {
      earlySignals.add(signal);
    }
  }

  /** {@link Plan#holdsTarget}. */
  public boolean holdsTarget() {
    return needs.plan().holdsTarget();
  }

  /** Sets the size of the tool's terminal, if it has one. */
  public void resize(Terminal.Size size) throws KernelException {
    needs.streams().resize(size);
  }

  /**
   * Stops waiting for a killed tool, or for a killed dbg-enter that has not started it. The thread
   * still waits, and ends after that process.
   */
  public synchronized void letGo() {
    letGo = true;
    if (!ended && spawned != null) {
      Outcome outcome = timedOut ? new Outcome.TimedOut() : new Outcome.Signalled(Signals.KILL);
      boolean _ = result.complete(new End(outcome, 0, true));
    }
  }

  /** The time limit is reached: unless the tool has ended, this is its outcome, however it ends. */
  public synchronized void noteTimeOut() {
    timedOut = !ended;
  }

  /**
   * The stages of dbg-enter and of the tool, which dbg-enter tells through a pipe if dbgd keeps a
   * trace, {@code trace.c}. For the session's thread.
   */
  private static final class HelperTrace {
    private static final int LONGEST = 4096;

    private HelperTrace() {}

    /** The pipe; null without a trace. */
    static @Nullable Pipe open() throws KernelException {
      return Trace.isOn() ? Pipe.openForRest() : null;
    }

    /** The process has ended: adds its stages, each of which lasts until the next begins. */
    static void end(@Nullable Pipe pipe) {
      if (pipe == null) {
        return;
      }
      long ended = System.nanoTime();
      List<String> lines =
          new String(pipe.rest(LONGEST), StandardCharsets.US_ASCII).lines().toList();
      String row = "child of " + Thread.currentThread().getName();
      for (int i = 0; i < lines.size(); i++) {
        long next = i + 1 < lines.size() ? began(lines.get(i + 1)) : ended;
        Trace.add(row, lines.get(i).split(" ", 2)[0], began(lines.get(i)), next);
      }
    }

    private static long began(String line) {
      return Long.parseLong(line.substring(line.indexOf(' ') + 1));
    }
  }
}
