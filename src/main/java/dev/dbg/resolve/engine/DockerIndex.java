package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.DirectoryWatch;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.StampedContent;
import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.NameGrammar;
import dev.dbg.resolve.engine.DiskState.StateIndex;
import dev.dbg.resolve.untrusted.Allowance;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Docker's containers as the files of dockerd say, each file read again only when it has changed.
 *
 * <p>dockerd replaces a container's file before it answers a request that changes the container,
 * and the directory above changes when one comes or goes. The kernel tells of the first by a watch
 * on each container's directory, of the second by the directory's stamp. So this is never older
 * than what a client of dockerd was told. Without watches each file's stamp is looked at, which
 * takes a millisecond for 300.
 */
final class DockerIndex implements StateIndex {
  private final DockerState state;

  // Guarded by this.
  private Map<String, StampedContent<List<String>>> directories = Map.of();
  private List<Path> files = List.of();

  /** What each container's file says; empty if it is missing or not complete. */
  private final Map<Path, StampedContent<Optional<FoundContainer>>> known = new HashMap<>();

  private List<FoundContainer> containers = List.of();
  private @Nullable DirectoryWatch watch;
  private final Map<Integer, Path> watched = new HashMap<>();

  DockerIndex(DockerState state) {
    this.state = state;
  }

  @Override
  public synchronized List<FoundContainer> files() throws IOException {
    boolean others = findFiles();
    if (others) {
      watchAll();
      known.keySet().retainAll(Set.copyOf(files));
    }
    List<Path> doubtful = others ? files : List.copyOf(doubtful());
    boolean stayed = doubtful.isEmpty() || haveAllStayed(doubtful);
    if (others || !stayed) {
      containers = kept();
    }
    return containers;
  }

  private List<FoundContainer> kept() {
    return known.values().stream().map(StampedContent::value).flatMap(Optional::stream).toList();
  }

  /**
   * Looks at the files, and reads those that have changed; whether none has.
   *
   * @throws IOException if they say more than is read at once: what a file says is not known then,
   *     and the next look goes on
   */
  private boolean haveAllStayed(List<Path> doubtful) throws IOException {
    List<FileStamp> stamps = FileStamp.ofEach(doubtful);
    boolean same = true;
    try (Allowance allowance =
        Allowance.ofRuntime(kept().stream().map(found -> found.target().labels()).toList())) {
      for (int i = 0; i < doubtful.size(); i++) {
        StampedContent<Optional<FoundContainer>> before = known.get(doubtful.get(i));
        if (before == null || !before.holds(stamps.get(i))) {
          StampedContent<Optional<FoundContainer>> now =
              read(doubtful.get(i), stamps.get(i), allowance);
          if (allowance.isSpent()) {
            // The kernel tells of them once: what has not been looked at is not known any more.
            boolean _ = known.keySet().removeAll(doubtful.subList(i, doubtful.size()));
            throw new AllowanceExceeded();
          }
          known.put(doubtful.get(i), now);
          same = false;
        }
      }
    }
    return same;
  }

  /** The files that the kernel tells of, those just written, and those that were not read yet. */
  private Collection<Path> doubtful() {
    Set<Path> doubtful = new HashSet<>();
    Optional<Set<Integer>> changed = changed();
    if (changed.isEmpty()) {
      return files;
    }
    for (int directory : changed.get()) {
      Path file = watched.get(directory);
      if (file != null) {
        doubtful.add(file);
      }
    }
    for (Path file : files) {
      StampedContent<Optional<FoundContainer>> then = known.get(file);
      if (then == null || !then.isFinal()) {
        doubtful.add(file);
      }
    }
    return doubtful;
  }

  /** The watched directories that have changed; empty if any may have. */
  private Optional<Set<Integer>> changed() {
    try {
      return watch == null ? Optional.empty() : watch.changed();
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  /** Watches each container's directory; none if the host's limit of watches is reached. */
  private void watchAll() {
    watched.clear();
    try {
      DirectoryWatch one = watch == null ? DirectoryWatch.create() : watch;
      watch = one;
      for (Path file : files) {
        try {
          watched.put(one.add(file.resolveSibling("")), file);
        } catch (KernelException e) {
          // A container that has just been removed: the next look finds other names.
          if (!e.isNoSuchFile()) {
            throw e;
          }
        }
      }
    } catch (KernelException e) {
      if (watch != null) {
        watch.close();
        watch = null;
      }
    }
  }

  /** Finds the containers' files; whether they are others than before. */
  private boolean findFiles() throws IOException {
    Map<String, StampedContent<List<String>>> now = new HashMap<>();
    now.put("", names(""));
    for (String directory : state.directories(now.get("").value())) {
      now.put(directory, names(directory));
    }
    if (now.equals(directories)) {
      return false;
    }
    directories = now;
    files =
        now.entrySet().stream()
            .flatMap(
                entry ->
                    entry.getValue().value().stream()
                        .filter(NameGrammar::isId)
                        .map(id -> state.file(entry.getKey(), id)))
            .toList();
    return true;
  }

  private StampedContent<Optional<FoundContainer>> read(
      Path file, FileStamp stamp, Allowance allowance) {
    return StampedContent.read(
        stamp, () -> state.read(file, allowance).map(found -> found.foundBy(ResolvedBy.KNOWN)));
  }

  private StampedContent<List<String>> names(String directory) throws IOException {
    // Behind a link, if it is one.
    FileStamp stamp = FileStamp.of(state.dataRoot().resolve(directory).resolve("."));
    StampedContent<List<String>> before = directories.get(directory);
    return before != null && before.holds(stamp)
        ? before
        : StampedContent.read(stamp, () -> state.names(directory));
  }
}
