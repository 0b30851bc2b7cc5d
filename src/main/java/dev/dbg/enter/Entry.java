package dev.dbg.enter;

import dev.dbg.kernel.Child;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.MountTree;
import dev.dbg.kernel.Mounts;
import dev.dbg.kernel.Namespaces;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.ProcDir;
import dev.dbg.kernel.Terminal;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Outcome;
import dev.dbg.resolve.HeldTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One entering: a thread that joins the target's namespaces, puts itself into the tool's view,
 * spawns the helper, waits until the tool has ended, and ends itself.
 *
 * <p>{@code posix_spawn} shares the JVM's memory with the child until it executes. That is why this
 * thread never joins a pid namespace: a container that holds CAP_SYS_PTRACE would see the half-born
 * child there, and with it all of dbgd (CVE-2016-9962's class). What joins pid is the helper, in
 * memory of its own.
 *
 * <p>The thread must outlive the tool: the helper asks the kernel to be killed when its parent,
 * which is this thread and not the process, ends.
 *
 * <p>Between joining and spawning the thread is in a mount namespace without dbgd's own files: it
 * must load no class and open no log. What classes it needs are loaded by the session that dbgd
 * runs on itself at its start.
 *
 * <p>{@link #signal} and {@link #timeOut} may come from any thread.
 */
public final class Entry {
  private static final int LONGEST_REPORT = 4096;
  private static final int SIGKILL = 9;

  private final Plan plan;
  private final HeldTarget target;
  private final ReadyTool tool;
  private final Helper helper;
  private final StreamEnds streams;
  private final SessionGroup group;
  private final Optional<Tape> tape;

  private @Nullable Child child;
  private final CompletableFuture<End> result = new CompletableFuture<>();
  private boolean timedOut;
  private boolean ended;
  private final List<Integer> earlySignals = new ArrayList<>();

  /**
   * How a session ended.
   *
   * @param cpuMicros the processor time that the tool took, in microseconds
   * @param held whether the kernel still held the tool, which was killed: a file system that never
   *     answers does that, FUSE for one, until its server ends
   */
  public record End(Outcome outcome, long cpuMicros, boolean held) {
    End(Outcome outcome, long cpuMicros) {
      this(outcome, cpuMicros, false);
    }
  }

  /**
   * @param streams the tool's, which stay the caller's to close
   * @param group the session's control group, which stays the caller's too
   * @param tape where what the tool writes is kept; its streams are relayed then
   */
  public Entry(
      Plan plan,
      HeldTarget target,
      ReadyTool tool,
      Helper helper,
      StreamEnds streams,
      SessionGroup group,
      Optional<Tape> tape) {
    this.plan = plan;
    this.target = target;
    this.tool = tool;
    this.helper = helper;
    this.streams = streams;
    this.group = group;
    this.tape = tape;
  }

  /**
   * Goes in, and starts the tool as soon as {@code recorded} is completed: what can be undone by
   * the thread's end is done meanwhile, what cannot waits for the record.
   *
   * @param recorded completes when the record of the intent is durable; fails when it is not, and
   *     then nothing is started
   * @return always completes with an end, never with a failure
   */
  public CompletableFuture<End> start(CompletableFuture<?> recorded) {
    CompletableFuture<Void> _ =
        OneUseThread.start("entry", () -> enter(recorded))
            .exceptionally(
                failure ->
                    notRun(
                        ExitStatus.DBG_FAILED,
                        failure instanceof KernelException
                                || failure instanceof IllegalStateException
                            ? String.valueOf(failure.getMessage())
                            : "nobody foresaw this: see dbgd's journal: " + failure))
            .thenAccept(result::complete);
    return result;
  }

  private End enter(CompletableFuture<?> recorded) throws KernelException {
    helper.open();
    return switch (tool.sight()) {
      case ToolView view -> enterWithOwnFiles(view, recorded);
      case Box box -> enterWithContainersFiles(box, recorded);
    };
  }

  private End enterWithOwnFiles(ToolView view, CompletableFuture<?> recorded)
      throws KernelException {
    boolean network = plan.namespaces().containsKey(NamespaceKind.NET);
    try (Pipe report = Pipe.open();
        Gate gate = group.gate(plan);
        Given given = Given.to(plan, target)) {
      Orders orders = orders(given, report, gate).flag("names", network);
      Child.Prepared prepared = helper.prepare(plan, view.launch(), orders);
      joinNamespaces();
      Namespaces.joinMounts(view.namespace());
      Namespaces.unshareMounts();
      if (network) {
        Mounts.sysfs(ToolView.SYS);
        Mounts.tmpfs(ToolView.NAMES, "256k");
      }
      return spawn(prepared, report, gate, recorded);
    }
  }

  /**
   * The helper joins the container's mount namespace, not this thread: a file system of the
   * container's that hangs then hangs what can be killed, and no class is ever loaded in there.
   */
  private End enterWithContainersFiles(Box box, CompletableFuture<?> recorded)
      throws KernelException {
    try (Pipe report = Pipe.open();
        Gate gate = group.gate(plan);
        Given given = Given.to(plan, target)) {
      joinNamespaces();
      Namespaces.joinMounts(box.namespace());
      try (MountTree boxTree = MountTree.cloneOfAll("/")) {
        Namespaces.joinMounts(box.base().namespace());
        try (MountTree proc =
            MountTree.cloneOf(plan.seesAllProcesses() ? BaseView.PROC : BaseView.PROC_HIDDEN)) {
          Orders orders =
              orders(given, report, gate)
                  .flag("files", true)
                  .descriptor("box", boxTree.fd())
                  .descriptor("proc", proc.fd());
          return spawn(helper.prepare(plan, box.launch(), orders), report, gate, recorded);
        }
      }
    }
  }

  private Orders orders(Given given, Pipe report, Gate gate) {
    Orders orders = given.orders(streams.tools(), report.writer());
    streams.terminal().ifPresent(master -> orders.descriptor("terminal", master));
    gate.tell(orders);
    tape.ifPresent(
        kept ->
            orders
                .descriptor("recording", kept.output())
                .descriptor("timing", kept.timing())
                .value("recording-size", kept.most().bytes()));
    return orders;
  }

  private End spawn(Child.Prepared prepared, Pipe report, Gate gate, CompletableFuture<?> recorded)
      throws KernelException {
    Child spawned = group.spawn(prepared, gate, recorded);
    born(spawned);
    streams.closeTools();
    Child.End end = spawned.await();
    // Not before: in a pid namespace of the container's, somebody may hold on to what is the
    // tool's.
    byte[] said = report.rest(LONGEST_REPORT);
    return ended(said, end);
  }

  /** All or nothing, and verified: a namespace that was exchanged on the way ends the session. */
  private void joinNamespaces() throws KernelException {
    Map<NamespaceKind, String> wanted = plan.joinedByThread();
    if (wanted.isEmpty()) {
      return;
    }
    Namespaces.join(target.process(), wanted.keySet());
    try (ProcDir self = ProcDir.ofThisThread()) {
      for (Map.Entry<NamespaceKind, String> kind : wanted.entrySet()) {
        String joined = self.namespace(kind.getKey());
        if (!joined.equals(kind.getValue())) {
          throw Given.exchanged(joined, kind.getValue());
        }
      }
    }
  }

  private synchronized void born(Child spawned) {
    child = spawned;
    earlySignals.forEach(spawned::signal);
  }

  private synchronized End ended(byte[] said, Child.End end) {
    ended = true;
    if (timedOut) {
      return new End(new Outcome.TimedOut(), end.cpuMicros());
    }
    if (said.length > 1) {
      return new End(HelperReport.outcome(said), end.cpuMicros());
    }
    Outcome outcome =
        end.signal() != 0 ? new Outcome.Signalled(end.signal()) : new Outcome.Exited(end.status());
    return new End(outcome, end.cpuMicros());
  }

  private static End notRun(int status, String why) {
    return new End(new Outcome.NotRun(status, why), 0);
  }

  /** Passes a signal to the tool and its process group; one that comes too early is kept for it. */
  public synchronized void signal(int signal) {
    if (child != null) {
      child.signal(signal);
    } else {
      earlySignals.add(signal);
    }
  }

  /** Whether the tool holds processes of the target's: they stand still when it does. */
  public boolean holdsTarget() {
    return plan.tracer();
  }

  /** Gives the tool's terminal another size; nothing where it has none of its own. */
  public void resize(Terminal.Size size) throws KernelException {
    streams.resize(size);
  }

  /** Waits no longer for a tool that was killed. The thread still does, and ends with it. */
  public synchronized void letGo() {
    if (!ended && child != null) {
      Outcome outcome = timedOut ? new Outcome.TimedOut() : new Outcome.Signalled(SIGKILL);
      boolean _ = result.complete(new End(outcome, 0, true));
    }
  }

  /** Kills the tool because its time is over. */
  public synchronized void timeOut() {
    if (!ended) {
      timedOut = true;
      signal(SIGKILL);
    }
  }
}
