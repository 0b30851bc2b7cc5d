package dev.dbg.kernel.cgroup;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Architecture;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.model.Pid;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A control group, cgroups(7): a directory of a hierarchy, of either version, held open. Any thread
 * may use it.
 */
public final class ControlGroup implements AutoCloseable {
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  /** Opened each time: of version 1 an open one goes on telling for a second what it told first. */
  private static final String PROCESSES = "cgroup.procs";

  private final Path path;
  private final Fd fd;

  private ControlGroup(Path path, Fd fd) {
    this.path = path;
    this.fd = fd;
  }

  /** Makes a group; one that is there already is a failure. */
  public static ControlGroup make(Path path) throws KernelException {
    int _ = checkInt("mkdir", path.toString(), () -> LIBC.mkdir(path.toString(), 0755));
    return open(path);
  }

  /** Opens a group that is there. */
  public static ControlGroup open(Path path) throws KernelException {
    int flags = Native.O_RDONLY | Architecture.O_DIRECTORY | Native.O_CLOEXEC;
    String name = path.toString();
    return new ControlGroup(
        path, new Fd(checkInt("open", name, () -> LIBC.openat(AT_FDCWD, name, flags, 0))));
  }

  public Path path() {
    return path;
  }

  public int number() {
    return fd.number();
  }

  /** The groups in it. */
  public List<Path> children() throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, Files::isDirectory)) {
      entries.forEach(children::add);
    }
    return children;
  }

  /**
   * Takes the group for this process, flock(2), until it is closed here or the process is gone,
   * however it goes.
   *
   * @return whether nobody else has it
   */
  public boolean take() {
    return LIBC.flock(fd.number(), LOCK_EX | LOCK_NB) == 0;
  }

  /** Whether it has not been removed meanwhile. */
  public boolean isThere() {
    return Files.exists(path);
  }

  /** Whether the kernel gives it a file of that name. */
  public boolean has(String file) {
    return Files.exists(path.resolve(file));
  }

  /** A file of it that is read often. */
  public ControlGroupFile reading(String file) throws KernelException {
    return open(file, Native.O_RDONLY);
  }

  /** A file of it that is written often. */
  public ControlGroupFile writing(String file) throws KernelException {
    return open(file, Native.O_WRONLY);
  }

  /** A file of it that is read and written often. */
  public ControlGroupFile readingAndWriting(String file) throws KernelException {
    return open(file, Native.O_RDWR);
  }

  private ControlGroupFile open(String file, int access) throws KernelException {
    String name = path.resolve(file).toString();
    int flags = access | Native.O_CLOEXEC;
    return new ControlGroupFile(
        new Fd(checkInt("open", name, () -> LIBC.openat(fd.number(), file, flags, 0))), name);
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
   * Moves a process here, all its threads. The kernel stops every fork and exec meanwhile and waits
   * until each processor knows, which may take some milliseconds.
   */
  public void add(Pid process) throws KernelException {
    write(PROCESSES, process.toString());
  }

  /**
   * Its processes; of a hierarchy of version 1 also those of which only a thread is here. Those of
   * a pid namespace that this process does not see have no number, and are left out.
   */
  public List<Pid> members() throws KernelException {
    return read(PROCESSES)
        .lines()
        .map(Integer::parseInt)
        .filter(number -> number != 0)
        .map(Pid::new)
        .toList();
  }

  /** Whether no process is in it but such as only wait to be waited for. */
  public boolean isEmpty() throws KernelException {
    return read(PROCESSES).isEmpty();
  }

  /**
   * Kills all its processes but this one. With cgroup.kill the kernel does, in one step; before
   * Linux 5.14 and with version 1 one after the other, and who forks meanwhile must be killed
   * again. They may take their time to be gone: {@link #isEmpty}.
   *
   * <p>No child can be born into the group afterwards: kernels that number their cgroup.kill (seen
   * with 6.12 and 6.18) compare the number of the parent's group with that of the child's, and kill
   * the child.
   */
  public void kill() throws KernelException {
    if (has("cgroup.kill")) {
      write("cgroup.kill", "1");
    } else {
      killEach();
    }
  }

  /** A number that is still listed here while its pidfd is held means that very process. */
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

  /** Removes it, rmdir(2), and closes it; that fails while it has members or groups. */
  public void remove() throws KernelException {
    long _ = check("rmdir", path.toString(), () -> LIBC.rmdir(path.toString()));
    close();
  }

  @Override
  public void close() {
    fd.close();
  }
}
