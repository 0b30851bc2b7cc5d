package dev.dbg.resolve.container;

import java.util.List;
import java.util.Optional;

/** A container runtime that can be queried. For any thread. */
public interface ContainerRuntime {
  /** The scheme that selects it: {@code docker}, {@code podman}, {@code pid}. */
  String scheme();

  /**
   * The container of this name, id, or id's prefix.
   *
   * @return empty if there is no such container
   * @throws RuntimeUnavailable if the runtime cannot be asked, or does not answer in time
   */
  Optional<FoundContainer> find(String nameOrId) throws RuntimeUnavailable;

  /**
   * All its containers, running or not. The request does not depend on the container that is looked
   * for. The answer is enough to decide who may see a container, but not to enter it.
   */
  List<FoundContainer> all() throws RuntimeUnavailable;

  /** Its running containers. */
  List<FoundContainer> running() throws RuntimeUnavailable;
}
