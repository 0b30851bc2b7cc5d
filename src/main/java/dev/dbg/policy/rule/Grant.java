package dev.dbg.policy.rule;

import dev.dbg.model.NamespaceKind;
import java.util.Set;

/**
 * That a rule lets an operator run a tool in a container.
 *
 * @param namespaces in which; a request names all of them or some
 * @param hostNamespaces whether those may be the host's
 * @param rule the rule's {@code file:line}
 */
public record Grant(
    String tool,
    Set<NamespaceKind> namespaces,
    boolean hostNamespaces,
    String rule,
    Terms terms,
    Bounds bounds) {
  public Grant {
    namespaces = Set.copyOf(namespaces);
  }
}
