package dev.dbg.authorize;

import dev.dbg.model.NamespaceKind;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The identity of each of the host's namespaces, as {@code net:[4026531840]}. Immutable. */
public record HostNamespaces(Map<NamespaceKind, String> identities) {
  public HostNamespaces {
    identities = Map.copyOf(identities);
  }

  /** The kinds of which the container has the host's namespace. */
  public Set<NamespaceKind> among(Map<NamespaceKind, String> containers) {
    Set<NamespaceKind> shared = EnumSet.noneOf(NamespaceKind.class);
    containers.forEach(
        (kind, identity) -> {
          if (identity.equals(identities.get(kind))) {
            shared.add(kind);
          }
        });
    return shared;
  }
}
