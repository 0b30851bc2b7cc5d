package dev.dbg.authorize;

import dev.dbg.model.NamespaceKind;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The namespaces that a line selects.
 *
 * @param identities of the container's
 * @param shared those that are the host's too
 */
record SelectedNamespaces(Map<NamespaceKind, String> identities, Set<NamespaceKind> shared) {
  /** Kinds that need not be joined where the container shares them: the tool is in them anyway. */
  private static final Set<NamespaceKind> NOTHING_GAINED =
      Set.of(NamespaceKind.USER, NamespaceKind.TIME, NamespaceKind.CGROUP);

  static SelectedNamespaces of(Map<NamespaceKind, String> identities, HostNamespaces host) {
    return new SelectedNamespaces(identities, host.among(identities));
  }

  /**
   * The shared ones that a rule must permit by {@code host-namespaces = true}. {@code all} means
   * all that the container has of its own, so it does not include those that gain nothing.
   */
  Set<NamespaceKind> needingLeave() {
    Set<NamespaceKind> needing = EnumSet.noneOf(NamespaceKind.class);
    needing.addAll(shared);
    if (identities.size() == NamespaceKind.values().length) {
      needing.removeAll(NOTHING_GAINED);
    }
    return needing;
  }

  /** Without shared ones that gain nothing. */
  Map<NamespaceKind, String> worthJoining() {
    Map<NamespaceKind, String> own = new EnumMap<>(NamespaceKind.class);
    identities.forEach(
        (kind, identity) -> {
          if (!(shared.contains(kind) && NOTHING_GAINED.contains(kind))) {
            own.put(kind, identity);
          }
        });
    return own;
  }
}
