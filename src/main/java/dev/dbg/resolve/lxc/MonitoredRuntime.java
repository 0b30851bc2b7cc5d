package dev.dbg.resolve.lxc;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.file.FileStamp;
import dev.dbg.kernel.file.StampedContent;
import dev.dbg.kernel.process.HostProcess;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.TargetName;
import dev.dbg.resolve.container.ContainerRuntime;
import dev.dbg.resolve.container.FoundContainer;
import dev.dbg.resolve.container.RuntimeBackoff;
import dev.dbg.resolve.container.RuntimeHealth;
import dev.dbg.resolve.container.RuntimeUnavailable;
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
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  /** What is left for each when that is over: a monitor that is well answers in a millisecond. */
  private static final Duration AT_ONCE = Duration.ofMillis(10);

  private static final Duration LEFT_ALONE = Duration.ofSeconds(10);

  /** The most silent monitors that are remembered; any other one is waited for again. */
  private static final int MOST_SILENT = 1024;

  final Path directory;
  final Path containers;
  private final String scheme;
  private final Predicate<String> isEntry;
  private final Map<CommandSocket, RuntimeBackoff> silences = new ConcurrentHashMap<>();

  /** Read again only when the directory has changed: with 300 containers, reading takes 10 ms. */
  private volatile StampedContent<List<String>> entries =
      new StampedContent<>(List.of(), FileStamp.MISSING, false);

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

  abstract FoundContainer found(String entry, ContainerState present);

  /** These are its containers at present, and there are no others. */
  void listed(List<String> all) {}

  @Override
  public final List<String> schemes() {
    return List.of(scheme);
  }

  @Override
  public final List<FoundContainer> find(TargetName name) throws RuntimeUnavailable {
    Optional<String> entry = entry(name.name());
    if (entry.isEmpty()) {
      return List.of();
    }
    Presence seen = presences(List.of(entry.get())).getFirst();
    if (seen.unknown().isPresent()) {
      throw new RuntimeUnavailable(seen.unknown().get());
    }
    return List.of(found(entry.get(), seen.present()));
  }

  /**
   * A look at a container that exists.
   *
   * @param unknown why it is not known how it is: its monitor does not answer, and its child is not
   *     found either
   */
  record Presence(ContainerState present, Optional<String> unknown) {
    private static Presence at(ContainerState present) {
      return new Presence(present, Optional.empty());
    }
  }

  /** Monitors have names of the host's network, and dbgd's unit gives it one of its own. */
  private List<Presence> presences(List<String> some) throws RuntimeUnavailable {
    try {
      return some.isEmpty()
          ? List.of()
          : HostProcess.within(NamespaceKind.NET, scheme, () -> lookAt(some));
    } catch (KernelException | IllegalStateException e) {
      throw new RuntimeUnavailable(
          "%s: the host's network cannot be joined: %s".formatted(scheme, e.getMessage()));
    }
  }

  final List<Presence> lookAt(List<String> some) {
    TimeLeft left = new TimeLeft();
    return some.stream().map(entry -> lookAt(entry, left)).toList();
  }

  /** How long the monitors of one list are waited for that do not answer, all together. */
  private static final class TimeLeft {
    private long nanos = ANSWER_WITHIN.toNanos();
  }

  private Presence lookAt(String entry, TimeLeft left) {
    CommandSocket socket = CommandSocket.of(containers, entry);
    Optional<String> why = Optional.ofNullable(silences.get(socket)).flatMap(RuntimeBackoff::why);
    if (why.isEmpty()) {
      long begin = System.nanoTime();
      try {
        ContainerState told = ask(socket, begin + Math.max(left.nanos, AT_ONCE.toNanos()));
        silences.remove(socket);
        return Presence.at(told);
      } catch (CommandSocket.NotTheMonitor e) {
        left.nanos -= System.nanoTime() - begin;
        return Presence.at(ContainerState.stopped("stopped; " + e.who()));
      } catch (IOException e) {
        left.nanos -= System.nanoTime() - begin;
        why = Optional.of(String.valueOf(e.getMessage()));
        remember(socket, why.get());
      }
    }
    String unknown = why.get() + "; no child of its monitor is found either";
    return SilentMonitor.init(containers, entry)
        .map(Presence::at)
        .orElseGet(() -> new Presence(ContainerState.UNKNOWN, Optional.of(unknown)));
  }

  ContainerState ask(CommandSocket socket, long deadline) throws IOException {
    return socket.ask(deadline);
  }

  private void remember(CommandSocket socket, String why) {
    if (silences.size() < MOST_SILENT || silences.containsKey(socket)) {
      silences.computeIfAbsent(socket, _ -> RuntimeBackoff.lasting(LEFT_ALONE)).begins(why);
    }
  }

  @Override
  public final List<FoundContainer> all() throws RuntimeUnavailable {
    return entries().stream().map(entry -> found(entry, ContainerState.UNKNOWN)).toList();
  }

  @Override
  public final List<FoundContainer> described(boolean ended) throws RuntimeUnavailable {
    List<String> entries = entries();
    List<Presence> presences = presences(entries);
    List<FoundContainer> some = new ArrayList<>();
    for (int i = 0; i < presences.size(); i++) {
      FoundContainer container = found(entries.get(i), presences.get(i).present());
      if (ended || container.target().isRunning()) {
        some.add(container);
      }
    }
    return some;
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
    StampedContent<List<String>> now = entries;
    if (now.holds(stamp)) {
      return now.value();
    }
    try (Stream<Path> all = Files.list(containers)) {
      now =
          StampedContent.read(
              stamp, () -> all.map(path -> path.getFileName().toString()).filter(isEntry).toList());
      entries = now;
      listed(now.value());
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
