package dev.dbg.cgroup;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of the sessions, cgroups(7), as this host offers them: in the unified
 * hierarchy if its controllers are available, in hierarchies of version 1 for the others, or none.
 *
 * <p>A group is made when all others are in use, and reused when it is empty: there are never more
 * groups than there were concurrent sessions, and taking one costs nothing. Any thread may use
 * this.
 */
public final class SessionGroups implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionGroups.class);

  private final GroupLimits limits;
  private final List<SessionHierarchy> hierarchies;
  private final Set<String> lacking;
  private final List<String> reasons;

  private final Deque<SessionGroup> idle = new ArrayDeque<>();

  /** Groups of ended sessions whose processes have not ended yet, for instance in D state. */
  private final List<SessionGroup> lingering = new ArrayList<>();

  private final ScheduledExecutorService deadlines;
  private int made;

  SessionGroups(
      GroupLimits limits,
      ScheduledExecutorService deadlines,
      List<SessionHierarchy> hierarchies,
      Set<String> lacking,
      List<String> reasons) {
    this.limits = limits;
    this.deadlines = deadlines;
    this.hierarchies = hierarchies;
    this.lacking = lacking;
    this.reasons = reasons;
  }

  /** Finds what this host offers, and logs once what it lacks. */
  public static SessionGroups open(GroupLimits limits, ScheduledExecutorService deadlines) {
    List<SessionHierarchy> hierarchies = new ArrayList<>();
    Set<String> lacking = new TreeSet<>(SessionHierarchy.LIMITING);
    List<String> reasons = new ArrayList<>();
    for (ControlGroupHierarchy hierarchy : mounted(reasons)) {
      Set<String> wanted = new HashSet<>(hierarchy.controllers());
      wanted.retainAll(lacking);
      // Without a controller the unified hierarchy still kills a session in one step.
      if (wanted.isEmpty() && !hierarchy.unified()) {
        continue;
      }
      try {
        hierarchies.add(SessionHierarchy.in(hierarchy, wanted));
        lacking.removeAll(wanted);
      } catch (IOException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    SessionGroups groups = new SessionGroups(limits, deadlines, hierarchies, lacking, reasons);
    if (lacking.isEmpty()) {
      LOG.info(groups.describe());
    } else {
      LOG.warn(groups.describe());
    }
    return groups;
  }

  /** The mounted hierarchies; the unified one comes first, and only once. */
  private static List<ControlGroupHierarchy> mounted(Collection<String> reasons) {
    try {
      List<ControlGroupHierarchy> found = ControlGroupHierarchy.ofThisProcess();
      List<ControlGroupHierarchy> ordered = new ArrayList<>();
      found.stream().filter(ControlGroupHierarchy::unified).limit(1).forEach(ordered::add);
      found.stream().filter(hierarchy -> !hierarchy.unified()).forEach(ordered::add);
      return ordered;
    } catch (IOException e) {
      reasons.add(String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  /** Whether a session's processes and its memory have limits. */
  public boolean areWhole() {
    return lacking.isEmpty();
  }

  /** The limits in force on this host, those missing and why, in one line. */
  public String describe() {
    StringJoiner text = new StringJoiner(": ");
    if (hierarchies.isEmpty()) {
      text.add("no control groups for sessions");
    } else {
      StringJoiner where = new StringJoiner(", ");
      hierarchies.forEach(hierarchy -> where.add(hierarchy.toString()));
      text.add("a control group for each session in " + where);
    }
    if (!lacking.contains(SessionHierarchy.PIDS)) {
      text.add("at most %d processes".formatted(limits.processes()));
    }
    if (!lacking.contains(SessionHierarchy.MEMORY)) {
      text.add("at most %s of memory".formatted(limits.memory()));
    }
    if (!lacking.isEmpty()) {
      text.add("no limit of " + String.join(" and ", lacking));
      text.add(reasons.isEmpty() ? "no hierarchy here has them" : String.join("; ", reasons));
      text.add("mount cgroup2 with these controllers, or let systemd delegate them");
    }
    return text.toString();
  }

  /** The versions of the hierarchies that are used, for people. */
  public String versions() {
    String used =
        hierarchies.stream()
            .map(hierarchy -> hierarchy.unified() ? "version 2" : "version 1")
            .distinct()
            .collect(Collectors.joining(" and "));
    return used.isEmpty() ? "none" : used;
  }

  public GroupLimits limits() {
    return limits;
  }

  /**
   * An empty group, for one session, to be closed after it.
   *
   * @throws KernelException if the kernel creates no further group: no session runs without its
   *     limits
   */
  public SessionGroup take() throws KernelException {
    SessionGroup group = idleOrNew();
    try {
      group.begin();
      return group;
    } catch (KernelException e) {
      group.close();
      throw e;
    }
  }

  private SessionGroup idleOrNew() throws KernelException {
    int number;
    synchronized (this) {
      if (!idle.isEmpty()) {
        return idle.pop();
      }
      number = ++made;
    }
    return SessionGroup.make(this, hierarchies, limits, Integer.toString(number));
  }

  void giveBack(SessionGroup group) {
    if (!group.gone().isDone()) {
      linger(group);
    } else if (isReusable(group)) {
      synchronized (this) {
        idle.push(group);
      }
    } else {
      group.remove();
    }
  }

  /** One that cannot be read is not used again. */
  private static boolean isReusable(SessionGroup group) {
    try {
      return group.isEmpty() && group.isReusable();
    } catch (KernelException e) {
      return false;
    }
  }

  private synchronized void linger(SessionGroup group) {
    lingering.add(group);
    if (lingering.size() == 1) {
      lookAgain();
    }
  }

  /** One task for all, and none while there are none. */
  private void lookAgain() {
    ScheduledFuture<?> _ = deadlines.schedule(this::takeGone, 1, TimeUnit.SECONDS);
  }

  private void takeGone() {
    List<SessionGroup> gone;
    synchronized (this) {
      gone = lingering.stream().filter(group -> group.gone().isDone()).toList();
      lingering.removeAll(gone);
      if (!lingering.isEmpty()) {
        lookAgain();
      }
    }
    gone.forEach(this::giveBack);
  }

  /** Kills all processes in the groups, and removes the groups. */
  @Override
  public void close() {
    hierarchies.forEach(hierarchy -> hierarchy.home().close());
  }
}
