package dev.dbg.doctor;

import dev.dbg.audit.write.AuditLog;
import dev.dbg.cgroup.SessionGroups;
import dev.dbg.enter.Helper;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import dev.dbg.policy.Policy;
import dev.dbg.resolve.Resolver;
import dev.dbg.toolroot.ToolRoots;
import dev.dbg.tools.Catalogue;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

/**
 * All checks of a dbgd. Each check exercises a feature as a session would, and leaves nothing
 * behind. A check never throws: a failure is a finding.
 *
 * @param roots the tool roots
 * @param probe runs a session of dbgd's own
 * @param onDisk reads the policy's files anew
 * @param metrics the file of the metrics; empty if none is written
 * @param socket where clients connect
 * @param groups the control groups of sessions
 * @param sessions the most concurrent sessions
 * @param isForRoot whether root asks: others get no finding about the policy
 */
public record Doctor(
    Resolver resolver,
    AuditLog audit,
    ToolRoots roots,
    Helper helper,
    Policy policy,
    Catalogue catalogue,
    ProbeSession probe,
    Callable<Policy> onDisk,
    Optional<Path> metrics,
    Path socket,
    SessionGroups groups,
    int sessions,
    boolean isForRoot) {
  /** The area of the finding that only says what the host is; the text begins with it. */
  public static final String HOST = "host";

  /** Several runs at once would add up their load on processors, mounts and engines. */
  private static final Object ONE_AT_A_TIME = new Object();

  /** A session of dbgd's own: {@code true} in namespaces of a process. */
  public interface ProbeSession {
    /** Runs it; returns why it failed and what to do, empty if it worked. */
    Optional<String> enter(Pid process, Set<NamespaceKind> kinds);
  }

  /** Runs all checks; takes some seconds if a runtime does not answer. */
  public List<Finding> examine() {
    synchronized (ONE_AT_A_TIME) {
      return Stream.of(
              HostLine.of(groups),
              KernelChecks.features(),
              KernelChecks.capabilities(),
              KernelChecks.descriptors(sessions),
              KernelChecks.groups(groups),
              KernelChecks.mounts(),
              SessionChecks.namespaces(helper, probe),
              SessionChecks.runtimes(resolver),
              SessionChecks.tools(roots, catalogue, policy),
              FileChecks.auditLog(audit),
              isForRoot ? FileChecks.policy(policy, onDisk, resolver) : List.<Finding>of(),
              FileChecks.metrics(metrics),
              FileChecks.subordinateIds(),
              FileChecks.socket(socket))
          .flatMap(List::stream)
          .toList();
    }
  }
}
