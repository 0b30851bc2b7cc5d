package dev.dbg.policy.rule;

import dev.dbg.model.NamespaceKind;
import java.util.Set;

/**
 * A rule's permission for an operator to run a tool in a container.
 *
 * @param namespaces the permitted namespaces; a request names all or some of them
 * @param hostNamespaces whether these may be the host's
 * @param stopped whether the files of one that does not run are shown, too
 * @param rule the rule's {@code file:line}
 */
public record Grant(
    String tool,
    Set<NamespaceKind> namespaces,
    boolean hostNamespaces,
    boolean stopped,
    String rule,
    Terms terms,
    Bounds bounds) {
  public Grant {
    namespaces = Set.copyOf(namespaces);
  }
}
