package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Target;
import java.util.Map;
import java.util.Set;

/** A container that stays the same one until it is closed: what a decision looks at. */
public interface Candidate extends AutoCloseable {
  /** What its runtime says of it. */
  Target target();

  /** What identifies each of {@code kinds} of its namespaces: {@code net:[4026532341]}. */
  Map<NamespaceKind, String> namespaces(Set<NamespaceKind> kinds) throws KernelException;

  /**
   * Which of {@code kinds} of its namespaces are not its owner's; none when it is root's. A process
   * of a user's may well be in namespaces of somebody else's, without the user having a say there.
   */
  Set<NamespaceKind> notTheirs(Set<NamespaceKind> kinds) throws KernelException;

  @Override
  void close();
}
