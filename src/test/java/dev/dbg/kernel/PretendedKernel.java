package dev.dbg.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;

/**
 * A kernel for which sessions need no root: the real one, but what needs root succeeds and does
 * nothing, control groups are directories, and a stand-in runs for dbg-enter. One call can be made
 * to fail.
 */
public final class PretendedKernel implements HookedLibrary.Hook {
  /** The name of the thread that a session runs in, as the threads that it starts tell it. */
  public static final String SESSION = "session";

  /** Calls that change a thread's namespaces, or mounts in them. */
  private static final Set<String> DONE =
      Set.of(
          "setns",
          "mount",
          "umount2",
          "pivot_root",
          "chdir",
          "symlink",
          "mknod",
          "chown",
          "setpriority");

  /**
   * They do not, as dbgd calls them. And of shutdown(2), which wakes the thread that waits for a
   * client's packets, dbgd has nothing else to do it with.
   */
  private static final Set<String> NEVER_FAIL =
      Set.of("close", "getpid", "geteuid", "capget", "capset", "shutdown");

  /** These return their error. */
  private static final String SPAWN = "posix_spawn";

  private static final int CLONE_NEWNS = 0x20000;
  private static final short SETCGROUP = 0x100;

  private static final Map<Long, String> NUMBERED =
      Map.of(
          424L, "pidfd_send_signal",
          428L, "open_tree",
          429L, "move_mount",
          430L, "fsopen",
          431L, "fsconfig",
          432L, "fsmount",
          434L, "pidfd_open",
          437L, "openat2",
          442L, "mount_setattr");

  /** The files of a control group, of both versions, and what is in them. */
  static final Map<String, String> GROUP =
      Map.ofEntries(
          Map.entry("cgroup.procs", ""),
          Map.entry("cgroup.kill", ""),
          Map.entry("cgroup.subtree_control", "pids memory"),
          Map.entry("tasks", ""),
          Map.entry("pids.current", "0\n"),
          Map.entry("pids.events", "max 0\n"),
          Map.entry("pids.max", ""),
          Map.entry("memory.current", "0\n"),
          Map.entry("memory.peak", "0\n"),
          Map.entry("memory.events", "oom_kill 0\n"),
          Map.entry("memory.max", ""),
          Map.entry("memory.oom.group", ""),
          Map.entry("memory.usage_in_bytes", "0\n"),
          Map.entry("memory.max_usage_in_bytes", "0\n"),
          Map.entry("memory.oom_control", "oom_kill 0\n"),
          Map.entry("memory.limit_in_bytes", ""));

  private final Path groups;
  private final Path standIn;

  private final ThreadLocal<Boolean> unshared = ThreadLocal.withInitial(() -> false);
  private final Set<Integer> children = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicInteger> counted = new ConcurrentHashMap<>();
  private final List<Site> sites = new CopyOnWriteArrayList<>();
  private final ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);
  private volatile boolean noting;
  private volatile Optional<Failure> wanted = Optional.empty();
  private volatile boolean failed;
  private volatile boolean interrupting;
  private final ThreadLocal<Boolean> interrupted = ThreadLocal.withInitial(() -> false);

  public PretendedKernel(Path groups, Path standIn) {
    this.groups = groups;
    this.standIn = standIn;
  }

  /**
   * The {@code at}-th such call of the threads that have a job: of the session's, of its entry's.
   *
   * @param lines those of dbgd that led to it; empty unless they are noted
   */
  public record Site(String job, int at, String call, String lines) {
    @Override
    public String toString() {
      return "%s %d of %s".formatted(call, at, job);
    }
  }

  /** Which call is to fail, and how. */
  public record Failure(Site site, Errno errno) {}

  /** From now on counts anew, and notes from where each call comes. */
  public void note() {
    begin(true, Optional.empty());
  }

  /** From now on counts anew, and lets this call fail. */
  public void expect(Failure failure) {
    begin(false, Optional.of(failure));
  }

  /** From now on all calls succeed. */
  public void succeed() {
    begin(false, Optional.empty());
  }

  /** From now on a signal interrupts each call once, if signals interrupt it. */
  public void interrupt() {
    begin(false, Optional.empty());
    interrupting = true;
  }

  private void begin(boolean notes, Optional<Failure> failure) {
    counted.clear();
    sites.clear();
    failed = false;
    interrupting = false;
    noting = notes;
    wanted = failure;
  }

  /** The calls that were noted. */
  public List<Site> sites() {
    return List.copyOf(sites);
  }

  /** Whether the call was made that was to fail. */
  public boolean hasFailed() {
    return failed;
  }

  /** How many children were not waited for. */
  public int children() {
    return children.size();
  }

  /** For how many tools the stand-in has run. */
  public long ran() throws IOException {
    Path bytes = standIn.resolveSibling(standIn.getFileName() + ".ran");
    return Files.exists(bytes) ? Files.size(bytes) : 0;
  }

  @Override
  public long call(String name, Object[] arguments, HookedLibrary.Real real) throws Throwable {
    String call = name.equals("syscall") ? NUMBERED.getOrDefault(arguments[0], name) : name;
    Optional<String> job = NEVER_FAIL.contains(call) || within.get() ? Optional.empty() : job();
    if (job.isPresent() && fails(job.get(), call)) {
      failed = true;
      return failure(name, wanted.orElseThrow().errno);
    }
    if (job.isPresent() && interrupting && !call.startsWith(SPAWN) && !call.equals("kill")) {
      interrupted.set(!interrupted.get());
      if (interrupted.get()) {
        return failure(name, Errno.EINTR);
      }
    }
    boolean before = within.get();
    within.set(true);
    try {
      return instead(call, arguments, real);
    } finally {
      within.set(before);
    }
  }

  private boolean fails(String job, String call) {
    int at = counted.computeIfAbsent(job + " " + call, _ -> new AtomicInteger()).incrementAndGet();
    if (noting) {
      sites.add(new Site(job, at, call, lines()));
    }
    Optional<Site> site = wanted.map(Failure::site);
    return site.isPresent()
        && site.get().job.equals(job)
        && site.get().at == at
        && site.get().call.equals(call);
  }

  private static String lines() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getClassName().startsWith("dev.dbg."))
                    .map(frame -> frame.getClassName() + ":" + frame.getLineNumber())
                    .filter(line -> !line.contains("Pretended") && !line.contains("Hooked"))
                    .collect(Collectors.joining(" ")));
  }

  /** What the thread is for; empty if it is no thread of a session's. */
  private static Optional<String> job() {
    String thread = Thread.currentThread().getName();
    int of = thread.indexOf(" of ");
    return thread.equals(SESSION) || (of > 0 && thread.endsWith(SESSION))
        ? Optional.of(of < 0 ? thread : thread.substring(0, of))
        : Optional.empty();
  }

  private static long failure(String name, Errno errno) {
    if (name.startsWith(SPAWN)) {
      return errno.intValue();
    }
    Native.RUNTIME.setLastError(errno.intValue());
    return -1;
  }

  private long instead(String call, Object[] arguments, HookedLibrary.Real real) throws Throwable {
    return switch (call) {
      case "unshare" -> {
        if (((int) arguments[0] & CLONE_NEWNS) != 0) {
          unshared.set(true);
        }
        yield 0;
      }
      case "mkdir" -> made(Path.of((String) arguments[0]));
      case "rmdir" -> removed(Path.of((String) arguments[0]));
      case "open_tree" -> open(treeAt((String) arguments[2]));
      case "fsopen", "fsmount" -> open("/dev");
      case "fsconfig", "move_mount", "mount_setattr" -> 0;
      case "openat" -> {
        String path = (String) arguments[1];
        if (path.endsWith("/ptmx")) {
          arguments[1] = "/dev/ptmx";
        } else if (GROUP.containsKey(path) && ((int) arguments[2] & Native.O_WRONLY) != 0) {
          // The kernel does not keep what is written.
          arguments[1] = "/dev/null";
        }
        yield real.with(arguments);
      }
      case "readlinkat" -> readlink(arguments, real);
      case "posix_spawnattr_setflags" ->
          real.with(arguments[0], (short) ((short) arguments[1] & ~SETCGROUP));
      case "posix_spawn" -> spawned(arguments, real);
      case "wait4" -> {
        long waited = real.with(arguments);
        if (waited > 0) {
          children.remove((int) waited);
        }
        yield waited;
      }
      default -> DONE.contains(call) ? 0 : real.with(arguments);
    };
  }

  private long spawned(Object[] arguments, HookedLibrary.Real real) throws Throwable {
    if (((String) arguments[1]).startsWith("/proc/self/fd/")) {
      arguments[1] = standIn.toString();
    }
    long error = real.with(arguments);
    if ((int) error == 0) {
      children.add(((Pointer) arguments[0]).getInt(0));
    }
    return error;
  }

  /** A thread that has unshared its mounts is in another namespace. */
  private long readlink(Object[] arguments, HookedLibrary.Real real) throws Throwable {
    long length = real.with(arguments);
    if (unshared.get() && "ns/mnt".equals(arguments[1]) && length > 2) {
      byte[] link = (byte[]) arguments[2];
      int last = (int) length - 2;
      link[last] = (byte) (link[last] == '1' ? '2' : '1');
    }
    return length;
  }

  /** A directory of a namespace of dbgd's own is not there. */
  private static String treeAt(String path) {
    return path.equals("/proc-hidden") ? "/proc" : path;
  }

  private static int open(String path) {
    return LibC.openat(Native.AT_FDCWD, path, Native.O_PATH | Native.O_CLOEXEC, 0);
  }

  private long made(Path path) throws IOException {
    if (path.startsWith(groups)) {
      Files.createDirectory(path);
      fill(path);
    }
    return 0;
  }

  public static void fill(Path group) throws IOException {
    for (Map.Entry<String, String> file : GROUP.entrySet()) {
      Files.writeString(group.resolve(file.getKey()), file.getValue());
    }
  }

  private long removed(Path path) throws IOException {
    if (path.startsWith(groups)) {
      for (String file : GROUP.keySet()) {
        Files.delete(path.resolve(file));
      }
      Files.delete(path);
    }
    return 0;
  }
}
