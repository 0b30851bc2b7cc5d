package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Podman's containers as its lists on the disk name them, read again when one of those has changed,
 * which it does when a container comes, goes or gets another name.
 */
final class PodmanIndex implements StateIndex {
  private final PodmanState state;
  private final List<Path> lists;
  private volatile Kept kept = new Kept(List.of(), List.of());

  PodmanIndex(PodmanState state) {
    this.state = state;
    this.lists = PodmanState.lists(state.graphRoot());
  }

  /** Containers, and the stamps of the files before they were read; empty for never. */
  private record Kept(List<FileStamp> stamps, List<FoundContainer> containers) {
    boolean holds(List<FileStamp> now) {
      return !stamps.isEmpty() && stamps.equals(now);
    }
  }

  @Override
  public List<FoundContainer> files() throws IOException {
    List<FileStamp> now = FileStamp.ofEach(lists);
    Kept before = kept;
    if (before.holds(now)) {
      return before.containers;
    }
    // Judged first: the next change may not show in stamps that are not settled.
    boolean isSettled = now.stream().allMatch(FileStamp::isSettled);
    List<FoundContainer> all = state.all();
    kept = new Kept(isSettled ? now : List.of(), all);
    return all;
  }
}
