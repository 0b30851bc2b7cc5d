package dev.dbg.nativetests.scene.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The host's processes, proc(5). */
public final class Processes {
  private Processes() {}

  /** Sends a signal, named as kill(1) names it. */
  public static void signal(String name, long pid) {
    String _ = Command.must("/bin/sh", "-c", "kill -%s %d".formatted(name, pid));
  }

  /** The same to those of these that are still there: one may end by the end of another. */
  public static void signal(String name, List<Long> pids) {
    String all = pids.stream().map(String::valueOf).collect(Collectors.joining(" "));
    String _ = Command.must("/bin/sh", "-c", "kill -%s %s 2>/dev/null || :".formatted(name, all));
  }

  /** Whether the kernel is of this version or a later one, uname(2). */
  public static boolean kernelIsAtLeast(int major, int minor) {
    String[] release = System.getProperty("os.version").split("[.-]", 3);
    int seen = Integer.parseInt(release[0]);
    return seen > major || (seen == major && Integer.parseInt(release[1]) >= minor);
  }

  /** Whether the process runs; a zombie does not. */
  public static boolean isAlive(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), Text.BYTES);
      return !stat.substring(stat.lastIndexOf(')')).startsWith(") Z");
    } catch (IOException e) {
      return false;
    }
  }

  /** The letter of its state: {@code T} is stopped. */
  public static char state(long pid) {
    return stat(pid, 3).charAt(0);
  }

  /** Whether a process is in that state; false if it has ended. */
  public static boolean isIn(char state, long pid) {
    try {
      return isAlive(pid) && state(pid) == state;
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Whether a process is of the user with that number; false if it has ended. */
  public static boolean isOf(String uid, long pid) {
    try {
      return status(pid, "Uid").startsWith(uid + "\t");
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** A field of proc_pid_stat(5) after the second, by its number there. */
  public static String stat(long pid, int field) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"), Text.BYTES);
      return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)).get(field - 3);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The threads of a process in uninterruptible sleep; none if it has ended. */
  public static List<Long> uninterruptible(long pid) {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return threads
          .map(thread -> Long.parseLong(thread.getFileName().toString()))
          .filter(thread -> isIn('D', thread))
          .toList();
    } catch (IOException | UncheckedIOException e) {
      return List.of();
    }
  }

  /** The ids of its threads. */
  public static List<Long> threads(long pid) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return tasks.map(task -> Long.parseLong(task.getFileName().toString())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value of a line of proc_pid_status(5). */
  public static String status(long pid, String name) {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", Long.toString(pid), "status"), Text.BYTES)) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words that a client shows of its command: none after the name of the tool. */
  public static String[] shownOfClient(String command) {
    return command.replaceFirst("( -- \\S+) .*", "$1").split(" ", -1);
  }

  /**
   * The processes that were started with exactly these words; empty ones at the end are ignored.
   */
  public static List<Long> startedAs(String... words) {
    String wanted = withoutEnd(String.join("\0", words));
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> withoutEnd(commandLine(pid)).equals(wanted))
        .toList();
  }

  private static String withoutEnd(String commandLine) {
    return commandLine.replaceFirst("\0+$", "");
  }

  /** The processes that execute this file, without zombies. */
  public static List<Long> executing(Path file) {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> executes(pid, file))
        .toList();
  }

  private static boolean executes(long pid, Path file) {
    try {
      return Files.isSameFile(Path.of("/proc", Long.toString(pid), "exe"), file);
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether its command line begins with this word; its name may differ. */
  public static boolean wasStartedAs(long pid, String word) {
    return commandLine(pid).startsWith(word + "\0");
  }

  /** The target of a link in a process's directory, such as {@code cwd} or {@code fd/0}. */
  public static String link(long pid, String name) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), name)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The anonymous memory that it has now, in bytes: RssAnon of proc_pid_status(5). */
  public static long resident(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"), Text.BYTES).stream()
          .filter(line -> line.startsWith("RssAnon:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a process with this pid in new namespaces; it ends with the command. */
  public static Running reborn(long number) {
    return Command.of(World.get().program("reborn").toString(), Long.toString(number))
        .start()
        .prints("reborn");
  }

  /** Its parent, or the process that adopted it; 0, which is no process, if it has ended. */
  public static long parent(long pid) {
    String stat = file(pid, "stat");
    return stat.isEmpty()
        ? 0
        : Long.parseLong(stat.substring(stat.lastIndexOf(')')).split(" ", 4)[2]);
  }

  /** The targets of its open descriptors, without any that is closed meanwhile. */
  public static List<String> descriptorLinks(long pid) {
    return descriptors(pid).stream()
        .flatMap(
            fd -> {
              try {
                return Stream.of(link(pid, "fd/" + fd));
              } catch (UncheckedIOException e) {
                return Stream.empty();
              }
            })
        .toList();
  }

  /** The numbers of its open descriptors, in order. */
  public static List<Integer> descriptors(long pid) {
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return all.map(fd -> Integer.valueOf(fd.getFileName().toString())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What descends from this dbgd, or is in one of its control groups; not dbgd itself. */
  public static Set<Long> of(long daemon) {
    Set<Long> all = new HashSet<>();
    ProcessHandle.of(daemon).stream()
        .flatMap(ProcessHandle::descendants)
        .forEach(process -> all.add(process.pid()));
    ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> file(pid, "cgroup").contains("/dbgd-" + daemon + "/"))
        .forEach(all::add);
    all.remove(daemon);
    return all;
  }

  public static String commandLine(long pid) {
    return file(pid, "cmdline");
  }

  /** Its variables, each with a NUL after it. */
  public static String environment(long pid) {
    return file(pid, "environ");
  }

  /** A file of its directory; empty if it has ended. */
  private static String file(long pid, String name) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), name), Text.BYTES);
    } catch (IOException e) {
      return "";
    }
  }
}
