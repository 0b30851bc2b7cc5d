package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.model.Image;
import dev.dbg.model.Target;
import dev.dbg.resolve.container.FoundContainer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
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
  private static final String CONTAINERS = "containers";
  private static final String IMAGE = "volatile.base_image";
  private static final Pattern NAME =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*/)?[A-Za-z0-9-]{1,63}");
  private static final Pattern LINK =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*_)?[A-Za-z0-9-]{1,63}");
  private static final Pattern USERS = Pattern.compile("user-[0-9]+/.*");

  private final Path directory;
  private final SettingsFiles settings;

  /** {@code directory} is incusd's: {@code /var/lib/incus}. */
  public IncusRuntime(Path directory) {
    super(SCHEME, directory, directory.resolve(CONTAINERS), link -> LINK.matcher(link).matches());
    this.directory = directory;
    this.settings = new SettingsFiles(directory, CONTAINERS);
  }

  @Override
  Optional<String> entry(String name) {
    return Optional.of(name)
        .filter(NAME.asMatchPredicate())
        .map(valid -> valid.replace('/', '_'))
        .filter(this::exists);
  }

  private boolean exists(String link) {
    return FileStamp.isAt(directory.resolve(CONTAINERS).resolve(link));
  }

  @Override
  FoundContainer found(String link, Present present) {
    String name = link.replace('_', '/');
    Optional<Map<String, String>> known = settings.of(link);
    return new FoundContainer(
        new Target(
            SCHEME,
            Optional.empty(),
            name,
            name,
            new Image("", known.map(all -> all.getOrDefault(IMAGE, "")).orElse("")),
            USERS.matcher(name).matches() ? Optional.empty() : known.map(IncusRuntime::labels),
            present.state(),
            present.pid(),
            present.way()),
        present.evidence());
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
