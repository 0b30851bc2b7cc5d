package dev.dbg.resolve.container;

import dev.dbg.kernel.KernelException;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Target;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The container that a decision is about; it identifies the same container until it is closed. */
public interface Candidate extends AutoCloseable {
  /** As its runtime describes it. */
  Target target();

  /** Whether it does not run, and nothing but its files can be looked at. */
  default boolean isStopped() {
    return false;
  }

  /** Whether it is a container that ran; of an image nothing ever does. */
  default boolean hasEnded() {
    return isStopped() && !target().isImage();
  }

  /** The engines that may have another one of the same name, and do not answer. */
  default List<String> unheard() {
    return List.of();
  }

  /** The identity of each of {@code kinds} of its namespaces: {@code net:[4026532341]}. */
  Map<NamespaceKind, String> namespaces(Set<NamespaceKind> kinds) throws KernelException;

  /**
   * Which of {@code kinds} of its namespaces do not belong to its owner; empty for root's
   * containers. A user's process may be in namespaces over which the user has no rights.
   */
  Set<NamespaceKind> notTheirs(Set<NamespaceKind> kinds) throws KernelException;

  /**
   * Whether root made the user namespace that owns its mount namespace now. In one of somebody
   * else's, that person has mounted what they like over the files. Once false, it stays false; so
   * ask after {@link #namespaces}.
   */
  boolean hasRootsMounts() throws KernelException;

  @Override
  void close();
}
