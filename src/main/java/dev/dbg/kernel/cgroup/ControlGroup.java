package dev.dbg.kernel.cgroup;

import static dev.dbg.kernel.Capabilities.during;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.KernelText;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.model.Pid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A control group of version 1 or 2, cgroups(7): a directory held open. Any thread may use it. */
public record ControlGroup(Path path, Fd fd) implements AutoCloseable {
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  /** Opened for each read: with version 1 an open file returns cached content for a second. */
  private static final String PROCESSES = "cgroup.procs";

  /** Creates a group, mkdir(2); fails if it exists. */
  public static ControlGroup make(Path path) throws KernelException {
    return make(path, 0755);
  }

  /** The same, but only root can open it: who can open a group can lock it. */
  public static ControlGroup makePrivate(Path path) throws KernelException {
    return make(path, 0700);
  }

  private static ControlGroup make(Path path, int mode) throws KernelException {
    String name = path.toString();
    require("mkdir", name, during(() -> LibC.mkdir(name, mode)));
    return open(path);
  }

  /** Opens an existing group. */
  public static ControlGroup open(Path path) throws KernelException {
    int flags = Native.O_RDONLY | Native.O_DIRECTORY;
    return new ControlGroup(path, Fd.open(path.toString(), flags));
  }

  /** Its child groups, at most this many: who owns a group makes as many as they like below it. */
  public List<Path> children(int most) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.filter(Files::isDirectory).limit(most).toList();
    }
  }

  /**
   * Locks the group for this process, flock(2), until it is closed or the process ends.
   *
   * @return whether no other process had locked it
   */
  public boolean take() {
    return LibC.flock(fd.number(), LOCK_EX | LOCK_NB) == 0;
  }

  /** Whether it still exists. */
  public boolean isThere() {
    return Files.exists(path);
  }

  /** Whether it has a file of that name. */
  public boolean has(String file) {
    return Files.exists(path.resolve(file));
  }

  /** Opens one of its files to be read often. */
  public ControlGroupFile reading(String file) throws KernelException {
    return open(file, Native.O_RDONLY);
  }

  /** Opens one of its files to be written often. */
  public ControlGroupFile writing(String file) throws KernelException {
    return open(file, Native.O_WRONLY);
  }

  /** Opens one of its files to be read and written often. */
  public ControlGroupFile readingAndWriting(String file) throws KernelException {
    return open(file, Native.O_RDWR);
  }

  private ControlGroupFile open(String file, int access) throws KernelException {
    String name = path.resolve(file).toString();
    // Opening it for writing may need capabilities even of root; the kernel remembers who opened
    // it.
    return new ControlGroupFile(
        access == Native.O_RDONLY
            ? Fd.openAt(fd.number(), file, access, name)
            : Fd.openAtRaised(fd.number(), file, access, name),
        name);
  }

  public String read(String file) throws KernelException {
    try (ControlGroupFile opened = reading(file)) {
      return opened.read();
    }
  }

  public void write(String file, String value) throws KernelException {
    try (ControlGroupFile opened = writing(file)) {
      opened.write(value);
    }
  }

  /**
   * Moves a process with all its threads into the group. Meanwhile the kernel blocks every fork and
   * exec and synchronizes all processors, which may take some milliseconds.
   */
  public void add(Pid process) throws KernelException {
    write(PROCESSES, process.toString());
  }

  /**
   * Its processes; with version 1 also those of which only a thread is a member. Processes in a pid
   * namespace that this process does not see have no number and are left out.
   */
  public List<Pid> members() throws KernelException {
    String all = read(PROCESSES);
    // What is read of a long one may end within a number.
    return KernelText.lines(all.substring(0, all.lastIndexOf('\n') + 1))
        .map(Integer::parseInt)
        .filter(number -> number != 0)
        .map(Pid::new)
        .toList();
  }

  /** Whether it has no process except zombies. */
  public boolean isEmpty() throws KernelException {
    return read(PROCESSES).isEmpty();
  }

  /**
   * Kills all its processes except this one. With cgroup.kill the kernel does so in one step.
   * Before Linux 5.14 and with version 1 they are killed one by one, and a process that forks
   * meanwhile must be killed again. They may take a while to end: {@link #isEmpty}.
   *
   * <p>Afterwards no child can be spawned into the group: kernels that count the uses of
   * cgroup.kill (seen with 6.12 and 6.18) compare the count of the parent's group with that of the
   * child's, and kill the child.
   */
  public void kill() throws KernelException {
    if (has("cgroup.kill")) {
      write("cgroup.kill", "1");
    } else {
      killEach();
    }
  }

  /** A number that is listed again while its pidfd is open means the same process. */
  private void killEach() throws KernelException {
    Map<Pid, PidFd> held = new HashMap<>();
    try {
      for (Pid member : members()) {
        if (!member.equals(ThisProcess.pid())) {
          hold(member).ifPresent(process -> held.put(member, process));
        }
      }
      for (Pid member : members()) {
        PidFd process = held.get(member);
        if (process != null) {
          process.kill();
        }
      }
    } finally {
      held.values().forEach(PidFd::close);
    }
  }

  private static Optional<PidFd> hold(Pid pid) throws KernelException {
    try {
      return Optional.of(PidFd.open(pid));
    } catch (KernelException e) {
      if (e.isNoSuchProcess()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Removes it, rmdir(2), and closes it; fails while it has processes or child groups. */
  public void remove() throws KernelException {
    String name = path.toString();
    require("rmdir", name, during(() -> LibC.rmdir(name)));
    close();
  }

  @Override
  public void close() {
    fd.close();
  }
}
