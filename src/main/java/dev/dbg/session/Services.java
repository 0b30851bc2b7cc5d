package dev.dbg.session;

import dev.dbg.audit.recording.Recordings;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.RepeatSuppressor;
import dev.dbg.authorize.Authorizer;
import dev.dbg.authorize.HostNamespaces;
import dev.dbg.authorize.PodOfSession;
import dev.dbg.authorize.Rights;
import dev.dbg.cgroup.SessionGroups;
import dev.dbg.enter.Helper;
import dev.dbg.metrics.Counters;
import dev.dbg.model.Operator;
import dev.dbg.resolve.Resolver;
import dev.dbg.resolve.container.Containers;
import dev.dbg.resolve.container.PinnedTarget;
import dev.dbg.toolroot.ToolRoots;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The objects that all sessions share, created once at start. For any thread.
 *
 * @param rights the policy and catalogue in force; a reload replaces both at once
 * @param repeats writes refusals, and events that are not sessions, to the log
 * @param recordings the recordings of sessions
 * @param groups the sessions' control groups
 * @param deadlines runs timed tasks
 * @param running the sessions that are running
 * @param counters what is counted for monitoring
 * @param timeout the longest time limit of a session
 */
public record Services(
    AtomicReference<Rights> rights,
    Resolver resolver,
    HostNamespaces host,
    AuditLog audit,
    RepeatSuppressor repeats,
    Recordings recordings,
    ToolRoots toolRoots,
    Helper helper,
    SessionLimits limits,
    SessionGroups groups,
    ScheduledExecutorService deadlines,
    RunningSessions running,
    Counters counters,
    Duration timeout) {

  /**
   * Decides for the operator. {@code seen} is read once, so that a reload in between has no effect.
   */
  public Authorizer<PinnedTarget> authorizer(Rights seen, Operator operator) {
    Containers<PinnedTarget> reached =
        operator
            .behalf()
            .<Containers<PinnedTarget>>map(object -> new PodOfSession(resolver, object))
            .orElse(resolver);
    return new Authorizer<>(seen, reached, host, operator);
  }
}
