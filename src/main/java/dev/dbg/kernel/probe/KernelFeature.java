package dev.dbg.kernel.probe;

import static dev.dbg.kernel.Native.AT_FDCWD;
import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.check;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ThisProcess;
import dev.dbg.kernel.file.MountAttribute;
import dev.dbg.kernel.file.MountTree;
import dev.dbg.kernel.process.Namespaces;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.Terminal;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.NamespaceKind;
import java.util.EnumSet;
import java.util.List;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;

/**
 * What dbg uses of the kernel that not every kernel has, or lets root do. Each is tried as it is
 * used, and leaves nothing: a version number says neither what a distribution has brought back nor
 * what a filter hides.
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
      "mnt can't be entered, and without it only ids keep a tool from other processes"),
  PIDNS(
      "proc of a given pid namespace",
      false,
      "pid can't be entered where a container has hidden its /proc"),
  TIME("time namespaces", false, "time can't be entered"),
  PEERPIDFD(
      "SO_PEERPIDFD",
      false,
      "a client that ends at once may be recorded without terminal and login");

  private static final long SYS_FSOPEN = 430;
  private static final long SYS_FSCONFIG = 431;
  private static final long SYS_FSMOUNT = 432;
  private static final long SYS_CLOSE_RANGE = 436;
  private static final long SYS_OPENAT2 = 437;
  private static final long SYS_LANDLOCK_CREATE_RULESET = 444;

  private static final int FSOPEN_CLOEXEC = 1;
  private static final int FSMOUNT_CLOEXEC = 1;
  private static final int FSCONFIG_SET_STRING = 1;
  private static final int FSCONFIG_SET_FD = 5;
  private static final int FSCONFIG_CMD_CREATE = 6;
  private static final int LANDLOCK_CREATE_RULESET_VERSION = 1;
  private static final int PR_SET_SECCOMP = 22;
  private static final int SECCOMP_MODE_FILTER = 2;
  private static final int SIZE_OF_OPEN_HOW = 24;
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

  /** What it is called. */
  public String word() {
    return word;
  }

  /** Whether nothing works without. */
  public boolean isNeeded() {
    return needed;
  }

  /** What does not work without. */
  public String loss() {
    return loss;
  }

  /**
   * Tries it. Changes the calling thread, which is to be used once and end.
   *
   * @return what there is to say about it, mostly nothing
   */
  public String attempt() throws KernelException {
    return switch (this) {
      case OPEN_TREE -> openTree();
      case MOUNT_SETATTR -> mountSetattr();
      case MOVE_MOUNT -> moveMount();
      case PIDFD_OPEN -> pidfdOpen();
      case SETNS_PIDFD -> setnsPidfd();
      case OPENAT2 -> openat2();
      case CLOSE_RANGE -> closeRange();
      case SECCOMP -> seccomp();
      case HIDEPID -> hidepid();
      case PTY -> pty();
      case LANDLOCK -> landlock();
      case PIDNS -> pidns();
      case TIME -> time();
      case PEERPIDFD -> peerPidfd();
    };
  }

  private static String openTree() throws KernelException {
    MountTree.cloneOf("/").close();
    return "";
  }

  private static String mountSetattr() throws KernelException {
    try (MountTree tree = MountTree.cloneOf("/")) {
      tree.restrict(MountAttribute.READ_ONLY);
      return "";
    }
  }

  /** Onto a directory that is not there: the kernel asks whether one may before it looks. */
  private static String moveMount() throws KernelException {
    try (MountTree tree = MountTree.cloneOf("/")) {
      tree.moveTo("/proc/nowhere");
      throw new IllegalStateException("a mount was put where nothing is");
    } catch (KernelException e) {
      if (e.isNoSuchFile()) {
        return "";
      }
      throw e;
    }
  }

  private static String pidfdOpen() throws KernelException {
    PidFd.open(ThisProcess.pid()).close();
    return "";
  }

  private static String setnsPidfd() throws KernelException {
    try (PidFd self = PidFd.open(ThisProcess.pid())) {
      Namespaces.join(self, EnumSet.of(NamespaceKind.UTS));
      return "";
    }
  }

  private static String openat2() throws KernelException {
    Pointer how = Native.allocate(SIZE_OF_OPEN_HOW);
    how.putLong(0, Native.O_PATH | Native.O_CLOEXEC);
    how.putLong(16, RESOLVE_NO_SYMLINKS);
    Pointer path = Native.cString("/");
    new Fd(
            checkInt(
                "openat2",
                "/",
                () ->
                    LIBC.syscall(
                        SYS_OPENAT2,
                        AT_FDCWD,
                        path.address(),
                        how.address(),
                        SIZE_OF_OPEN_HOW,
                        0,
                        0)))
        .close();
    return "";
  }

  private static String closeRange() throws KernelException {
    long _ =
        check(
            "close_range",
            "of nothing",
            () ->
                LIBC.syscall(SYS_CLOSE_RANGE, NO_SUCH_DESCRIPTOR, NO_SUCH_DESCRIPTOR, 0, 0, 0, 0));
    return "";
  }

  /** Without a filter: EFAULT is the answer of a kernel that would take one, seccomp(2). */
  private static String seccomp() throws KernelException {
    LIBC.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, 0, 0, 0);
    Errno errno = Native.lastErrno();
    if (errno != Errno.EFAULT) {
      throw new KernelException(errno, "PR_SET_SECCOMP", "with a filter");
    }
    return "";
  }

  private static String hidepid() throws KernelException {
    try (Fd context = fsopenProc()) {
      Pointer key = Native.cString("hidepid");
      Pointer value = Native.cString("ptraceable");
      long _ =
          check(
              "fsconfig",
              "hidepid=ptraceable of proc",
              () ->
                  LIBC.syscall(
                      SYS_FSCONFIG,
                      context.number(),
                      FSCONFIG_SET_STRING,
                      key.address(),
                      value.address(),
                      0,
                      0));
      mount(context);
      return "";
    }
  }

  private static String pidns() throws KernelException {
    try (Fd context = fsopenProc();
        ProcDir self = ProcDir.ofThisThread();
        Fd namespace = self.openNamespace(NamespaceKind.PID)) {
      Pointer key = Native.cString("pidns");
      long _ =
          check(
              "fsconfig",
              "pidns of proc",
              () ->
                  LIBC.syscall(
                      SYS_FSCONFIG,
                      context.number(),
                      FSCONFIG_SET_FD,
                      key.address(),
                      0,
                      namespace.number(),
                      0));
      mount(context);
      return "";
    }
  }

  private static Fd fsopenProc() throws KernelException {
    Pointer type = Native.cString("proc");
    return new Fd(
        checkInt(
            "fsopen",
            "proc",
            () -> LIBC.syscall(SYS_FSOPEN, type.address(), FSOPEN_CLOEXEC, 0, 0, 0, 0)));
  }

  private static void mount(Fd context) throws KernelException {
    long _ =
        check(
            "fsconfig",
            "create of proc",
            () -> LIBC.syscall(SYS_FSCONFIG, context.number(), FSCONFIG_CMD_CREATE, 0, 0, 0, 0));
    new Fd(
            checkInt(
                "fsmount",
                "proc",
                () -> LIBC.syscall(SYS_FSMOUNT, context.number(), FSMOUNT_CLOEXEC, 0, 0, 0, 0)))
        .close();
  }

  private static String pty() throws KernelException {
    Terminal.openMaster().close();
    return "";
  }

  private static String landlock() throws KernelException {
    long version =
        check(
            "landlock_create_ruleset",
            "version",
            () ->
                LIBC.syscall(
                    SYS_LANDLOCK_CREATE_RULESET, 0, 0, LANDLOCK_CREATE_RULESET_VERSION, 0, 0, 0));
    return "ABI " + version;
  }

  private static String time() throws KernelException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      self.openNamespace(NamespaceKind.TIME).close();
      return "";
    }
  }

  private static String peerPidfd() throws KernelException {
    List<UnixConnection> ends = UnixConnection.pair();
    try (UnixConnection one = ends.get(0);
        UnixConnection _ = ends.get(1)) {
      PidFd peer =
          one.peerProcess()
              .orElseThrow(
                  () ->
                      new KernelException(
                          Errno.ENOPROTOOPT, "getsockopt", "SO_PEERPIDFD of a client"));
      peer.close();
      return "";
    }
  }
}
