package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The host's control groups, cgroups(7), that belong to the sessions of a dbgd. */
public final class SessionGroups {
  private SessionGroups() {}

  /** The mount points of the hierarchies with this controller, or of version 2. */
  public static List<Path> mounts(String controllerOrVersion2) {
    return lines("/proc/self/mounts").stream()
        .map(line -> List.of(line.split(" ")))
        .filter(
            fields ->
                controllerOrVersion2.equals(fields.get(2))
                    || (fields.get(2).equals("cgroup")
                        && List.of(fields.get(3).split(",")).contains(controllerOrVersion2)))
        .map(fields -> Path.of(fields.get(1)))
        .toList();
  }

  /** Whether this host has a hierarchy with this controller, of either version. */
  public static boolean has(String controller) {
    return !mounts(controller).isEmpty()
        || mounts("cgroup2").stream()
            .flatMap(mount -> lines(mount.resolve("cgroup.controllers").toString()).stream())
            .anyMatch(line -> List.of(line.split(" ")).contains(controller));
  }

  /** The directories that contain this dbgd's sessions, in all hierarchies. */
  public static List<Path> homesOf(long daemon) {
    List<Path> homes = new ArrayList<>();
    for (String mount : List.of("cgroup2", "pids", "memory")) {
      mounts(mount).forEach(top -> homes.addAll(below(top, "dbgd-" + daemon)));
    }
    return homes;
  }

  private static List<Path> below(Path top, String name) {
    List<Path> found = new ArrayList<>();
    FileVisitor<Path> looking =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes is) {
            if (directory.endsWith(name)) {
              found.add(directory);
            }
            return FileVisitResult.CONTINUE;
          }

          // Groups of others come and go.
          @Override
          public FileVisitResult visitFileFailed(Path gone, IOException why) {
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException why) {
            return FileVisitResult.CONTINUE;
          }
        };
    try {
      Path _ = Files.walkFileTree(top, looking);
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The groups of this dbgd's sessions, in all hierarchies. */
  public static List<Path> of(long daemon) {
    List<Path> groups = new ArrayList<>();
    for (Path home : homesOf(daemon)) {
      try (Stream<Path> entries = Files.list(home)) {
        entries.filter(Files::isDirectory).forEach(groups::add);
      } catch (IOException | UncheckedIOException e) {
        // It was removed meanwhile.
      }
    }
    return groups;
  }

  /** The groups of this dbgd's sessions that have this process as a member. */
  public static List<Path> of(long daemon, long process) {
    return of(daemon).stream()
        .filter(group -> members(group).contains(Long.toString(process)))
        .toList();
  }

  /** None if it was removed meanwhile. */
  private static List<String> members(Path group) {
    try {
      return Files.readAllLines(group.resolve("cgroup.procs"));
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Moves a process into a group. */
  public static void move(long process, Path group) {
    try {
      Files.writeString(group.resolve("cgroup.procs"), Long.toString(process));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
