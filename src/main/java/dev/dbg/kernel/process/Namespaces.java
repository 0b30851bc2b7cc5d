package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.model.NamespaceKind;
import java.util.Set;

/**
 * Joining and leaving namespaces, setns(2) and unshare(2).
 *
 * <p>Everything here changes the calling thread for good. Only a thread that is used once and ends
 * may call it.
 */
public final class Namespaces {
  private static final int CLONE_FS = 0x200;

  private Namespaces() {}

  /** Joins {@code kinds} of a process in one call: all of them or none. */
  public static void join(PidFd process, Set<NamespaceKind> kinds) throws KernelException {
    int flags = kinds.stream().mapToInt(NamespaceKind::cloneFlag).reduce(0, (a, b) -> a | b);
    String object = NamespaceKind.words(kinds) + " of the target";
    int _ = checkInt("setns", object, () -> LIBC.setns(process.number(), flags));
  }

  /** Joins the mount namespace that a descriptor holds. The thread first stops sharing its cwd. */
  public static void joinMounts(Fd mountNamespace) throws KernelException {
    int _ = checkInt("unshare", "CLONE_FS", () -> LIBC.unshare(CLONE_FS));
    int _ =
        checkInt(
            "setns",
            "a mount namespace of dbgd",
            () -> LIBC.setns(mountNamespace.number(), NamespaceKind.MNT.cloneFlag()));
  }

  /** Gives the thread a copy of its mount namespace, its own from now on. */
  public static void unshareMounts() throws KernelException {
    int _ =
        checkInt(
            "unshare", "CLONE_NEWNS", () -> LIBC.unshare(CLONE_FS | NamespaceKind.MNT.cloneFlag()));
  }
}
