package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process of somebody who is not root of the host, with the number of a container's process that
 * has ended, and with that container's id in the names of its control groups.
 */
public final class Impostor implements AutoCloseable {
  private final Running process;
  private final long number;
  private final List<Path> groups;

  private Impostor(Running process, long number, List<Path> groups) {
    this.process = process;
    this.number = number;
    this.groups = groups;
  }

  /**
   * Starts it as a user of the host, in groups below one that is the user's, as a service manager
   * gives to everybody. It shows the host's {@code /etc} at {@code /var/log}.
   *
   * @param name the path of its group below the user's own
   */
  public static Impostor of(HostUser user, String name, long number) {
    long uid = Long.parseLong(Command.must("id", "-u", user.name()));
    List<Path> groups = new ArrayList<>();
    for (Path top : tops()) {
      Path own = top.resolve(user.name());
      String _ = Command.must("mkdir", "-p", own.toString());
      String _ = Command.must("chown", user.name(), own.toString(), own + "/cgroup.procs");
      String _ = user.does("mkdir", "-p", own.resolve(name).toString());
      groups.add(own.resolve(name));
    }
    return started(number, uid, groups);
  }

  /**
   * Starts it as root of another container, which makes groups below its own.
   *
   * @param name the path of its group below the container's
   */
  public static Impostor of(Container other, String name, long number) {
    List<Path> groups = new ArrayList<>();
    for (Path top : tops()) {
      groups.add(top.resolve("docker").resolve(other.id()).resolve(name));
      String _ = Command.must("mkdir", "-p", groups.getLast().toString());
    }
    return started(number, 0, groups);
  }

  private static Impostor started(long number, long uid, List<Path> groups) {
    List<String> words = new ArrayList<>(List.of(World.get().program("impostor").toString()));
    words.addAll(List.of(Long.toString(number), Long.toString(uid)));
    groups.forEach(group -> words.add(group.resolve("cgroup.procs").toString()));
    return new Impostor(Command.of(words).start().prints("ready"), number, groups);
  }

  /** Where hierarchies are mounted in which a user can be given a group without further steps. */
  private static List<Path> tops() {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts
          .map(line -> line.split(" ", -1))
          .filter(
              mount ->
                  mount[2].equals("cgroup2")
                      || (mount[2].equals("cgroup") && mount[3].contains("name=systemd")))
          .map(mount -> Path.of(mount[1]))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Processes.signal("KILL", number);
    Ran _ = process.ends();
    Patience.until("the number is free", () -> ProcessHandle.of(number).isEmpty());
    for (Path group : groups) {
      // With the groups above that this one was made with.
      Patience.until(
          group + " is gone",
          () -> {
            Ran _ = Command.of("rmdir", group.toString()).run();
            return !Files.exists(group);
          });
      Ran _ =
          Command.of(
                  "rmdir",
                  "--parents",
                  "--ignore-fail-on-non-empty",
                  String.valueOf(group.getParent()))
              .run();
    }
  }
}
