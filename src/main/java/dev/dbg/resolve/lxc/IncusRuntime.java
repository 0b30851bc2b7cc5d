package dev.dbg.resolve.lxc;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.file.OwnedTree;
import dev.dbg.model.Image;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.model.Uid;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
public final class IncusRuntime implements ContainerRuntime {
  private static final String SCHEME = "incus";
  private static final String CONTAINERS = "containers";
  private static final String SETTINGS = "backup.yaml";
  private static final String IMAGE = "volatile.base_image";
  private static final int LARGEST = 1 << 20;
  private static final Pattern NAME =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*/)?[A-Za-z0-9-]{1,63}");
  private static final Pattern LINK =
      Pattern.compile("([^./_\\p{Cntrl}][^/_\\p{Cntrl}]*_)?[A-Za-z0-9-]{1,63}");
  private static final Pattern USERS = Pattern.compile("user-[0-9]+/.*");

  private final Path directory;
  private final DirectoryNames links;
  private final Monitors monitors = new Monitors();

  /** {@code directory} is incusd's: {@code /var/lib/incus}. */
  public IncusRuntime(Path directory) {
    this.directory = directory;
    this.links =
        new DirectoryNames(directory.resolve(CONTAINERS), link -> LINK.matcher(link).matches());
  }

  @Override
  public List<String> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    String link = name.name().replace('/', '_');
    if (!NAME.matcher(name.name()).matches() || !exists(link)) {
      return List.of();
    }
    return List.of(present(link));
  }

  private FoundContainer present(String link) throws RuntimeUnavailable {
    return found(link, monitors.of(directory.resolve(CONTAINERS), link));
  }

  private boolean exists(String link) {
    return Files.exists(directory.resolve(CONTAINERS).resolve(link), LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return some.stream().filter(found -> found.target().name().equals(name.name())).toList();
  }

  /** Without their states: only a monitor knows them. */
  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    Monitors.Present unknown = Monitors.Present.stopped("unknown");
    return links().stream().map(link -> found(link, unknown)).toList();
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    List<FoundContainer> running = new ArrayList<>();
    for (String link : links()) {
      try {
        FoundContainer found = present(link);
        if (found.target().isRunning()) {
          running.add(found);
        }
      } catch (RuntimeUnavailable e) {
        // The others are listed.
      }
    }
    return running;
  }

  private List<String> links() throws RuntimeUnavailable {
    try {
      return links.all();
    } catch (IOException e) {
      throw new RuntimeUnavailable("incus: %s cannot be read: %s".formatted(directory, e));
    }
  }

  private FoundContainer found(String link, Monitors.Present present) {
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
        present.proof());
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

  /** Empty if they cannot be read: the container's storage may not be mounted while it is down. */
  private Optional<Map<String, String>> settings(String link) {
    try (Capabilities.Raised _ = Capabilities.raise();
        OwnedTree tree = OwnedTree.open(directory, Uid.ROOT)) {
      Path storage = Files.readSymbolicLink(directory.resolve(CONTAINERS).resolve(link));
      if (!storage.startsWith(directory)) {
        return Optional.empty();
      }
      String file = directory.relativize(storage) + "/" + SETTINGS;
      byte[] yaml = tree.read(file, LARGEST).bytes();
      return BackupFile.settings(new String(yaml, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return Optional.of(
        Files.isDirectory(directory)
            ? RuntimeHealth.of(SCHEME, directory.toString(), () -> "liblxc", this::running)
            : new RuntimeHealth.Absent(SCHEME, directory.toString()));
  }
}
