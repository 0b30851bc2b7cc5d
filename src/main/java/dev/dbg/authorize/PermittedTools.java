package dev.dbg.authorize;

import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Target;
import dev.dbg.plan.Plan;
import dev.dbg.plan.View;
import dev.dbg.policy.rule.Grant;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.tools.Tool;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each rule lets an operator run in a container.
 *
 * @param unheard {@link Candidate#unheard}
 * @param uses sorted by tool, then by rule
 * @param kept namespaces that the container shares with the host and that a rule names but does not
 *     permit, because it lacks {@code host-namespaces = true}
 */
public record PermittedTools(
    Target target, List<String> unheard, List<Use> uses, Set<NamespaceKind> kept) {
  /** One tool by one rule, and the container's namespaces in which it is permitted. */
  public record Use(Grant grant, Tool tool, Set<NamespaceKind> kinds) {}

  static <C extends Candidate> PermittedTools of(
      Rights rights,
      Operator operator,
      C target,
      TargetFinder<C> finder,
      HostNamespaces host,
      Instant at)
      throws Refusal {
    List<Grant> grants = rights.policy().grants(operator, target.target(), at);
    if (grants.isEmpty()) {
      throw unreachable(operator, "no rule reaches " + target.target().address(), "");
    }
    Set<NamespaceKind> wanted = EnumSet.noneOf(NamespaceKind.class);
    grants.forEach(grant -> wanted.addAll(grant.namespaces()));
    Map<NamespaceKind, String> identities = finder.namespaces(target, wanted);
    Set<NamespaceKind> shared = host.among(identities);
    Set<NamespaceKind> others = OwnedNamespaces.notTheirs(target, wanted, shared);
    List<Use> uses = new ArrayList<>();
    for (Grant grant : grants) {
      Tool tool = rights.catalogue().tool(grant.tool()).orElseThrow();
      Set<NamespaceKind> kinds = kinds(grant, tool, target, shared, others);
      if (tool.isTold() || (!kinds.isEmpty() && kinds.containsAll(tool.kinds().requires()))) {
        uses.add(new Use(grant, tool, kinds));
      }
    }
    boolean isKept =
        grants.stream()
            .anyMatch(
                g -> !g.hostNamespaces() && g.namespaces().stream().anyMatch(shared::contains));
    return new PermittedTools(target.target(), target.unheard(), uses, isKept ? shared : Set.of());
  }

  private static Set<NamespaceKind> kinds(
      Grant grant,
      Tool tool,
      Candidate target,
      Set<NamespaceKind> shared,
      Set<NamespaceKind> others) {
    Set<NamespaceKind> kinds = NamespaceKind.setOf(grant.namespaces());
    kinds.removeAll(tool.kinds().excludes());
    if (!grant.hostNamespaces()) {
      kinds.removeAll(shared);
    }
    Set<NamespaceKind> joined = Plan.joined(kinds, View.of(tool, kinds));
    if (shared.contains(NamespaceKind.USER)) {
      joined.remove(NamespaceKind.USER);
    }
    kinds.removeIf(kind -> joined.contains(kind) && others.contains(kind));
    joined.removeAll(others);
    if (OwnedNamespaces.needsUserForFiles(target, joined)) {
      kinds.remove(NamespaceKind.MNT);
    }
    return kinds;
  }

  static Refusal unreachable(Operator operator, String detail, String nearest) {
    return Refusal.denied(
        "no container of that name or id that %s may enter: %sdbg ps lists those you may enter"
            .formatted(operator.user(), nearest),
        detail);
  }
}
