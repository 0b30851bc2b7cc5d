package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

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

  /** Whether the files have all that rules look at, labels too. */
  boolean tellsAll();

  /**
   * The stamps of all files that change when the engine's list does, for {@link #keep}; empty if
   * the next change may not show in them.
   */
  List<FileStamp> stamps();

  /**
   * Keeps the engine's list.
   *
   * @param before the stamps before the engine was asked
   */
  void keep(List<FoundContainer> list, List<FileStamp> before);

  /** What the engine would list now; empty if only the engine knows. */
  Optional<List<FoundContainer>> list() throws IOException;
}
