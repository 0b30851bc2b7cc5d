package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.Target;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.FoundContainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
  private static final Pattern NAME =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*/)?[A-Za-z0-9-]{1,63}");
  private static final Pattern LINK =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*_)?[A-Za-z0-9-]{1,63}");
  private static final String FILE = "backup.yaml";
  private static final int LARGEST = 1 << 20;

  private static final Pattern USERS = Pattern.compile("user-[0-9]+/.*");

  private final IncusSettingsCache known = new IncusSettingsCache();

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
  FoundContainer found(String link, ContainerState present) {
    String name = link.replace('_', '/');
    boolean isUsers = USERS.matcher(name).matches();
    // The storage is the container's: it may belong to any user.
    FileStamp stamp = FileStamp.ofRaised(containers.resolve(link).resolve(FILE));
    IncusSettings settings = known.of(link, stamp, () -> read(link, !isUsers));
    return new FoundContainer(
        new Target(
            SCHEME,
            Optional.empty(),
            name,
            name,
            new Image("", settings.image()),
            settings.labels(),
            present.state(),
            present.pid(),
            present.way()),
        present.evidence());
  }

  @Override
  void listed(List<String> links) {
    known.keepOnly(links);
  }

  private IncusSettings read(String link, boolean withLabels) {
    try (OwnedTree tree = OwnedTree.openRaised(directory, Uid.ROOT)) {
      Path storage = Files.readSymbolicLink(containers.resolve(link));
      return storage.startsWith(directory)
          ? BackupFile.settings(
              tree.read(directory.relativize(storage) + "/" + FILE, LARGEST).text(), withLabels)
          : IncusSettings.UNKNOWN;
    } catch (IOException e) {
      return IncusSettings.UNKNOWN;
    }
  }
}
