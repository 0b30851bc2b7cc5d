package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.file.Stamped;
import dev.dbg.model.Uid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The settings of Incus's containers, each file read again only when its stamp has changed, or may
 * not show the next change: incusd replaces it at each change of a container.
 *
 * <p>For any thread.
 */
final class SettingsFiles {
  private static final String FILE = "backup.yaml";
  private static final int LARGEST = 1 << 20;

  /** The most files that are remembered; any other one is read each time. */
  private static final int MOST = 4096;

  private final Path directory;
  private final Path links;
  private final Map<String, Stamped<Optional<Map<String, String>>>> known =
      new ConcurrentHashMap<>();

  /**
   * Those of an incusd.
   *
   * @param directory incusd's
   * @param containers the name of the directory in it that has a link for each container
   */
  SettingsFiles(Path directory, String containers) {
    this.directory = directory;
    this.links = directory.resolve(containers);
  }

  /** Empty if they cannot be read: the container's storage may not be mounted while it is down. */
  Optional<Map<String, String>> of(String link) {
    // The storage is the container's: it may belong to any user.
    FileStamp stamp = FileStamp.ofRaised(links.resolve(link).resolve(FILE));
    Stamped<Optional<Map<String, String>>> before = known.get(link);
    if (before != null && before.holds(stamp)) {
      return before.value();
    }
    Stamped<Optional<Map<String, String>>> now = Stamped.read(stamp, () -> read(link));
    if (!now.isFinal()) {
      known.remove(link);
    } else if (known.size() < MOST || before != null) {
      known.put(link, now);
    }
    return now.value();
  }

  private Optional<Map<String, String>> read(String link) {
    try (OwnedTree tree = OwnedTree.openRaised(directory, Uid.ROOT)) {
      Path storage = Files.readSymbolicLink(links.resolve(link));
      if (!storage.startsWith(directory)) {
        return Optional.empty();
      }
      return BackupFile.settings(
          tree.read(directory.relativize(storage) + "/" + FILE, LARGEST).text());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
