package dev.dbg.resolve.engine;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Podman's containers as its lists on the disk name them, and its service's list for as long as
 * those do not change. They change when a container comes, goes or gets another name; labels and
 * images never do. Whether a container runs is not in them: of this, what is kept may be old.
 */
final class PodmanIndex implements StateIndex {
  private final PodmanState state;
  private final List<Path> lists;
  private volatile Kept files = Kept.NOTHING;
  private volatile Kept list = Kept.NOTHING;

  PodmanIndex(PodmanState state) {
    this.state = state;
    this.lists = state.lists();
  }

  /** Containers, and the stamps of the files before they were asked for; empty for never. */
  private record Kept(List<FileStamp> stamps, List<FoundContainer> containers) {
    static final Kept NOTHING = new Kept(List.of(), List.of());

    boolean holds(List<FileStamp> now) {
      return !stamps.isEmpty() && stamps.equals(now);
    }
  }

  @Override
  public List<FoundContainer> files() throws IOException {
    List<FileStamp> now = stamps();
    Kept before = files;
    if (before.holds(now)) {
      return before.containers;
    }
    List<FoundContainer> all = state.all();
    files = new Kept(now, all);
    return all;
  }

  @Override
  public boolean tellsAll() {
    return false;
  }

  @Override
  public List<FileStamp> stamps() {
    List<FileStamp> stamps = FileStamp.ofEach(lists);
    return stamps.stream().allMatch(FileStamp::isSettled) ? stamps : List.of();
  }

  @Override
  public void keep(List<FoundContainer> answer, List<FileStamp> before) {
    list = new Kept(before, answer);
  }

  @Override
  public Optional<List<FoundContainer>> list() {
    Kept before = list;
    return before.holds(stamps()) ? Optional.of(before.containers) : Optional.empty();
  }
}
