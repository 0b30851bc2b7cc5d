package dev.dbg.session;

import dev.dbg.cgroup.SessionGroup;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.process.ProcessUsage;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A session whose tool runs. For any thread. */
public final class RunningSession {
  private final Facts facts;
  private final SessionGroup group;
  private final Supervisor supervisor;
  private final CompletableFuture<Void> recorded = new CompletableFuture<>();

  /** Whether the control group is still this session's; guarded by this. */
  private boolean hasGroup = true;

  RunningSession(Facts facts, SessionGroup group, Supervisor supervisor) {
    this.facts = facts;
    this.group = group;
    this.supervisor = supervisor;
  }

  /**
   * What does not change while it runs.
   *
   * @param session the number of its records
   * @param arguments the tool's arguments as they were typed, without secrets
   * @param started when the tool was started
   */
  public record Facts(
      String session,
      Operator operator,
      Target target,
      Set<NamespaceKind> namespaces,
      String tool,
      List<String> arguments,
      boolean hasTerminal,
      boolean isRecorded,
      Instant started) {
    public Facts {
      namespaces = Collections.unmodifiableSet(new TreeSet<>(namespaces));
      arguments = List.copyOf(arguments);
    }
  }

  public Facts facts() {
    return facts;
  }

  /** What its processes use now; empty if this host has no control groups, or if it has ended. */
  public synchronized Optional<ProcessUsage> usage() {
    if (!hasGroup) {
      return Optional.empty();
    }
    try {
      return group.members().map(ProcessUsage::of);
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** Tells the tool to end, and kills it if it does not; only the first order counts. */
  public void end(EndOrder order) {
    supervisor.end(order);
  }

  /** Waits until its end is recorded; returns whether it is. */
  public boolean endsWithin(Duration time) {
    try {
      recorded.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("never completed with a failure", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** It has ended, and this is recorded unless the log failed. Its group may be used by another. */
  void noteEnd() {
    synchronized (this) {
      hasGroup = false;
    }
    boolean _ = recorded.complete(null);
  }
}
