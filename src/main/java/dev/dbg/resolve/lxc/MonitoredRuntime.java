package dev.dbg.resolve.lxc;

import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A runtime whose containers are entries of a directory, each with a monitor of liblxc while it
 * runs. The list says nothing of how they are at present: only their monitors know.
 *
 * <p>For any thread.
 */
abstract class MonitoredRuntime implements ContainerRuntime {
  private final String scheme;
  private final Path directory;
  private final Path containers;
  private final DirectoryNames entries;
  private final Monitors monitors = new Monitors();

  /**
   * The runtime of a directory.
   *
   * @param directory its own
   * @param containers has an entry for each container: LXC's {@code lxc.lxcpath}
   * @param isEntry tells the names that are containers'
   */
  MonitoredRuntime(String scheme, Path directory, Path containers, Predicate<String> isEntry) {
    this.scheme = scheme;
    this.directory = directory;
    this.containers = containers;
    this.entries = new DirectoryNames(containers, isEntry);
  }

  /** The entry of a container that exists, by its name; empty if there is none. */
  abstract Optional<String> entry(String name);

  abstract FoundContainer found(String entry, Present present);

  @Override
  public final List<String> schemes() {
    return List.of(scheme);
  }

  @Override
  public final List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    Optional<String> entry = entry(name.name());
    return entry.isEmpty() ? List.of() : List.of(present(entry.get()));
  }

  private FoundContainer present(String entry) throws RuntimeUnavailable {
    return found(entry, monitors.of(containers, entry));
  }

  @Override
  public final List<FoundContainer> all() throws RuntimeUnavailable {
    return entries().stream().map(entry -> found(entry, Present.UNKNOWN)).toList();
  }

  @Override
  public final List<FoundContainer> described(boolean ended) throws RuntimeUnavailable {
    List<FoundContainer> some = new ArrayList<>();
    for (String entry : entries()) {
      FoundContainer container = presentOrUnknown(entry);
      if (ended || container.target().isRunning()) {
        some.add(container);
      }
    }
    return some;
  }

  private FoundContainer presentOrUnknown(String entry) {
    try {
      return present(entry);
    } catch (RuntimeUnavailable e) {
      return found(entry, Present.UNKNOWN);
    }
  }

  @Override
  public final List<FoundContainer> running() throws RuntimeUnavailable {
    return described(false);
  }

  private List<String> entries() throws RuntimeUnavailable {
    try {
      return entries.all();
    } catch (IOException e) {
      throw new RuntimeUnavailable("%s: %s cannot be read: %s".formatted(scheme, directory, e));
    }
  }

  @Override
  public final Optional<RuntimeHealth> health() {
    return Optional.of(
        RuntimeHealth.of(
            scheme,
            directory.toString(),
            Files.isDirectory(directory),
            () -> "liblxc",
            this::running));
  }
}
