package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import dev.dbg.kernel.process.Child;
import dev.dbg.model.Pid;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The control groups of one session, one in each {@link SessionHierarchy}. The tool is a member
 * from its first instruction on.
 *
 * <p>With version 2 it is spawned as a member, clone3(2). With version 1 the spawning thread
 * becomes a member for a moment, and the child inherits the group. Where neither is possible, the
 * child waits at a {@link #syncPipe} until dbgd has moved it, which takes milliseconds: the kernel
 * synchronizes all processors.
 *
 * <p>For one session at a time.
 */
public final class SessionGroup implements AutoCloseable {
  /** Written to {@code tasks}, this means the writing thread. */
  private static final String THIS_THREAD = "0";

  /** A group is reused if no more than this part of its memory limit is still charged. */
  private static final int PART_LEFT = 4;

  private static final Duration PAUSE = Duration.ofMillis(5);

  private final SessionGroups owner;
  private final GroupLimits limits;
  private final List<ControlGroup> groups = new ArrayList<>();
  private final List<TasksFiles> tasks = new ArrayList<>();
  private final ResourceCounters counters = new ResourceCounters();
  private Optional<ControlGroup> unified = Optional.empty();
  private Optional<ControlGroupFile> members = Optional.empty();
  private Optional<ControlGroup> limitingProcesses = Optional.empty();
  private boolean nsdelegate;
  private boolean killed;
  private volatile Optional<Child> child = Optional.empty();
  private volatile CompletableFuture<Void> gone = new CompletableFuture<>();

  /** The file of version 1 that makes a thread a member, and the one that moves it back. */
  private record TasksFiles(ControlGroupFile here, ControlGroupFile own) {}

  private SessionGroup(SessionGroups owner, GroupLimits limits) {
    this.owner = owner;
    this.limits = limits;
  }

  static SessionGroup make(
      SessionGroups owner, List<SessionHierarchy> hierarchies, GroupLimits limits, String name)
      throws KernelException {
    SessionGroup made = new SessionGroup(owner, limits);
    try {
      for (SessionHierarchy hierarchy : hierarchies) {
        made.add(hierarchy, hierarchy.make(name, limits));
      }
      return made;
    } catch (KernelException e) {
      made.remove();
      throw e;
    }
  }

  private void add(SessionHierarchy hierarchy, ControlGroup group) throws KernelException {
    groups.add(group);
    if (hierarchy.unified()) {
      unified = Optional.of(group);
      members = Optional.of(group.writing("cgroup.procs"));
      nsdelegate = hierarchy.delegatesToNamespaces();
    }
    if (hierarchy.ownTasks().isPresent()) {
      tasks.add(new TasksFiles(group.writing("tasks"), hierarchy.ownTasks().get()));
    }
    if (hierarchy.controllers().contains(SessionHierarchy.PIDS)) {
      limitingProcesses = Optional.of(group);
    }
    counters.add(hierarchy, group);
  }

  void begin() throws KernelException {
    child = Optional.empty();
    gone = new CompletableFuture<>();
    counters.begin();
  }

  /**
   * The pipe at which the child of {@link #spawn} waits for a byte if it cannot be spawned as a
   * member, until dbgd has moved it: a process that it started before that would stay outside the
   * group. If it is closed without a byte, the child does not continue. For a thread that has
   * joined no namespace yet, which closes it.
   *
   * @param joinsCgroup whether the thread will join a cgroup namespace
   * @return null if the child need not wait
   */
  public @Nullable Pipe syncPipe(boolean joinsCgroup) throws KernelException {
    return unified.isEmpty() || canSpawnAsMember(joinsCgroup) ? null : Pipe.open();
  }

  /** Membership of a thread in the groups of version 1, until that thread closes it. */
  public final class Membership implements AutoCloseable {
    private Membership() {}

    @Override
    public void close() throws KernelException {
      for (TasksFiles files : tasks) {
        files.own.write(THIS_THREAD);
      }
    }
  }

  /**
   * Makes the thread a member, so that its child is spawned as one. Opens no file: the thread may
   * be in a mount namespace without control groups.
   */
  public Membership join() throws KernelException {
    Membership membership = new Membership();
    try {
      for (TasksFiles files : tasks) {
        files.here.write(THIS_THREAD);
      }
      return membership;
    } catch (Throwable e) {
      membership.close();
      throw e;
    }
  }

  /** Starts the child as a member; it waits at {@code sync}. For the thread that has joined. */
  public Child spawn(Child.Prepared prepared, @Nullable Pipe sync) throws KernelException {
    Child spawned = sync == null ? Child.spawn(prepared, unified) : spawnThenMove(prepared, sync);
    child = Optional.of(spawned);
    return spawned;
  }

  private Child spawnThenMove(Child.Prepared prepared, Pipe sync) throws KernelException {
    Child spawned = Child.spawn(prepared);
    try {
      members.orElseThrow().write(spawned.pid().toString());
      sync.put();
      return spawned;
    } catch (KernelException e) {
      spawned.discard();
      throw e;
    }
  }

  /**
   * With nsdelegate a thread in the container's cgroup namespace cannot spawn into dbgd's groups.
   * dbgd itself can still move the child there.
   */
  private boolean canSpawnAsMember(boolean joinsCgroup) {
    return Child.canBeBornIntoGroups() && !(nsdelegate && joinsCgroup);
  }

  /**
   * After the tool's end: kills its remaining processes and reports what the session used. For a
   * thread that has joined no namespace.
   */
  public ResourceUsage end() throws KernelException {
    if (!isEmpty()) {
      kill();
    }
    return counters.end();
  }

  /** The session's processes; empty if this host has no control groups. */
  public Optional<List<Pid>> members() throws KernelException {
    return groups.isEmpty() ? Optional.empty() : Optional.of(groups.get(0).members());
  }

  /**
   * Whether the groups have no process; it is enough to look at one, because a process is a member
   * of all or none. With the pids controller zombies count too.
   */
  boolean isEmpty() throws KernelException {
    OptionalLong processes = counters.processes();
    return processes.isPresent()
        ? processes.getAsLong() == 0
        : groups.isEmpty() || groups.get(0).isEmpty();
  }

  /**
   * Completes when its processes have ended, zombies aside, which may be long after {@link #close}:
   * the kernel does not let each go that is killed, and dbg-enter's end says nothing of a tool
   * whose relay it is. Without control groups, its processes are those of its first one's process
   * group.
   */
  public CompletableFuture<Void> gone() {
    try {
      if (!gone.isDone()
          && (groups.isEmpty()
              ? child.filter(Child::hasGroup).isEmpty()
              : isEmpty() || groups.get(0).isEmpty())) {
        gone.complete(null);
      }
    } catch (KernelException e) {
      // It can't be read, also not later. Whoever closes it finds out, and says so.
      gone.complete(null);
    }
    return gone;
  }

  /** Those that were killed end soon or are held. */
  public boolean isGoneWithin(Duration most) {
    long deadline = System.nanoTime() + most.toNanos();
    while (!gone().isDone() && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return gone.isDone();
  }

  private void kill() throws KernelException {
    killed = true;
    if (limitingProcesses.isPresent()) {
      // A process that cannot fork cannot escape while they are killed one by one.
      limitingProcesses.get().write("pids.max", "0");
    }
    groups.get(0).kill();
  }

  /**
   * Whether another session may use it: nothing had to be killed, and little memory is charged.
   * Pages of files that a tool has read stay charged until the memory is needed. That is why groups
   * are reused at all: the kernel keeps a removed group as long as its pages.
   */
  boolean isReusable() throws KernelException {
    return !killed && counters.memoryUsed() < limits.memory().bytes() / PART_LEFT;
  }

  /** Kills its processes, removes it, and closes its descriptors, also if it cannot be removed. */
  void remove() {
    counters.close();
    members.ifPresent(ControlGroupFile::close);
    tasks.forEach(files -> files.here.close());
    groups.forEach(ControlGroup::close);
    boolean _ = DaemonGroup.areRemoved(groups.stream().map(ControlGroup::path).toList());
  }

  /** Returns it for another session. */
  @Override
  public void close() {
    owner.giveBack(this);
  }
}
