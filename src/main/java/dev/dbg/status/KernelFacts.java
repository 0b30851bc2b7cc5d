package dev.dbg.status;

import dev.dbg.authorize.HostNamespaces;
import dev.dbg.kernel.cgroup.ControlGroupHierarchy;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.model.NamespaceKind;
import dev.dbg.resolve.container.PinnedTarget;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;

/**
 * What the kernel says of a container's first process.
 *
 * @param user the host's uid
 * @param shared the kinds of which it has the host's namespace
 * @param figures {@link GroupFigures}
 */
record KernelFacts(
    Instant started, long user, Set<NamespaceKind> shared, Map<String, Object> figures) {
  static KernelFacts of(PinnedTarget held, HostNamespaces host) throws IOException {
    ProcDir proc = held.proc();
    return new KernelFacts(
        proc.startInstant().truncatedTo(ChronoUnit.SECONDS),
        proc.user(),
        host.among(held.namespaces(host.identities().keySet())),
        GroupFigures.of(ControlGroupHierarchy.of(proc.cgroups()), held.target().id()));
  }
}
