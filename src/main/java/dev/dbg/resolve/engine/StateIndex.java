package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;

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
}
