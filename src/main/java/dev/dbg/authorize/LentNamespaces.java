package dev.dbg.authorize;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Refusal;
import dev.dbg.resolve.container.Candidate;
import java.util.EnumSet;
import java.util.Set;

/**
 * What a user's container may lend: its own namespaces, and to a tool that is not the host's root
 * there. A user may have mounted any file of the host that he can name, not read, into it; root
 * outside of that user's ids would read it.
 */
final class LentNamespaces {
  private LentNamespaces() {}

  /**
   * Refuses what the container's owner cannot lend.
   *
   * @param joined what is to be joined
   * @param shared those that are the host's, about which the policy has decided
   */
  static void require(Candidate container, Set<NamespaceKind> joined, Set<NamespaceKind> shared)
      throws Refusal {
    String address = container.target().address();
    if (needsUserForFiles(container, joined)) {
      throw Refusal.denied(
          "%s: a user's container may show files of the host's that only root may read: its mnt is entered with user, as nobody but that user"
              .formatted(address));
    }
    Set<NamespaceKind> others = notTheirs(container, joined, shared);
    if (!others.isEmpty()) {
      throw Refusal.denied(
          "%s: its %s is another's, not that user's: leave it out"
              .formatted(address, NamespaceKind.words(others)));
    }
  }

  /** Whether the files would be entered with other ids than the user's. */
  static boolean needsUserForFiles(Candidate container, Set<NamespaceKind> joined) {
    return container.target().owner().isPresent()
        && joined.contains(NamespaceKind.MNT)
        && !joined.contains(NamespaceKind.USER);
  }

  /** Those of {@code kinds} that are neither the host's nor the owner's. */
  static Set<NamespaceKind> notTheirs(
      Candidate container, Set<NamespaceKind> kinds, Set<NamespaceKind> shared) throws Refusal {
    Set<NamespaceKind> own = EnumSet.noneOf(NamespaceKind.class);
    own.addAll(kinds);
    own.removeAll(shared);
    try {
      return container.notTheirs(own);
    } catch (KernelException e) {
      throw Refusal.failed(
          ExitStatus.DBG_FAILED,
          "%s cannot be entered: %s".formatted(container.target().address(), e.message()));
    }
  }
}
