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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A session whose tool runs, or a line that waits for its container. For any thread. */
public final class RunningSession {
  private final Instant came = Instant.now();
  private final CompletableFuture<Void> recorded = new CompletableFuture<>();

  /** Before it is in the list. */
  private volatile @Nullable Facts facts;

  /** Guarded by this, as are the next two; empty when it is not this session's any more. */
  private Optional<SessionGroup> group = Optional.empty();

  private Optional<Supervisor> tool = Optional.empty();
  private Optional<EndOrder> order = Optional.empty();

  /**
   * What changes once, when its tool begins to run.
   *
   * @param session the number of its records, which stays
   * @param operator who stays
   * @param target empty while it waits
   * @param container its name; while it waits, what was typed for it
   * @param options dbg's that say as whom and where the tool runs
   * @param arguments the tool's arguments as they were typed, without secrets
   * @param started when the tool was started, or the wait
   */
  public record Facts(
      String session,
      Operator operator,
      Optional<Target> target,
      String container,
      Set<NamespaceKind> namespaces,
      List<String> options,
      String tool,
      List<String> arguments,
      boolean hasTerminal,
      boolean isRecorded,
      Instant started) {
    public Facts {
      namespaces = Collections.unmodifiableSet(new TreeSet<>(namespaces));
      options = List.copyOf(options);
      arguments = List.copyOf(arguments);
    }

    public boolean isWaiting() {
      return target.isEmpty();
    }
  }

  /** Its line waits. */
  void waits(Facts now) {
    facts = now;
  }

  /** Its tool runs. It is told to end if the line that waited was. */
  void runs(Facts now, SessionGroup itsGroup, Supervisor supervisor) {
    facts = now;
    Optional<EndOrder> given;
    synchronized (this) {
      group = Optional.of(itsGroup);
      tool = Optional.of(supervisor);
      given = order;
    }
    given.ifPresent(supervisor::end);
  }

  /** When the line came. */
  Instant came() {
    return came;
  }

  public Facts facts() {
    return Objects.requireNonNull(facts);
  }

  /** What its processes use now; empty if this host has no control groups, or if it has ended. */
  public synchronized Optional<ProcessUsage> usage() {
    if (group.isEmpty()) {
      return Optional.empty();
    }
    try {
      return group.get().members().map(ProcessUsage::of);
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** Ends the wait, or tells the tool to end and later kills it. Only the first order counts. */
  public void end(EndOrder given) {
    EndOrder first;
    Optional<Supervisor> running;
    synchronized (this) {
      first = order.orElse(given);
      order = Optional.of(first);
      running = tool;
    }
    running.ifPresent(supervisor -> supervisor.end(first));
  }

  /** The order that it was ended by; empty if it ended without one. */
  synchronized Optional<EndOrder> order() {
    return order;
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
      group = Optional.empty();
    }
    boolean _ = recorded.complete(null);
  }
}
