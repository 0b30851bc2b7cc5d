package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Target;
import java.util.Map;
import java.util.Set;

/** A container that stays the same until it is closed: the object of a decision. */
public interface Candidate extends AutoCloseable {
  /** As its runtime describes it. */
  Target target();

  /** What identifies each of {@code kinds} of its namespaces: {@code net:[4026532341]}. */
  Map<NamespaceKind, String> namespaces(Set<NamespaceKind> kinds) throws KernelException;

  /**
   * Which of {@code kinds} of its namespaces do not belong to its owner; none for root's. A user's
   * process may be in namespaces over which the user has no rights.
   */
  Set<NamespaceKind> notTheirs(Set<NamespaceKind> kinds) throws KernelException;

  @Override
  void close();
}
