package dev.dbg.resolve.lxc;

import dev.dbg.kernel.Capabilities;
import dev.dbg.model.Image;
import dev.dbg.model.Target;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code lxc://NAME}: root's containers of LXC below one of its directories, lxc.container.conf(5).
 * Those of other users are not searched. A container's name is its id; it has no labels and no
 * image.
 *
 * <p>For any thread.
 */
public final class LxcRuntime implements ContainerRuntime {
  private static final String SCHEME = "lxc";

  /** A name that cannot lead out of the directory. */
  private static final Pattern NAME = Pattern.compile("[^./\\p{Cntrl}][^/\\p{Cntrl}]{0,254}");

  private final Path directory;
  private final DirectoryNames names;
  private final Monitors monitors = new Monitors();

  /** {@code directory} has a directory for each container: {@code /var/lib/lxc}. */
  public LxcRuntime(Path directory) {
    this.directory = directory;
    this.names = new DirectoryNames(directory, name -> NAME.matcher(name).matches());
  }

  @Override
  public List<String> schemes() {
    return List.of(SCHEME);
  }

  @Override
  public List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    if (!NAME.matcher(name.name()).matches() || !exists(name.name())) {
      return List.of();
    }
    return List.of(found(name.name(), monitors.of(directory, name.name())));
  }

  private boolean exists(String name) {
    try (Capabilities.Raised _ = Capabilities.raise()) {
      Path config = directory.resolve(name).resolve("config");
      return Files.isRegularFile(config, LinkOption.NOFOLLOW_LINKS);
    }
  }

  @Override
  public List<FoundContainer> meant(TargetName name, List<FoundContainer> some) {
    return some.stream().filter(found -> found.target().name().equals(name.name())).toList();
  }

  /** Without their states: only a monitor knows them. */
  @Override
  public List<FoundContainer> all() throws RuntimeUnavailable {
    Monitors.Present unknown = Monitors.Present.stopped("unknown");
    return names().stream().map(name -> found(name, unknown)).toList();
  }

  @Override
  public List<FoundContainer> running() throws RuntimeUnavailable {
    List<FoundContainer> running = new ArrayList<>();
    for (String name : names()) {
      try {
        FoundContainer found = found(name, monitors.of(directory, name));
        if (found.target().isRunning()) {
          running.add(found);
        }
      } catch (RuntimeUnavailable e) {
        // The others are listed.
      }
    }
    return running;
  }

  /** Without a look at their configurations: {@link #find} tells what is no container. */
  private List<String> names() throws RuntimeUnavailable {
    try {
      return names.all();
    } catch (IOException e) {
      throw new RuntimeUnavailable("lxc: %s cannot be read: %s".formatted(directory, e));
    }
  }

  private static FoundContainer found(String name, Monitors.Present present) {
    return new FoundContainer(
        new Target(
            SCHEME,
            Optional.empty(),
            name,
            name,
            Image.NONE,
            Optional.of(Map.of()),
            present.state(),
            present.pid(),
            present.way()),
        present.proof());
  }

  @Override
  public Optional<RuntimeHealth> health() {
    return Optional.of(
        Files.isDirectory(directory)
            ? RuntimeHealth.of(SCHEME, directory.toString(), () -> "liblxc", this::running)
            : new RuntimeHealth.Absent(SCHEME, directory.toString()));
  }
}
