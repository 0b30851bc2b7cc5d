package dev.dbg.resolve.containerd;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.file.StampedContent;
import dev.dbg.model.Uid;
import dev.dbg.resolve.untrusted.AllowanceExceeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All bundles of one containerd, as an index: those of a namespace are looked at again only when
 * its directory has changed, which it does when a container is created or removed. A container's
 * bundle is read again, whatever the index says, before it is entered.
 *
 * <p>For any thread.
 */
final class Bundles {
  private static final String TASKS = "io.containerd.runtime.v2.task";

  /** The directory with one for each namespace. */
  private static final String TOP = ".";

  /** More of a namespace are not read. */
  private static final int MOST = 10_000;

  private final Path tasks;
  private final Uid owner;

  // Guarded by this.
  private StampedContent<List<String>> namespaces =
      new StampedContent<>(List.of(), FileStamp.MISSING, false);

  /** By namespace and id; empty if a bundle is being created or removed, or says too much. */
  private final Map<String, StampedContent<Map<String, StampedContent<Optional<Bundle>>>>> read =
      new HashMap<>();

  private List<Bundle> bundles = List.of();

  /**
   * Names the directory.
   *
   * @param state containerd's state directory
   */
  Bundles(Path state, Uid owner) {
    this.tasks = state.resolve(TASKS);
    this.owner = owner;
  }

  boolean isThere() {
    return Files.exists(tasks);
  }

  /**
   * All bundles that are complete but for the number of a process, in no order; none of dockerd.
   * The same list while nothing has changed.
   *
   * @throws IOException if the directory is not root's, or cannot be read
   */
  synchronized List<Bundle> all() throws IOException {
    try (OwnedTree tree = OwnedTree.open(tasks, owner)) {
      FileStamp stamp = FileStamp.of(tree.status());
      boolean same = namespaces.holds(stamp);
      if (!same) {
        namespaces = StampedContent.read(stamp, () -> names(tree, TOP));
        read.keySet().retainAll(namespaces.value());
      }
      for (String namespace : namespaces.value()) {
        same &= namespace.equals(Bundle.DOCKERS) || hasStayed(tree, namespace);
      }
      if (!same) {
        bundles =
            read.values().stream()
                .flatMap(some -> some.value().values().stream())
                .flatMap(bundle -> bundle.value().stream())
                .toList();
      }
      return bundles;
    }
  }

  /** One bundle as it is now; empty if it is not there or not complete. */
  Optional<Bundle> now(String namespace, String id) {
    try (OwnedTree tree = OwnedTree.open(tasks, owner)) {
      return read(tree, namespace, id);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Looks at a namespace, and reads its bundles again if it may have changed; whether none has. */
  private boolean hasStayed(OwnedTree tree, String namespace) {
    FileStamp stamp = stamp(tree, namespace);
    StampedContent<Map<String, StampedContent<Optional<Bundle>>>> before = read.get(namespace);
    if (before == null ? stamp.equals(FileStamp.MISSING) : before.holds(stamp)) {
      return true;
    }
    try {
      StampedContent<Map<String, StampedContent<Optional<Bundle>>>> now =
          StampedContent.read(
              stamp, () -> read(tree, namespace, before == null ? Map.of() : before.value()));
      // Of one without a process, the number may be written later.
      boolean whole =
          now.value().values().stream()
              .allMatch(one -> one.value().map(its -> its.pid() > 0).orElseGet(one::isFinal));
      read.put(namespace, new StampedContent<>(now.value(), stamp, now.isFinal() && whole));
      return before != null && before.value().equals(now.value());
    } catch (IOException e) {
      // It was removed just now, or it is not root's.
      read.remove(namespace);
    }
    return false;
  }

  private static Map<String, StampedContent<Optional<Bundle>>> read(
      OwnedTree tree, String namespace, Map<String, StampedContent<Optional<Bundle>>> known)
      throws IOException {
    Map<String, StampedContent<Optional<Bundle>>> now = new HashMap<>();
    for (String id : names(tree, namespace)) {
      FileStamp stamp = stamp(tree, namespace + "/" + id);
      StampedContent<Optional<Bundle>> before = known.get(id);
      boolean same = before != null && before.holds(stamp);
      now.put(id, same ? before : read(tree, namespace, id, stamp));
    }
    return now;
  }

  private static StampedContent<Optional<Bundle>> read(
      OwnedTree tree, String namespace, String id, FileStamp stamp) {
    try {
      return StampedContent.read(stamp, () -> read(tree, namespace, id));
    } catch (IOException e) {
      return new StampedContent<>(Optional.empty(), stamp, false);
    }
  }

  /** Empty if it says too much, as it will when it is read again. */
  private static Optional<Bundle> read(OwnedTree tree, String namespace, String id)
      throws IOException {
    try {
      return Optional.of(Bundle.read(tree, namespace, id));
    } catch (AllowanceExceeded e) {
      return Optional.empty();
    }
  }

  private static FileStamp stamp(OwnedTree tree, String path) {
    try (OwnedTree directory = tree.directory(path)) {
      return FileStamp.of(directory.status());
    } catch (IOException e) {
      return FileStamp.MISSING;
    }
  }

  private static List<String> names(OwnedTree tree, String path) throws IOException {
    List<String> names = new ArrayList<>();
    tree.forEachName(
        path,
        name -> {
          if (Bundle.isIdentifier(name) && names.size() < MOST) {
            names.add(name);
          }
        });
    return names;
  }
}
