package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException.Attempt;
import dev.dbg.kernel.file.FileStamp;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the lists of containers of Podman and CRI-O say, read again when one of those has changed,
 * which it does when a container comes, goes or gets another name. For any thread.
 *
 * @param <T> what is made of a container
 */
public final class StorageIndex<T> {
  private final List<Path> lists;
  private final Attempt<List<T>, IOException> source;
  private volatile Kept<T> kept = new Kept<>(List.of(), List.of());

  /** {@code source} reads the lists, and all else that is to be kept. */
  public StorageIndex(Path graphRoot, Attempt<List<T>, IOException> source) {
    this.lists = StoredContainer.lists(graphRoot);
    this.source = source;
  }

  /** Containers, and the stamps of the files before they were read; empty for never. */
  private record Kept<T>(List<FileStamp> stamps, List<T> containers) {
    boolean holds(List<FileStamp> now) {
      return !stamps.isEmpty() && stamps.equals(now);
    }
  }

  /** The same list while nothing has changed. */
  public List<T> now() throws IOException {
    List<FileStamp> now = FileStamp.ofEach(lists);
    Kept<T> before = kept;
    if (before.holds(now)) {
      return before.containers;
    }
    // Judged first: the next change may not show in stamps that are not settled.
    boolean isSettled = now.stream().allMatch(FileStamp::isSettled);
    List<T> all = source.make();
    kept = new Kept<>(isSettled ? now : List.of(), all);
    return all;
  }
}
