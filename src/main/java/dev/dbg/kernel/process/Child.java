package dev.dbg.kernel.process;

import static dev.dbg.kernel.Capabilities.during;
import static dev.dbg.kernel.Native.checkReturned;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.Pipe;
import dev.dbg.kernel.Signals;
import dev.dbg.kernel.cgroup.ControlGroup;
import dev.dbg.model.Pid;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import jnr.ffi.Pointer;

/**
 * A child process that the calling thread starts, posix_spawn(3), in a new session, setsid(2), and
 * in the thread's namespaces.
 *
 * <p>The thread that spawned it must outlive it: the child asks the kernel to kill it when that
 * thread ends, PR_SET_PDEATHSIG(2const). Any thread may call {@link #signal}.
 */
public final class Child {
  private static final int SIZE_OF_SPAWN_TYPES = 512;
  private static final short POSIX_SPAWN_SETSID = 0x80;
  private static final short POSIX_SPAWN_SETCGROUP = 0x100;
  private static final int P_PID = 1;
  private static final int PRIO_PROCESS = 0;
  private static final int NICE = 10;
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
   * @param signal the signal that killed it, or 0
   * @param status its exit status if no signal killed it
   * @param cpuMicros the processor time of the child and of the children it waited for, in
   *     microseconds. The largest resident set is left out: the kernel would count the JVM's
   *     memory, which the child shares until it executes. A control group counts the child's peak.
   */
  public record Ended(int signal, int status, long cpuMicros) {}

  /**
   * A descriptor that the child inherits: {@code source} in this process becomes {@code number} in
   * the child.
   */
  public record Passed(Fd source, int number) {
    /** Keeps the number that the descriptor has in this process. */
    public static Passed asIs(Fd fd) {
      return new Passed(fd, fd.number());
    }
  }

  /**
   * The arguments of {@link #spawn} in native memory, prepared before a thread joins a namespace.
   *
   * @param strings those that argv and envp point to; they are freed when nothing refers to them
   */
  public record Prepared(
      String path, Pointer argv, Pointer envp, List<Passed> passed, List<Pointer> strings) {}

  /**
   * Prepares a child.
   *
   * @param path the file to execute
   * @param argv its arguments including argv[0], as bytes without NUL
   * @param environment its complete environment
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
      return LibC.posix_spawnattr_init(attributes) == 0
          && LibC.posix_spawnattr_setcgroup_np(attributes, 0) == 0;
    } catch (UnsatisfiedLinkError e) {
      return false;
    } finally {
      Reference.reachabilityFence(attributes);
    }
  }

  /**
   * Whether {@link #spawn} can start a child as a member of a control group with clone3(2), which
   * costs nothing; glibc supports this since 2.39. Otherwise the child must be moved there.
   */
  public static boolean canBeBornIntoGroups() {
    return BORN_INTO_GROUPS;
  }

  /**
   * The children that the calling thread starts get less of the processors than sessions do,
   * setpriority(2), if nothing forbids that. For a thread that does nothing else.
   */
  public static void lowerPriorityOfChildren() {
    int _ = LibC.setpriority(PRIO_PROCESS, 0, NICE);
  }

  public static Child spawn(Prepared prepared) throws KernelException {
    return spawn(prepared, Optional.empty());
  }

  /** Starts a child, as a member of a group of the unified hierarchy if that is given. */
  public static Child spawn(Prepared prepared, Optional<ControlGroup> group)
      throws KernelException {
    Pointer actions = Native.allocate(SIZE_OF_SPAWN_TYPES);
    Pointer attributes = Native.allocate(SIZE_OF_SPAWN_TYPES);
    checkReturned(
        LibC.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", "child");
    try {
      for (Passed descriptor : prepared.passed) {
        checkReturned(
            LibC.posix_spawn_file_actions_adddup2(
                actions, descriptor.source().number(), descriptor.number()),
            "posix_spawn_file_actions_adddup2",
            "descriptor " + descriptor.number());
      }
      checkReturned(LibC.posix_spawnattr_init(attributes), "posix_spawnattr_init", "child");
      short flags = POSIX_SPAWN_SETSID;
      if (group.isPresent()) {
        flags |= POSIX_SPAWN_SETCGROUP;
        checkReturned(
            LibC.posix_spawnattr_setcgroup_np(attributes, group.get().fd().number()),
            "posix_spawnattr_setcgroup_np",
            "child");
      }
      checkReturned(
          LibC.posix_spawnattr_setflags(attributes, flags), "posix_spawnattr_setflags", "child");
      Pointer pid = Native.allocate(4);
      long error =
          during(
                  () ->
                      LibC.posix_spawn(
                          pid, prepared.path, actions, attributes, prepared.argv, prepared.envp))
              .getAsLong();
      checkReturned((int) error, "posix_spawn", prepared.path);
      return new Child(new Pid(pid.getInt(0)));
    } finally {
      int _ = LibC.posix_spawn_file_actions_destroy(actions);
      // The call gets only addresses: without the fences the memory could be freed before it is
      // read.
      Reference.reachabilityFence(actions);
      Reference.reachabilityFence(attributes);
      Reference.reachabilityFence(prepared.argv);
      Reference.reachabilityFence(prepared.envp);
      Reference.reachabilityFence(prepared.strings);
    }
  }

  public Pid pid() {
    return pid;
  }

  /** Waits for the child's end. Only the thread that spawned it may call this, and only once. */
  public Ended await() throws KernelException {
    Pointer info = Native.allocate(SIZE_OF_SIGINFO);
    String object = "child " + pid;
    // WNOWAIT leaves the child a zombie, so its pid cannot be reused while the rest of its process
    // group is killed: no process of the group outlives the session. Then the child is reaped.
    require("waitid", object, () -> LibC.waitid(P_PID, pid.number(), info, WEXITED | WNOWAIT));
    signal(Signals.KILL);
    synchronized (this) {
      Pointer status = Native.allocate(4);
      Pointer usage = Native.allocate(SIZE_OF_RUSAGE);
      require("wait4", object, () -> LibC.wait4(pid.number(), status, 0, usage));
      reaped = true;
      int word = status.getInt(0);
      return new Ended(word & 0x7F, (word >> 8) & 0xFF, cpuMicros(usage));
    }
  }

  /**
   * What it writes to a pipe until it closes that, at most {@code most} bytes; if this cannot be
   * read, it is killed. Only the thread that spawned it may call this.
   */
  public byte[] output(Pipe pipe, int most) throws KernelException {
    try {
      return pipe.drain(most);
    } catch (KernelException e) {
      discard();
      throw e;
    }
  }

  /** Kills it and waits for its end. Only the thread that spawned it may call this. */
  public void discard() throws KernelException {
    signal(Signals.KILL);
    Ended _ = await();
  }

  private static long cpuMicros(Pointer usage) {
    long seconds = usage.getLong(0) + usage.getLong(16);
    return seconds * 1_000_000 + usage.getLong(8) + usage.getLong(24);
  }

  /** Whether its process group has a process yet, zombies included. */
  public boolean hasGroup() {
    return during(() -> LibC.kill(-pid.number(), 0)).getAsLong() == 0;
  }

  /** Sends a signal to the child's process group, kill(2), unless the child has been reaped. */
  public synchronized void signal(int signal) {
    if (!reaped) {
      long _ = during(() -> LibC.kill(-pid.number(), signal)).getAsLong();
    }
  }
}
