package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.kernel.file.Stamped;
import dev.dbg.model.Image;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * {@code incus://[PROJECT/]NAME}: Incus's containers. incusd keeps a link for each in {@code
 * containers} of its directory, {@code NAME} in the project {@code default} and {@code
 * PROJECT_NAME} in the others; neither a project nor a container has a name with an underscore.
 * Virtual machines are elsewhere, and are not searched.
 *
 * <p>Labels are the settings {@code user.*}, the image is known by its fingerprint. incusd makes a
 * project {@code user-UID} for each member of the group {@code incus}, who then chooses names and
 * settings in it: rules see no settings of containers there.
 *
 * <p>For any thread.
 */
public final class IncusRuntime extends MonitoredRuntime {
  private static final String SCHEME = "incus";
  private static final String IMAGE = "volatile.base_image";
  private static final Pattern NAME =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*/)?[A-Za-z0-9-]{1,63}");
  private static final Pattern LINK =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*_)?[A-Za-z0-9-]{1,63}");
  private static final String FILE = "backup.yaml";
  private static final int LARGEST = 1 << 20;

  /** The most files that are remembered; any other one is read each time. */
  private static final int MOST = 4096;

  private static final Pattern USERS = Pattern.compile("user-[0-9]+/.*");

  private final Map<String, Stamped<Optional<Map<String, String>>>> known =
      new ConcurrentHashMap<>();

  /** {@code directory} is incusd's: {@code /var/lib/incus}. */
  public IncusRuntime(Path directory) {
    super(SCHEME, directory, directory.resolve("containers"), LINK.asMatchPredicate());
  }

  @Override
  Optional<String> entry(String name) {
    return Optional.of(name)
        .filter(NAME.asMatchPredicate())
        .map(valid -> valid.replace('/', '_'))
        .filter(this::exists);
  }

  private boolean exists(String link) {
    return FileStamp.isAt(containers.resolve(link));
  }

  @Override
  FoundContainer found(String link, Present present) {
    String name = link.replace('_', '/');
    Optional<Map<String, String>> settings = settings(link);
    return new FoundContainer(
        new Target(
            SCHEME,
            Optional.empty(),
            name,
            name,
            new Image("", settings.map(all -> all.getOrDefault(IMAGE, "")).orElse("")),
            USERS.matcher(name).matches() ? Optional.empty() : settings.map(IncusRuntime::labels),
            present.state(),
            present.pid(),
            present.way()),
        present.evidence());
  }

  /**
   * Read again only when the file's stamp has changed, or may not show the next change: incusd
   * replaces it at each change of a container. Empty if they cannot be read: the container's
   * storage may not be mounted while it is down.
   */
  private Optional<Map<String, String>> settings(String link) {
    // The storage is the container's: it may belong to any user.
    FileStamp stamp = FileStamp.ofRaised(containers.resolve(link).resolve(FILE));
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
      Path storage = Files.readSymbolicLink(containers.resolve(link));
      return storage.startsWith(directory)
          ? BackupFile.settings(
              tree.read(directory.relativize(storage) + "/" + FILE, LARGEST).text())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> labels(Map<String, String> settings) {
    Map<String, String> labels = new HashMap<>();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith(BackupFile.USER)) {
            labels.put(key, value);
          }
        });
    return labels;
  }
}
