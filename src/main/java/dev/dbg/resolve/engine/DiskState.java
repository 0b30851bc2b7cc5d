package dev.dbg.resolve.engine;

import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What an engine has noted of its containers on the disk, for when it can't be asked. It may be
 * old: whether a process is still there is not known here.
 *
 * <p>Any thread may read; reading may hang where the files are on a file system that does.
 */
public interface DiskState {
  /** Whether anything is kept there: asked first, for most hosts have one engine. */
  boolean isThere();

  /**
   * The container of this name, id, or id's only prefix.
   *
   * @throws IOException when nothing is kept there, or it can't be read
   */
  Optional<FoundContainer> find(String nameOrId) throws IOException;

  /** All that are noted. */
  List<FoundContainer> all() throws IOException;

  /** Those that were running when they were noted. */
  List<FoundContainer> running() throws IOException;
}
