package dev.dbg.resolve.lxc;

import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.Stamped;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
import dev.dbg.resolve.container.Silence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A runtime whose containers are entries of a directory, each with a monitor of liblxc while it
 * runs. The list says nothing of how they are at present: only their monitors know. A monitor that
 * did not answer is not asked again for some seconds, so that a session waits for it at most once:
 * its child is looked for instead.
 *
 * <p>For any thread.
 */
abstract class MonitoredRuntime implements ContainerRuntime {
  private static final Duration LEFT_ALONE = Duration.ofSeconds(10);

  /** The most silent monitors that are remembered; any other one is waited for again. */
  private static final int MOST_SILENT = 1024;

  final Path directory;
  final Path containers;
  private final String scheme;
  private final Predicate<String> isEntry;
  private final Map<CommandSocket, Silence> silences = new ConcurrentHashMap<>();

  /** Read again only when the directory has changed: with 300 containers, reading takes 10 ms. */
  private volatile Stamped<List<String>> entries =
      new Stamped<>(List.of(), FileStamp.MISSING, false);

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
    this.isEntry = isEntry;
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
    return found(entry, monitored(entry));
  }

  /**
   * A container that exists.
   *
   * @throws RuntimeUnavailable if its monitor does not answer, and its child is not found either
   */
  private Present monitored(String entry) throws RuntimeUnavailable {
    CommandSocket socket = CommandSocket.of(containers, entry);
    Optional<String> silence = Optional.ofNullable(silences.get(socket)).flatMap(Silence::why);
    if (silence.isEmpty()) {
      try {
        Present told = socket.ask();
        silences.remove(socket);
        return told;
      } catch (CommandSocket.NotTheMonitor e) {
        return Present.stopped("stopped; " + e.who());
      } catch (IOException e) {
        silence = Optional.of(String.valueOf(e.getMessage()));
        remember(socket, silence.get());
      }
    }
    String why = silence.get();
    return SilentMonitor.init(containers, entry)
        .orElseThrow(
            () -> new RuntimeUnavailable(why + "; no child of its monitor is found either"));
  }

  private void remember(CommandSocket socket, String why) {
    if (silences.size() < MOST_SILENT || silences.containsKey(socket)) {
      silences.computeIfAbsent(socket, _ -> Silence.lasting(LEFT_ALONE)).begins(why);
    }
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
    // Behind a link, if it is one.
    FileStamp stamp = FileStamp.of(containers.resolve("."));
    if (stamp.equals(FileStamp.MISSING)) {
      return List.of();
    }
    Stamped<List<String>> now = entries;
    if (now.holds(stamp)) {
      return now.value();
    }
    try (Stream<Path> all = Files.list(containers)) {
      now =
          Stamped.read(
              stamp, () -> all.map(path -> path.getFileName().toString()).filter(isEntry).toList());
      entries = now;
      return now.value();
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
