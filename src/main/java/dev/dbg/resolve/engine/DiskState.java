package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * An engine's files about its containers, used when the engine does not answer. They may be out of
 * date: whether a process still exists is not checked here.
 *
 * <p>For any thread. Reading may block if the file system does.
 */
public interface DiskState {
  boolean isThere();

  /**
   * The container of this name, id, or id's only prefix.
   *
   * @throws IOException if there are no files, or they cannot be read
   */
  Optional<FoundContainer> find(String nameOrId) throws IOException;

  /**
   * The control groups in which the files say that a container of root's is, beside those that the
   * engine makes unless told otherwise, {@link dev.dbg.resolve.container.GroupPaths}.
   *
   * @param id the container's whole id
   */
  List<String> groups(String id);

  /** Whether these are the files of the engine that says this of itself. */
  boolean isOf(EngineAnswer.Itself engine);

  /** The files of root's engine as an index that is kept. */
  StateIndex index();

  /** Whether the files have all that rules look at, labels too. */
  boolean tellAll();

  List<FoundContainer> all() throws IOException;

  /** The containers that were running when the files were written. */
  default List<FoundContainer> running() throws IOException {
    return all().stream().filter(found -> found.target().isRunning()).toList();
  }
}
