package dev.dbg.authorize;

import dev.dbg.grammar.WantedNamespaces;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.plan.Plan;
import dev.dbg.plan.View;
import dev.dbg.policy.PolicyQuery;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.tools.Tool;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Chooses the namespaces for a line that names none, or {@code all}: as many as one rule permits,
 * of those that the container does not share with the host. A namespace that the tool requires is
 * never left out; if it is the host's, the decision that follows refuses it.
 */
final class NamespaceChoice {
  private NamespaceChoice() {}

  static <C extends Candidate> Set<NamespaceKind> of(
      WantedNamespaces.Chosen chosen,
      Tool tool,
      Set<NamespaceKind> required,
      Set<NamespaceKind> excluded,
      C target,
      TargetFinder<C> finder,
      PolicyQuery inquiry,
      HostNamespaces host)
      throws Refusal {
    Set<NamespaceKind> also = tool.also(inquiry.arguments().orElseThrow());
    Set<NamespaceKind> wanted = wanted(chosen, also, required, target);
    wanted.removeAll(excluded);
    Map<NamespaceKind, String> identities = finder.namespaces(target, wanted);
    Set<NamespaceKind> shared = host.among(identities);
    Set<NamespaceKind> useless = NamespaceKind.setOf(shared);
    useless.addAll(OwnedNamespaces.notTheirs(target, wanted, shared));
    useless.removeAll(required);
    wanted.removeAll(useless);
    Set<NamespaceKind> best = NamespaceKind.setOf(required);
    for (Set<NamespaceKind> permitted : inquiry.namespacesPermittedIn(target.target())) {
      Set<NamespaceKind> kinds = NamespaceKind.setOf(wanted);
      kinds.retainAll(permitted);
      if (isWithoutItsUser(target, kinds, tool, required)) {
        kinds.remove(NamespaceKind.MNT);
      }
      if (kinds.containsAll(required) && kinds.size() > best.size()) {
        best = kinds;
      }
    }
    return best;
  }

  private static Set<NamespaceKind> wanted(
      WantedNamespaces.Chosen chosen,
      Set<NamespaceKind> also,
      Set<NamespaceKind> required,
      Candidate target) {
    Set<NamespaceKind> wanted = EnumSet.noneOf(NamespaceKind.class);
    if (chosen == WantedNamespaces.Chosen.FOR_TOOL) {
      wanted.addAll(required);
      wanted.addAll(also);
      if (OwnedNamespaces.needsUserForFiles(target, wanted)) {
        wanted.add(NamespaceKind.USER);
      }
    }
    if (wanted.isEmpty()) {
      wanted.addAll(EnumSet.allOf(NamespaceKind.class));
    }
    return wanted;
  }

  /** Whether the files of a user's container would be entered without its user namespace. */
  private static boolean isWithoutItsUser(
      Candidate target, Set<NamespaceKind> kinds, Tool tool, Set<NamespaceKind> required) {
    return !required.contains(NamespaceKind.MNT)
        && OwnedNamespaces.needsUserForFiles(target, Plan.joined(kinds, View.of(tool, kinds)));
  }
}
