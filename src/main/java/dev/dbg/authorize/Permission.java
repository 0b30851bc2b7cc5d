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
 * What may be run. Its owner closes it, and with it the target's descriptors.
 *
 * @param arguments what follows the tool's name, as its grammar reads it
 * @param namespaces what identifies each namespace that is to be joined
 * @param view what the tool will see as {@code /}
 * @param leavesFilesOut whether {@code mnt} was selected and is not joined
 * @param decision the permitting rule's place, and what it ties its permission to
 */
public record Permission<C extends Candidate>(
    Tool tool,
    ParsedArguments arguments,
    C target,
    Map<NamespaceKind, String> namespaces,
    View view,
    boolean leavesFilesOut,
    Decision.Permitted decision)
    implements AutoCloseable {

  /** The permitting rule's {@code file:line}. */
  public String rule() {
    return decision.rule();
  }

  /** What that rule ties its permission to. */
  public Terms terms() {
    return decision.terms();
  }

  /** What the tool gets of its entry's capabilities. */
  public Set<Capability> capabilities() {
    return Plan.capabilities(tool, view);
  }

  @Override
  public void close() {
    target.close();
  }
}
