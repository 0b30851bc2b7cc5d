package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkReturned;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.model.Pid;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jnr.ffi.Pointer;

/**
 * A process that the calling thread starts, posix_spawn(3), in a session of its own, with the
 * thread's namespaces.
 *
 * <p>The thread that spawned it must outlive it: the child asks to be killed when that thread ends,
 * PR_SET_PDEATHSIG(2const). {@link #signal} may come from any thread.
 */
public final class Child {
  private static final int SIZE_OF_SPAWN_TYPES = 512;
  private static final short POSIX_SPAWN_SETSID = 0x80;
  private static final short POSIX_SPAWN_SETCGROUP = 0x100;
  private static final int P_PID = 1;
  private static final int WEXITED = 4;
  private static final int WNOWAIT = 0x01000000;
  private static final int SIZE_OF_SIGINFO = 128;
  private static final int SIZE_OF_RUSAGE = 144;

  private static final boolean BORN_INTO_GROUPS = hasSetCgroup();

  private final Pid pid;
  private boolean reaped;

  private Child(Pid pid) {
    this.pid = pid;
  }

  /**
   * How a child ended, wait4(2).
   *
   * @param signal the signal that ended it, or 0
   * @param status its exit status when no signal ended it
   * @param cpuMicros processor time of it and the children it waited for, in microseconds. The
   *     largest resident set is not told: the kernel counts the JVM's, whose memory the child
   *     shares until it executes; a control group can tell its peak
   */
  public record Ended(int signal, int status, long cpuMicros) {}

  /** Where a child gets an open descriptor: {@code source} here becomes {@code number} there. */
  public record Passed(Fd source, int number) {
    /** Under the number it has here. */
    public static Passed asIs(Fd fd) {
      return new Passed(fd, fd.number());
    }
  }

  /**
   * What {@link #spawn} needs, in memory the kernel can read: made before a thread enters anything.
   */
  public static final class Prepared {
    private final String path;
    private final Pointer argv;
    private final Pointer envp;
    private final List<Passed> passed;
    // What argv and envp point to; freed when nothing refers to it.
    private final List<Pointer> strings;

    private Prepared(
        String path, Pointer argv, Pointer envp, List<Passed> passed, List<Pointer> strings) {
      this.path = path;
      this.argv = argv;
      this.envp = envp;
      this.passed = passed;
      this.strings = strings;
    }
  }

  /**
   * Prepares a child.
   *
   * @param path what to execute
   * @param argv its arguments, the zeroth included, as bytes without NUL
   * @param environment its whole environment
   * @param passed its descriptors; all others are closed on exec
   */
  public static Prepared prepare(
      String path, List<byte[]> argv, List<byte[]> environment, List<Passed> passed) {
    List<Pointer> arguments = argv.stream().map(Native::cString).toList();
    List<Pointer> variables = environment.stream().map(Native::cString).toList();
    List<Pointer> strings = Stream.concat(arguments.stream(), variables.stream()).toList();
    return new Prepared(path, vector(arguments), vector(variables), List.copyOf(passed), strings);
  }

  private static Pointer vector(List<Pointer> strings) {
    Pointer vector = Native.allocate(8 * (strings.size() + 1));
    for (int i = 0; i < strings.size(); i++) {
      vector.putAddress(8L * i, strings.get(i).address());
    }
    return vector;
  }

  private static boolean hasSetCgroup() {
    Pointer attributes = Native.allocate(SIZE_OF_SPAWN_TYPES);
    try {
      return LIBC.posix_spawnattr_init(attributes) == 0
          && LIBC.posix_spawnattr_setcgroup_np(attributes, 0) == 0;
    } catch (UnsatisfiedLinkError e) {
      return false;
    } finally {
      Reference.reachabilityFence(attributes);
    }
  }

  /**
   * Whether {@link #spawnInto} can make a child a member of its control group by clone3(2), which
   * costs nothing; glibc asks for it since 2.39. Else it has to be moved there.
   */
  public static boolean canBeBornIntoGroups() {
    return BORN_INTO_GROUPS;
  }

  public static Child spawn(Prepared prepared) throws KernelException {
    return spawn(prepared, Optional.empty());
  }

  /** Starts a child that is a member of a group of the unified hierarchy from its birth on. */
  public static Child spawnInto(ControlGroup group, Prepared prepared) throws KernelException {
    return spawn(prepared, Optional.of(group));
  }

  private static Child spawn(Prepared prepared, Optional<ControlGroup> group)
      throws KernelException {
    Pointer actions = Native.allocate(SIZE_OF_SPAWN_TYPES);
    Pointer attributes = Native.allocate(SIZE_OF_SPAWN_TYPES);
    checkReturned(
        LIBC.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", "child");
    try {
      for (Passed descriptor : prepared.passed) {
        checkReturned(
            LIBC.posix_spawn_file_actions_adddup2(
                actions, descriptor.source().number(), descriptor.number()),
            "posix_spawn_file_actions_adddup2",
            "descriptor " + descriptor.number());
      }
      checkReturned(LIBC.posix_spawnattr_init(attributes), "posix_spawnattr_init", "child");
      short flags = POSIX_SPAWN_SETSID;
      if (group.isPresent()) {
        flags |= POSIX_SPAWN_SETCGROUP;
        checkReturned(
            LIBC.posix_spawnattr_setcgroup_np(attributes, group.get().number()),
            "posix_spawnattr_setcgroup_np",
            "child");
      }
      checkReturned(
          LIBC.posix_spawnattr_setflags(attributes, flags), "posix_spawnattr_setflags", "child");
      Pointer pid = Native.allocate(4);
      checkReturned(
          LIBC.posix_spawn(pid, prepared.path, actions, attributes, prepared.argv, prepared.envp),
          "posix_spawn",
          prepared.path);
      return new Child(new Pid(pid.getInt(0)));
    } finally {
      int _ = LIBC.posix_spawn_file_actions_destroy(actions);
      // The call sees addresses only: without these, what it reads may be freed before it has read.
      Reference.reachabilityFence(attributes);
      Reference.reachabilityFence(prepared.argv);
      Reference.reachabilityFence(prepared.envp);
      Reference.reachabilityFence(prepared.strings);
    }
  }

  public Pid pid() {
    return pid;
  }

  /** Waits for its end. Only the thread that spawned it, and once. */
  public Ended await() throws KernelException {
    Pointer info = Native.allocate(SIZE_OF_SIGINFO);
    String object = "child " + pid;
    // Seen first and reaped after, so that nobody signals a number that is somebody else's by then.
    // Between the two whatever it has left in its process group is ended: nothing outlives a
    // session.
    require("waitid", object, () -> LIBC.waitid(P_PID, pid.number(), info, WEXITED | WNOWAIT));
    signal(Signals.KILL);
    synchronized (this) {
      Pointer status = Native.allocate(4);
      Pointer usage = Native.allocate(SIZE_OF_RUSAGE);
      require("wait4", object, () -> LIBC.wait4(pid.number(), status, 0, usage));
      reaped = true;
      int word = status.getInt(0);
      return new Ended(word & 0x7F, (word >> 8) & 0xFF, cpuMicros(usage));
    }
  }

  private static long cpuMicros(Pointer usage) {
    long seconds = usage.getLong(0) + usage.getLong(16);
    return seconds * 1_000_000 + usage.getLong(8) + usage.getLong(24);
  }

  /** Signals it and whatever it started in its process group, kill(2); nobody if it has ended. */
  public synchronized void signal(int signal) {
    if (!reaped) {
      try (Capabilities.Raised _ = Capabilities.raise()) {
        int _ = LIBC.kill(-pid.number(), signal);
      }
    }
  }
}
