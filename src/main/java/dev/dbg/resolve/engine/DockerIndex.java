package dev.dbg.resolve.engine;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.DirectoryWatch;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.model.ResolvedBy;
import dev.dbg.resolve.container.FoundContainer;
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
  private Map<String, KnownNames> directories = Map.of();
  private List<Path> files = List.of();
  private final Map<Path, KnownFile> known = new HashMap<>();
  private List<FoundContainer> containers = List.of();
  private @Nullable DirectoryWatch watch;
  private final Map<Integer, Path> watched = new HashMap<>();

  DockerIndex(DockerState state) {
    this.state = state;
  }

  /** The names in a directory; {@code isFinal}: whether any change since gives another stamp. */
  private record KnownNames(FileStamp stamp, boolean isFinal, List<String> names) {}

  /** What a container's file says; empty if it is missing or not complete. */
  private record KnownFile(FileStamp stamp, boolean isFinal, Optional<FoundContainer> container) {
    boolean holds(FileStamp now) {
      return isFinal && stamp.equals(now);
    }
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
      containers =
          known.values().stream().map(KnownFile::container).flatMap(Optional::stream).toList();
    }
    return containers;
  }

  /** Looks at the files, and reads those that have changed; whether none has. */
  private boolean haveAllStayed(List<Path> doubtful) {
    List<FileStamp> stamps = FileStamp.ofEach(doubtful);
    boolean same = true;
    for (int i = 0; i < doubtful.size(); i++) {
      KnownFile before = known.get(doubtful.get(i));
      if (before == null || !before.holds(stamps.get(i))) {
        known.put(doubtful.get(i), read(doubtful.get(i), stamps.get(i)));
        same = false;
      }
    }
    return same;
  }

  /** The files that may have changed: those that the kernel tells of, and those just written. */
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
    known.forEach(
        (file, then) -> {
          if (!then.isFinal) {
            doubtful.add(file);
          }
        });
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
    Map<String, KnownNames> now = new HashMap<>();
    now.put("", names(""));
    for (String directory : state.directories(now.get("").names)) {
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
                    entry.getValue().names.stream()
                        .filter(DockerState::isId)
                        .map(id -> state.file(entry.getKey(), id)))
            .toList();
    return true;
  }

  private KnownFile read(Path file, FileStamp stamp) {
    boolean isFinal = !stamp.equals(FileStamp.MISSING) && stamp.isSettled();
    return new KnownFile(
        stamp, isFinal, state.read(file).map(found -> found.foundBy(ResolvedBy.KNOWN)));
  }

  private KnownNames names(String directory) throws IOException {
    // Behind a link, if it is one.
    FileStamp stamp = FileStamp.of(state.dataRoot().resolve(directory).resolve("."));
    KnownNames before = directories.get(directory);
    if (before != null && before.isFinal && before.stamp.equals(stamp)) {
      return before;
    }
    boolean isFinal = stamp.isSettled();
    return new KnownNames(stamp, isFinal, state.names(directory));
  }

  @Override
  public boolean tellsAll() {
    return true;
  }

  @Override
  public List<FileStamp> stamps() {
    return List.of();
  }

  @Override
  public void keep(List<FoundContainer> list, List<FileStamp> before) {
    // The files say the same.
  }

  @Override
  public Optional<List<FoundContainer>> list() throws IOException {
    return Optional.of(files());
  }
}
