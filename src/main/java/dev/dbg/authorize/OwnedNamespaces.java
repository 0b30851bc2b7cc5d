package dev.dbg.authorize;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.resolve.container.Candidate;
import java.util.Set;

/**
 * Restricts the namespaces of a user's container: the user must own them. And the files of whoever
 * has a user namespace of their own, also one that root has given to them, are entered only
 * together with that. They may have mounted host files there that only root can read; root outside
 * that user namespace could read them.
 */
final class OwnedNamespaces {
  private OwnedNamespaces() {}

  /**
   * Refuses namespaces that the container's owner does not own.
   *
   * @param shared the host's namespaces, about which the policy has decided
   */
  static void require(Candidate container, Set<NamespaceKind> joined, Set<NamespaceKind> shared)
      throws Refusal {
    String address = container.target().address();
    if (entersFilesAlone(joined) && !told(container, container::hasRootsMounts)) {
      throw Refusal.denied(
          "%s: its files are in a user namespace of its own and can be entered only together with user: select mnt,user"
              .formatted(address));
    }
    Set<NamespaceKind> others = notTheirs(container, joined, shared);
    if (!others.isEmpty()) {
      throw Refusal.denied(
          "%s: its %s does not belong to that user: leave it out"
              .formatted(address, NamespaceKind.words(others)));
    }
  }

  /** Whether the files would be entered without the container's user namespace. */
  static boolean needsUserForFiles(Candidate container, Set<NamespaceKind> joined) {
    return entersFilesAlone(joined) && !hasRootsMounts(container);
  }

  private static boolean entersFilesAlone(Set<NamespaceKind> joined) {
    return joined.contains(NamespaceKind.MNT) && !joined.contains(NamespaceKind.USER);
  }

  private static boolean hasRootsMounts(Candidate container) {
    try {
      return container.hasRootsMounts();
    } catch (KernelException e) {
      // Its process has ended, or nothing is known of it.
      return false;
    }
  }

  /** Which of {@code kinds} belong neither to the host nor to the owner. */
  static Set<NamespaceKind> notTheirs(
      Candidate container, Set<NamespaceKind> kinds, Set<NamespaceKind> shared) throws Refusal {
    Set<NamespaceKind> own = NamespaceKind.setOf(kinds);
    own.removeAll(shared);
    return told(container, () -> container.notTheirs(own));
  }

  /** What the kernel says of a container's namespaces. */
  private static <T> T told(
      Candidate container, KernelException.Attempt<T, KernelException> attempt) throws Refusal {
    try {
      return attempt.make();
    } catch (KernelException e) {
      throw Refusal.failed(
          "%s cannot be entered: %s".formatted(container.target().address(), e.message()));
    }
  }
}
