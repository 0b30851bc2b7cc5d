package dev.dbg.authorize;

import dev.dbg.model.NamespaceKind;
import dev.dbg.plan.Plan;
import dev.dbg.plan.View;
import dev.dbg.policy.rule.Decision;
import dev.dbg.policy.rule.Terms;
import dev.dbg.resolve.container.Candidate;
import dev.dbg.tools.Capability;
import dev.dbg.tools.Tool;
import dev.dbg.tools.argument.ParsedArguments;
import java.util.Map;
import java.util.Set;

/**
 * The permission to run a tool with its arguments in a target. Closing it closes the target's
 * descriptors.
 *
 * @param selected the namespaces that the line names, or that were chosen for it
 * @param namespaces the identity of each namespace to join
 * @param view what the tool will see as {@code /}
 * @param leavesFilesOut whether {@code mnt} was selected but is not joined
 * @param decision the permitting rule
 */
public record Permission<C extends Candidate>(
    Tool tool,
    ParsedArguments arguments,
    C target,
    Set<NamespaceKind> selected,
    Map<NamespaceKind, String> namespaces,
    View view,
    boolean leavesFilesOut,
    Decision.Permitted decision)
    implements AutoCloseable {

  /** The permitting rule's {@code file:line}. */
  public String rule() {
    return decision.rule();
  }

  /** That rule's conditions and limits. */
  public Terms terms() {
    return decision.terms();
  }

  /** The capabilities of its entry that the tool gets. */
  public Set<Capability> capabilities() {
    return Plan.capabilities(tool, view);
  }

  @Override
  public void close() {
    target.close();
  }
}
