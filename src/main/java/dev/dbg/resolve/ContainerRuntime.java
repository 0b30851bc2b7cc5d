package dev.dbg.resolve;

import java.util.List;
import java.util.Optional;

/** Something that runs containers and can be asked about them. Any thread may ask. */
interface ContainerRuntime {
  /** The scheme that chooses it: {@code docker}, {@code podman}, {@code pid}. */
  String scheme();

  /**
   * The container of this name, id, or id's prefix.
   *
   * @return empty when it has none
   * @throws RuntimeUnavailable when it can't be asked, or does not answer in time
   */
  Optional<Found> find(String nameOrId) throws RuntimeUnavailable;

  /**
   * All its containers, those that do not run among them, by the same question whatever somebody
   * looks for. What is told of each is enough to see it and not to enter it.
   */
  List<Found> all() throws RuntimeUnavailable;

  /** Its running containers. */
  List<Found> running() throws RuntimeUnavailable;
}
