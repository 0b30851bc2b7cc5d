package dev.dbg.kernel.probe;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.syscall;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.file.NewFileSystem;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.NamespaceKind;
import java.util.EnumSet;
import java.util.List;
import jnr.constants.platform.Errno;

/**
 * Features of the kernel that dbg uses and that an old kernel lacks or a filter may deny. Each is
 * exercised as dbg uses it, and leaves nothing behind. A version number would show neither a
 * distribution's backports nor what a filter denies.
 */
public enum KernelFeature {
  OPEN_TREE("open_tree", true, "no tool can be run"),
  MOUNT_SETATTR("mount_setattr", true, "no tool can be run"),
  MOVE_MOUNT("move_mount", true, "no tool can be run"),
  PIDFD_OPEN("pidfd_open", true, "no container can be entered"),
  SETNS_PIDFD("setns of a pidfd", true, "no container can be entered"),
  OPENAT2("openat2", true, "net, mnt and pid can't be entered"),
  CLOSE_RANGE("close_range", true, "no tool can be run"),
  SECCOMP("seccomp filters", true, "no tool can be run"),
  HIDEPID("proc with hidepid=ptraceable", true, "no tool can be run"),
  PTY("pseudo-terminals", false, "-t does not work"),
  LANDLOCK(
      "Landlock",
      false,
      "mnt can't be entered with pid, and without mnt only ids keep a tool from others"),
  PIDNS(
      "proc of a given pid namespace",
      false,
      "pid can't be entered where a container has hidden its /proc"),
  TIME("time namespaces", false, "time can't be entered"),
  PEERPIDFD(
      "SO_PEERPIDFD",
      false,
      "a client that ends at once may be recorded without terminal and login");

  private static final long SYS_CLOSE_RANGE = 436;
  private static final long SYS_LANDLOCK_CREATE_RULESET = 444;

  private static final int LANDLOCK_CREATE_RULESET_VERSION = 1;
  private static final int PR_SET_SECCOMP = 22;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int RESOLVE_NO_SYMLINKS = 4;
  private static final int NO_SUCH_DESCRIPTOR = Integer.MAX_VALUE;

  private final String word;
  private final boolean needed;
  private final String loss;

  KernelFeature(String word, boolean needed, String loss) {
    this.word = word;
    this.needed = needed;
    this.loss = loss;
  }

  /** Its name. */
  public String word() {
    return word;
  }

  /** Whether dbg cannot work without it. */
  public boolean isNeeded() {
    return needed;
  }

  /** The consequence if it is missing. */
  public String loss() {
    return loss;
  }

  /**
   * Exercises it. This changes the calling thread, which is used once and then ends.
   *
   * @return a detail to show, mostly empty
   */
  public String attempt() throws KernelException {
    switch (this) {
      case OPEN_TREE -> MountTree.cloneOf("/").close();
      case MOUNT_SETATTR -> mountSetattr();
      case MOVE_MOUNT -> moveMount();
      case PIDFD_OPEN -> PidFd.open(ThisProcess.pid()).close();
      case SETNS_PIDFD -> setnsPidfd();
      case OPENAT2 -> Fd.openAt2(AT_FDCWD, "/", Native.O_PATH, RESOLVE_NO_SYMLINKS, "/").close();
      case CLOSE_RANGE -> closeRange();
      case SECCOMP -> seccomp();
      case HIDEPID -> hidepid();
      case PTY -> Terminal.openMaster().close();
      case LANDLOCK -> {
        return "ABI " + landlock();
      }
      case PIDNS -> pidns();
      case TIME -> time();
      case PEERPIDFD -> peerPidfd();
    }
    return "";
  }

  private static void mountSetattr() throws KernelException {
    try (MountTree tree = MountTree.cloneOf("/")) {
      tree.restrict(MountAttribute.READ_ONLY);
    }
  }

  /** Moves nothing: the target is missing, and the kernel checks permission first. */
  private static void moveMount() throws KernelException {
    try (MountTree tree = MountTree.cloneOf("/")) {
      tree.moveTo("/proc/nowhere");
      throw new IllegalStateException("a mount was attached at a path that does not exist");
    } catch (KernelException e) {
      if (!e.isNoSuchFile()) {
        throw e;
      }
    }
  }

  private static void setnsPidfd() throws KernelException {
    try (PidFd self = PidFd.open(ThisProcess.pid())) {
      Namespaces.join(self, EnumSet.of(NamespaceKind.UTS), "of dbgd");
    }
  }

  private static void closeRange() throws KernelException {
    int _ =
        syscall(
            "close_range",
            "of nothing",
            SYS_CLOSE_RANGE,
            NO_SUCH_DESCRIPTOR,
            NO_SUCH_DESCRIPTOR,
            0);
  }

  /** Passes no filter: a kernel that supports filters returns EFAULT, seccomp(2). */
  private static void seccomp() throws KernelException {
    LibC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0);
    Errno errno = Native.lastErrno();
    if (errno != Errno.EFAULT) {
      throw new KernelException(errno, "PR_SET_SECCOMP", "with a filter");
    }
  }

  private static void hidepid() throws KernelException {
    try (NewFileSystem proc = NewFileSystem.of("proc")) {
      proc.with("hidepid", "ptraceable").mount(0).close();
    }
  }

  private static void pidns() throws KernelException {
    try (NewFileSystem proc = NewFileSystem.of("proc");
        ProcDir self = ProcDir.ofThisThread();
        Fd namespace = self.openNamespace(NamespaceKind.PID)) {
      proc.with("pidns", namespace).mount(0).close();
    }
  }

  private static int landlock() throws KernelException {
    return syscall(
        "landlock_create_ruleset",
        "version",
        SYS_LANDLOCK_CREATE_RULESET,
        0,
        0,
        LANDLOCK_CREATE_RULESET_VERSION);
  }

  private static void time() throws KernelException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      self.openNamespace(NamespaceKind.TIME).close();
    }
  }

  private static void peerPidfd() throws KernelException {
    List<UnixConnection> ends = UnixConnection.pair();
    try (UnixConnection one = ends.get(0);
        UnixConnection _ = ends.get(1)) {
      one.peerProcess()
          .orElseThrow(
              () ->
                  new KernelException(Errno.ENOPROTOOPT, "getsockopt", "SO_PEERPIDFD of a client"))
          .close();
    }
  }
}
