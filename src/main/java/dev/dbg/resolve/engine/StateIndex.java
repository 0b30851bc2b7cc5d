package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What an engine's files say of all its containers, read again only where the stamps of the files
 * have changed. What has a default is as for an engine whose files have all that it would tell. For
 * any thread.
 */
interface StateIndex {
  /**
   * All containers: at least their names and ids are as the files say now. The list is the same
   * object while nothing has changed.
   *
   * @throws IOException if there are no files, or they cannot be read
   */
  List<FoundContainer> files() throws IOException;

  /** Whether the files have all that rules look at, labels too. */
  default boolean tellsAll() {
    return true;
  }

  /**
   * The stamps of all files that change when the engine's list does, for {@link #keep}; empty if
   * the next change may not show in them.
   */
  default List<FileStamp> stamps() {
    return List.of();
  }

  /**
   * Keeps the engine's list.
   *
   * @param before the stamps before the engine was asked
   */
  default void keep(List<FoundContainer> list, List<FileStamp> before) {
    // The files say the same.
  }

  /** What the engine would list now; empty if only the engine knows. */
  default Optional<List<FoundContainer>> list() throws IOException {
    return Optional.of(files());
  }
}
