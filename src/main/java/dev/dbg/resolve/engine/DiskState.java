package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameOrId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * An engine's files about its containers, used when the engine does not answer. They may be out of
 * date: whether a process still exists is not checked here. By default they tell nothing but the
 * containers, so that nobody relies on them.
 *
 * <p>For any thread. Reading may block if the file system does.
 */
public interface DiskState {
  /**
   * What an engine's files say of all its containers, read again only where the stamps of the files
   * have changed. For any thread.
   */
  interface StateIndex {
    /**
     * All containers: at least their names and ids are as the files say now. The list is the same
     * object while nothing has changed.
     *
     * @throws IOException if there are no files, or they cannot be read
     */
    List<FoundContainer> files() throws IOException;

    /** The same; empty if there are no files, or they cannot be read. */
    default Optional<List<FoundContainer>> now() {
      try {
        return Optional.of(files());
      } catch (IOException e) {
        return Optional.empty();
      }
    }
  }

  /** Whether they are where they should be. */
  default boolean isThere() {
    return false;
  }

  /**
   * The container of this name, id, or id's only prefix.
   *
   * @throws IOException if there are no files, or they cannot be read
   */
  default Optional<FoundContainer> find(String nameOrId) throws IOException {
    List<FoundContainer> all = all();
    // Of those with another storage driver, which dockerd leaves out, the files stay.
    if (all.stream().filter(found -> found.target().name().equals(nameOrId)).count() > 1) {
      throw new IOException("there are several called '%s': type an id".formatted(nameOrId));
    }
    return NameOrId.among(
        all, nameOrId, found -> found.target().id(), found -> List.of(found.target().name()));
  }

  /**
   * The control groups in which the files say that a container of root's is, beside those that the
   * engine makes unless told otherwise, {@link dev.dbg.resolve.container.GroupPaths}.
   *
   * @param id the container's whole id
   */
  default List<String> groups(String id) {
    return List.of();
  }

  /** Whether these are the files of the engine that says this of itself. */
  default boolean isOf(EngineAnswer.Itself engine) {
    return false;
  }

  /** The files of root's engine as an index that is kept. */
  default StateIndex index() {
    return this::all;
  }

  /** Whether the files have all that rules look at, labels too. */
  default boolean tellAll() {
    return false;
  }

  /**
   * All containers.
   *
   * @throws IOException if there are no files, or they cannot be read
   */
  List<FoundContainer> all() throws IOException;

  /** The containers that were running when the files were written. */
  default List<FoundContainer> running() throws IOException {
    return all().stream().filter(found -> found.target().isRunning()).toList();
  }
}
