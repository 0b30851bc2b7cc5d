package dev.dbg.cgroup;

import dev.dbg.kernel.Capabilities;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control groups of the sessions, cgroups(7), in what this host has: the unified hierarchy
 * where its controllers can be had, hierarchies of version 1 for those that can't, or nothing.
 *
 * <p>A group is made when all others are in use, and used again when it is empty: there are never
 * more than there were sessions at once, and taking one costs nothing. Any thread may ask.
 */
public final class SessionGroups implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionGroups.class);

  private final GroupLimits limits;
  private final List<SessionHierarchy> places;
  private final Set<String> lacking;
  private final List<String> reasons;

  /** Empty groups. */
  private final Deque<SessionGroup> idle = new ArrayDeque<>();

  /** Groups of ended sessions in which somebody still dies, or can't: a process in D state. */
  private final List<SessionGroup> lingering = new ArrayList<>();

  private int made;

  private SessionGroups(
      GroupLimits limits,
      List<SessionHierarchy> places,
      Set<String> lacking,
      List<String> reasons) {
    this.limits = limits;
    this.places = places;
    this.lacking = lacking;
    this.reasons = reasons;
  }

  /** Takes what this host has, and says once in the log what it has not. */
  public static SessionGroups open(GroupLimits limits) {
    List<SessionHierarchy> places = new ArrayList<>();
    Set<String> lacking = new TreeSet<>(SessionHierarchy.LIMITING);
    List<String> reasons = new ArrayList<>();
    for (ControlGroupHierarchy hierarchy : hierarchies(reasons)) {
      Set<String> wanted = new HashSet<>(hierarchy.controllers());
      wanted.retainAll(lacking);
      // Without a controller the unified hierarchy still kills a session in one step.
      if (wanted.isEmpty() && !hierarchy.unified()) {
        continue;
      }
      // The hierarchy's own directory may be nobody's to write, root's neither.
      try (Capabilities.Raised _ = Capabilities.raise()) {
        places.add(SessionHierarchy.in(hierarchy, wanted));
        lacking.removeAll(wanted);
      } catch (IOException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    SessionGroups groups = new SessionGroups(limits, places, lacking, reasons);
    if (lacking.isEmpty()) {
      LOG.info("{}", groups.describe());
    } else {
      LOG.warn("{}", groups.describe());
    }
    return groups;
  }

  /** The unified one first, and each once. */
  private static List<ControlGroupHierarchy> hierarchies(Collection<String> reasons) {
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

  /** What holds on this host, what does not and why, in a line. */
  public String describe() {
    StringJoiner text = new StringJoiner(": ");
    if (places.isEmpty()) {
      text.add("no control groups for sessions");
    } else {
      StringJoiner where = new StringJoiner(", ");
      places.forEach(place -> where.add(place.toString()));
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

  /** The limits of each group. */
  public GroupLimits limits() {
    return limits;
  }

  /**
   * An empty group, for one session, to be closed after it.
   *
   * @throws KernelException when the kernel gives no more: a session without its limits is none
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
    return SessionGroup.make(this, places, limits, Integer.toString(number));
  }

  void giveBack(SessionGroup group) {
    try {
      removeThoseThatAreEmptyNow();
      if (!group.isEmpty()) {
        synchronized (this) {
          lingering.add(group);
        }
      } else if (group.isAsNew()) {
        synchronized (this) {
          idle.push(group);
        }
      } else {
        group.remove();
      }
    } catch (KernelException e) {
      LOG.warn("a session's control group is left until dbgd ends: {}", e.message());
    }
  }

  private void removeThoseThatAreEmptyNow() throws KernelException {
    List<SessionGroup> empty = new ArrayList<>();
    synchronized (this) {
      for (SessionGroup group : lingering) {
        if (group.isEmpty()) {
          empty.add(group);
        }
      }
      lingering.removeAll(empty);
    }
    for (SessionGroup group : empty) {
      group.remove();
    }
  }

  /** Kills whoever is left in a group, and removes them all. */
  @Override
  public void close() {
    try (Capabilities.Raised _ = Capabilities.raise()) {
      places.forEach(place -> place.home().close());
    }
  }
}
