package dev.dbg.authorize;

import dev.dbg.model.NamespaceKind;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/**
 * The namespaces that a command line selects.
 *
 * @param identities the identity of each of the container's namespaces
 * @param shared the kinds that the container shares with the host
 */
record SelectedNamespaces(Map<NamespaceKind, String> identities, Set<NamespaceKind> shared) {
  /** {@code all} means neither of these if the container shares it with the host. */
  private static final Set<NamespaceKind> NOTHING_GAINED =
      Set.of(NamespaceKind.USER, NamespaceKind.TIME, NamespaceKind.CGROUP);

  /**
   * The shared kinds that a rule must permit by {@code host-namespaces = true}. {@code all} means
   * all namespaces of the container's own, so shared kinds that gain nothing are not included.
   */
  Set<NamespaceKind> needingLeave() {
    Set<NamespaceKind> needing = NamespaceKind.setOf(shared);
    if (areAll()) {
      needing.removeAll(NOTHING_GAINED);
    }
    return needing;
  }

  private boolean areAll() {
    return identities.size() == NamespaceKind.values().length;
  }

  /**
   * The namespaces without the host's user namespace, in which the tool is anyway, and for {@code
   * all} without shared ones that gain nothing.
   */
  Map<NamespaceKind, String> worthJoining() {
    Map<NamespaceKind, String> own = new EnumMap<>(NamespaceKind.class);
    identities.forEach(
        (kind, identity) -> {
          boolean gainsNothing =
              kind == NamespaceKind.USER || (areAll() && NOTHING_GAINED.contains(kind));
          if (!(shared.contains(kind) && gainsNothing)) {
            own.put(kind, identity);
          }
        });
    return own;
  }
}
