package dev.dbg.resolve.containerd;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All bundles of one containerd, as an index: they are read again only when the directory of a
 * namespace has changed, which it does when a container is created or removed. A container's bundle
 * is read again, whatever the index says, before it is entered.
 *
 * <p>The kernel stamps changes with a clock that ticks every few milliseconds; two changes in one
 * tick have one time. So what was read within a tick of a change is not relied on.
 *
 * <p>For any thread.
 */
final class Bundles {
  private static final String TASKS = "io.containerd.runtime.v2.task";

  /** More are not read. */
  private static final int MOST = 10_000;

  private final Path tasks;
  private final Uid owner;
  private volatile BundleListing listing = new BundleListing(Map.of(), List.of(), 0, false);

  /**
   * What was read.
   *
   * @param directories the identity of each directory that was listed, before it was; of all
   *     namespaces by the empty name
   * @param read when, in nanoseconds since 1970
   * @param isFinal whether a change since would show in an identity
   */
  private record BundleListing(
      Map<String, FileStamp> directories, List<Bundle> bundles, long read, boolean isFinal) {}

  /**
   * Names the directory.
   *
   * @param state containerd's state directory
   */
  Bundles(Path state) {
    this(state, Uid.ROOT);
  }

  Bundles(Path state, Uid owner) {
    this.tasks = state.resolve(TASKS);
    this.owner = owner;
  }

  /** Whether containerd has made the directory. */
  boolean isThere() {
    return Files.exists(tasks);
  }

  /**
   * All bundles that are complete, in no order; none of dockerd.
   *
   * @throws IOException if the directory is not root's, or cannot be read
   */
  List<Bundle> all() throws IOException {
    BundleListing known = listing;
    try (OwnedTree tree = OwnedTree.open(tasks, owner)) {
      return known.isFinal() && isUnchanged(tree, known.directories())
          ? known.bundles()
          : again(tree);
    }
  }

  /** One bundle as it is now; empty if it is not there or not complete. */
  Optional<Bundle> now(String namespace, String id) {
    try (OwnedTree tree = OwnedTree.open(tasks, owner)) {
      return Optional.of(Bundle.read(tree, namespace, id));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isUnchanged(OwnedTree tree, Map<String, FileStamp> directories)
      throws KernelException {
    for (Map.Entry<String, FileStamp> directory : directories.entrySet()) {
      if (!directory.getValue().equals(identity(tree, directory.getKey()).orElse(null))) {
        return false;
      }
    }
    return true;
  }

  private static Optional<FileStamp> identity(OwnedTree tree, String namespace)
      throws KernelException {
    if (namespace.isEmpty()) {
      return Optional.of(FileStamp.of(tree.status()));
    }
    try (OwnedTree directory = tree.directory(namespace)) {
      return Optional.of(FileStamp.of(directory.status()));
    } catch (IOException e) {
      // It was removed just now, or it is not root's.
      return Optional.empty();
    }
  }

  private synchronized List<Bundle> again(OwnedTree tree) throws IOException {
    long now = nanos(Instant.now());
    Map<String, Bundle> known = new HashMap<>();
    for (Bundle bundle : listing.bundles()) {
      if (bundle.identity().isSettledAt(listing.read())) {
        known.put(bundle.namespace() + "/" + bundle.id(), bundle);
      }
    }
    Map<String, FileStamp> directories = new HashMap<>();
    directories.put("", FileStamp.of(tree.status()));
    List<Bundle> bundles = new ArrayList<>();
    boolean whole = true;
    for (String namespace : names(tasks)) {
      Optional<FileStamp> identity = identity(tree, namespace);
      if (identity.isPresent() && !namespace.equals(Bundle.DOCKERS)) {
        directories.put(namespace, identity.get());
        whole &= addAll(tree, namespace, known, bundles);
      }
    }
    boolean settled = directories.values().stream().allMatch(at -> at.isSettledAt(now));
    listing = new BundleListing(directories, List.copyOf(bundles), now, whole && settled);
    return listing.bundles();
  }

  /**
   * Adds the bundles of a namespace.
   *
   * @param known what need not be read again if it has not changed
   * @return whether all of them were complete
   */
  private boolean addAll(
      OwnedTree tree, String namespace, Map<String, Bundle> known, List<Bundle> bundles) {
    try {
      boolean whole = true;
      for (String id : names(tasks.resolve(namespace))) {
        whole &= bundles.size() < MOST && add(tree, namespace, id, known, bundles);
      }
      return whole;
    } catch (IOException e) {
      // The namespace was removed just now.
      return false;
    }
  }

  private static boolean add(
      OwnedTree tree,
      String namespace,
      String id,
      Map<String, Bundle> known,
      List<Bundle> bundles) {
    String name = namespace + "/" + id;
    try {
      Bundle before = known.get(name);
      boolean same = before != null && before.identity().equals(identity(tree, name).orElse(null));
      bundles.add(same ? before : Bundle.read(tree, namespace, id));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> names(Path directory) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (Bundle.isIdentifier(name)) {
          names.add(name);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  private static long nanos(Instant time) {
    return time.getEpochSecond() * 1_000_000_000L + time.getNano();
  }
}
