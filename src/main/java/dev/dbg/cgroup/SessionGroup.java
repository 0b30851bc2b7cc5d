package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.kernel.cgroup.ControlGroupFile;
import dev.dbg.kernel.process.Child;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The control group of one session: one in each hierarchy that dbgd has a {@link SessionHierarchy}
 * in, or none where there is none. The tool is a member from its first instruction on.
 *
 * <p>Of version 2 it is born as a member, clone3(2). Of version 1 the thread that spawns it becomes
 * a member for that moment, and the tool is born beside it. Where neither can be, it waits at a
 * {@link SyncPipe} until it was moved, for which the kernel takes milliseconds: every processor has
 * to know.
 *
 * <p>For one session at a time.
 */
public final class SessionGroup implements AutoCloseable {
  /** What is said to {@code tasks} to mean the thread that says it. */
  private static final String THIS_THREAD = "0";

  /** What a session may leave charged to its group, by pages of files, for it to be used again. */
  private static final int PART_LEFT = 4;

  private final SessionGroups owner;
  private final GroupLimits limits;
  private final List<ControlGroup> groups = new ArrayList<>();
  private final List<Seat> seats = new ArrayList<>();
  private final List<ControlGroupFile> files = new ArrayList<>();
  private Optional<ControlGroup> unified = Optional.empty();
  private Optional<ControlGroupFile> members = Optional.empty();
  private boolean keptInNamespaces;
  private boolean spent;
  private Optional<ControlGroup> counting = Optional.empty();
  private Optional<ControlGroupFile> processes = Optional.empty();
  private Optional<EventCounter> refusals = Optional.empty();
  private Optional<EventCounter> kills = Optional.empty();
  private Optional<MemoryGauge> memory = Optional.empty();

  /** The file that makes a thread a member of the group, and the one that takes it back. */
  private record Seat(ControlGroupFile here, ControlGroupFile home) {}

  private SessionGroup(SessionGroups owner, GroupLimits limits) {
    this.owner = owner;
    this.limits = limits;
  }

  static SessionGroup make(
      SessionGroups owner, List<SessionHierarchy> places, GroupLimits limits, String name)
      throws KernelException {
    SessionGroup made = new SessionGroup(owner, limits);
    try {
      for (SessionHierarchy place : places) {
        made.add(place, place.make(name, limits));
      }
      return made;
    } catch (KernelException e) {
      made.remove();
      throw e;
    }
  }

  private void add(SessionHierarchy place, ControlGroup group) throws KernelException {
    groups.add(group);
    if (place.unified()) {
      unified = Optional.of(group);
      members = Optional.of(kept(group.writing("cgroup.procs")));
      keptInNamespaces = place.delegatesToNamespaces();
    }
    if (place.wayBack().isPresent()) {
      seats.add(new Seat(kept(group.writing("tasks")), place.wayBack().get()));
    }
    if (place.controllers().contains(SessionHierarchy.PIDS)) {
      counting = Optional.of(group);
      processes = Optional.of(kept(group.reading("pids.current")));
      refusals = Optional.of(new EventCounter(kept(group.reading("pids.events")), "max"));
    }
    if (place.controllers().contains(SessionHierarchy.MEMORY)) {
      kills = Optional.of(new EventCounter(kept(group.reading(place.killsFile())), "oom_kill"));
      memory = Optional.of(MemoryGauge.of(group, place));
      files.addAll(memory.get().files());
    }
  }

  private ControlGroupFile kept(ControlGroupFile file) {
    files.add(file);
    return file;
  }

  /** A session begins. */
  void begin() throws KernelException {
    if (memory.isPresent()) {
      memory.get().begin();
    }
  }

  /**
   * What the child of {@link #spawn} has to wait at. For a thread that has joined nothing yet.
   *
   * @param joinsCgroup whether the thread is going to join a cgroup namespace
   */
  public SyncPipe syncPipe(boolean joinsCgroup) throws KernelException {
    return unified.isEmpty() || canBeBornInto(joinsCgroup) ? SyncPipe.none() : SyncPipe.open();
  }

  /** That a thread is a member of the groups of version 1, until it is closed by that thread. */
  public final class Membership implements AutoCloseable {
    private Membership() {}

    @Override
    public void close() throws KernelException {
      for (Seat seat : seats) {
        seat.home.write(THIS_THREAD);
      }
    }
  }

  /**
   * Makes the thread a member, so that its child is born as one. It uses what is open and opens
   * nothing: the thread may be in a mount namespace without control groups.
   */
  public Membership join() throws KernelException {
    Membership membership = new Membership();
    boolean whole = false;
    try {
      for (Seat seat : seats) {
        seat.here.write(THIS_THREAD);
      }
      whole = true;
      return membership;
    } finally {
      if (!whole) {
        membership.close();
      }
    }
  }

  /**
   * Starts the child as a member. For the thread that has joined.
   *
   * @param sync this group's, of which the child was told
   */
  public Child spawn(Child.Prepared prepared, SyncPipe sync) throws KernelException {
    if (sync.isThere()) {
      return spawnThenMove(prepared, sync);
    }
    return unified.isPresent() ? Child.spawnInto(unified.get(), prepared) : Child.spawn(prepared);
  }

  private Child spawnThenMove(Child.Prepared prepared, SyncPipe sync) throws KernelException {
    Child child = Child.spawn(prepared);
    try {
      members.orElseThrow().write(child.pid().toString());
      sync.release();
      return child;
    } catch (KernelException e) {
      child.signal(Signals.KILL);
      Child.End _ = child.await();
      throw e;
    }
  }

  /**
   * With nsdelegate a thread in the container's cgroup namespace sees no group of dbgd's, and can't
   * have a child in one. dbgd itself can still move it there.
   */
  private boolean canBeBornInto(boolean joinsCgroup) {
    return Child.canBeBornIntoGroups() && !(keptInNamespaces && joinsCgroup);
  }

  /**
   * After the tool's end: kills whatever it has left, and tells what the session took. For any
   * thread that has joined nothing.
   */
  public ResourceUsage end() throws KernelException {
    if (!isEmpty()) {
      kill();
    }
    Set<ResourceUsage.LimitHit> limitsHit = EnumSet.noneOf(ResourceUsage.LimitHit.class);
    if (kills.isPresent() && kills.get().happened()) {
      limitsHit.add(ResourceUsage.LimitHit.MEMORY);
    }
    if (refusals.isPresent() && refusals.get().happened()) {
      limitsHit.add(ResourceUsage.LimitHit.PROCESSES);
    }
    return new ResourceUsage(
        limitsHit, memory.isPresent() ? memory.get().grown() : OptionalLong.empty());
  }

  /**
   * Whether nobody is in it: who is in one hierarchy's group is in those of the others. Where
   * processes are counted, those count too that are dead and wait to be waited for.
   */
  boolean isEmpty() throws KernelException {
    if (processes.isPresent()) {
      return processes.get().number() == 0;
    }
    return groups.isEmpty() || groups.get(0).isEmpty();
  }

  private void kill() throws KernelException {
    spent = true;
    if (counting.isPresent()) {
      // Who can't fork can't get away while they are killed one by one.
      counting.get().write("pids.max", "0");
    }
    groups.get(0).kill();
  }

  /**
   * Whether another session may have it: nobody had to be killed in it, and little is charged to
   * it. Pages of files that a tool has read stay charged until somebody needs the memory, which is
   * why groups are used again at all: a removed one lives on in the kernel as long as they do.
   */
  boolean isAsNew() throws KernelException {
    return !spent
        && (memory.isEmpty() || memory.get().used() < limits.memory().bytes() / PART_LEFT);
  }

  /** Kills whoever is in it and removes it. */
  void remove() throws KernelException {
    files.forEach(ControlGroupFile::close);
    for (ControlGroup group : groups) {
      DaemonGroup.remove(group);
    }
  }

  /** Gives it back. */
  @Override
  public void close() {
    owner.giveBack(this);
  }
}
