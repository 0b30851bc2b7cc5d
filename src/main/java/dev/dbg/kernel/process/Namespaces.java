package dev.dbg.kernel.process;

import static dev.dbg.kernel.Capabilities.during;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.PidFd;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Pid;
import java.util.Set;

/**
 * Joining and leaving namespaces, setns(2) and unshare(2). Each call changes the calling thread
 * permanently: call it only in a thread that is used once and then ends.
 */
public final class Namespaces {
  private static final int CLONE_FS = 0x200;

  private Namespaces() {}

  /**
   * Joins {@code kinds} of a process's namespaces in one call: all or none.
   *
   * @param whose for a message: {@code of the target}
   */
  public static void join(PidFd process, Set<NamespaceKind> kinds, String whose)
      throws KernelException {
    int flags = kinds.stream().mapToInt(NamespaceKind::cloneFlag).reduce(0, (a, b) -> a | b);
    String object = NamespaceKind.words(kinds) + " " + whose;
    require("setns", object, during(() -> LibC.setns(process.number(), flags)));
  }

  static void join(Pid process, NamespaceKind kind) throws KernelException {
    try (ProcDir directory = ProcDir.open(process);
        Fd namespace = directory.openNamespace(kind)) {
      require(
          "setns",
          kind.word() + " of process " + process,
          during(() -> LibC.setns(namespace.number(), kind.cloneFlag())));
    }
  }

  /** Joins a mount namespace by descriptor, after unsharing the thread's root and cwd. */
  public static void joinMounts(Fd mountNamespace) throws KernelException {
    require("unshare", "CLONE_FS", during(() -> LibC.unshare(CLONE_FS)));
    require(
        "setns",
        "a mount namespace of dbgd",
        during(() -> LibC.setns(mountNamespace.number(), NamespaceKind.MNT.cloneFlag())));
  }

  /** Gives the thread a private copy of its mount namespace. */
  public static void unshareMounts() throws KernelException {
    require(
        "unshare",
        "CLONE_NEWNS",
        during(() -> LibC.unshare(CLONE_FS | NamespaceKind.MNT.cloneFlag())));
  }

  /**
   * Makes a pid namespace for the thread's children, the first of which is its first process. The
   * thread can then start no thread.
   */
  public static void unsharePidOfChildren() throws KernelException {
    require("unshare", "CLONE_NEWPID", during(() -> LibC.unshare(NamespaceKind.PID.cloneFlag())));
  }

  /** A descriptor of the thread's mount namespace. */
  public static Fd openMounts() throws KernelException {
    try (ProcDir self = ProcDir.ofThisThread()) {
      return self.openNamespace(NamespaceKind.MNT);
    }
  }
}
