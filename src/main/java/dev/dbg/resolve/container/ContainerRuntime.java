package dev.dbg.resolve.container;

import java.util.List;
import java.util.Optional;

/** Something that runs containers and can be asked about them. Any thread may ask. */
public interface ContainerRuntime {
  /** The scheme that chooses it: {@code docker}, {@code podman}, {@code pid}. */
  String scheme();

  /**
   * The container of this name, id, or id's prefix.
   *
   * @return empty when it has none
   * @throws RuntimeUnavailable when it can't be asked, or does not answer in time
   */
  Optional<FoundContainer> find(String nameOrId) throws RuntimeUnavailable;

  /**
   * All its containers, running or not. The question is the same whatever is looked for. The answer
   * is enough to decide who may see a container, not to enter it.
   */
  List<FoundContainer> all() throws RuntimeUnavailable;

  /** Its running containers. */
  List<FoundContainer> running() throws RuntimeUnavailable;
}
