package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Uid;
import jnr.ffi.Pointer;

/**
 * Finds the owner of a namespace, ioctl_nsfs(2). Every namespace is owned by a user namespace. A
 * user namespace is owned by the user who created it and has a parent; the initial one has neither.
 */
public final class UserNamespace {
  private static final long NS_GET_USERNS = 0xb701;
  private static final long NS_GET_PARENT = 0xb702;
  private static final long NS_GET_OWNER_UID = 0xb704;

  /** The kernel's limit of nesting, user_namespaces(7). */
  private static final int DEEPEST = 33;

  private UserNamespace() {}

  /**
   * Whether {@code owner} created the user namespace that owns one of a process's namespaces (or,
   * of kind user, is that namespace), or an ancestor of it. This cannot be forged: a user namespace
   * contains only namespaces that were created in it.
   *
   * @param owner a user other than root
   */
  public static boolean isOwnedBy(ProcDir process, NamespaceKind kind, Uid owner)
      throws KernelException {
    try (Fd namespace = process.openNamespace(kind)) {
      if (kind == NamespaceKind.USER) {
        return isWithin(namespace, owner);
      }
      try (Fd user = related(namespace, NS_GET_USERNS, "NS_GET_USERNS")) {
        return isWithin(user, owner);
      }
    }
  }

  /**
   * Whether a mount namespace belongs to the host's user namespace, in which root alone mounts. In
   * any other, whoever made it, somebody else mounts what they like over the files that they see: a
   * user of the host hands them a mount of the host's files by a Unix socket.
   */
  public static boolean hasRootsMounts(Fd mounts) throws KernelException {
    try (Fd user = related(mounts, NS_GET_USERNS, "NS_GET_USERNS")) {
      return isOwn(user);
    }
  }

  /** The same of a process's; it may go from one that is root's to another one, and never back. */
  public static boolean hasRootsMounts(ProcDir process) throws KernelException {
    try (Fd mounts = process.openNamespace(NamespaceKind.MNT)) {
      return hasRootsMounts(mounts);
    }
  }

  /** Whether dbgd is in that user namespace: then it has no parent that dbgd sees. */
  private static boolean isOwn(Fd user) throws KernelException {
    try (Fd _ = related(user, NS_GET_PARENT, "NS_GET_PARENT")) {
      return false;
    } catch (KernelException e) {
      if (e.isNotPermitted()) {
        return true;
      }
      throw e;
    }
  }

  /** Whether {@code owner} made a user namespace or one of its ancestors. */
  private static boolean isWithin(Fd innermost, Uid owner) throws KernelException {
    Fd at = innermost;
    try {
      for (int i = 0; i < DEEPEST; i++) {
        if (owner.equals(ownerOf(at))) {
          return true;
        }
        Fd parent = related(at, NS_GET_PARENT, "NS_GET_PARENT");
        closeUnless(innermost, at);
        at = parent;
      }
      return false;
    } catch (KernelException e) {
      if (e.isNotPermitted()) {
        // The one that dbgd is in has no parent that it sees; only root owns it.
        return false;
      }
      throw e;
    } finally {
      closeUnless(innermost, at);
    }
  }

  private static void closeUnless(Fd caller, Fd fd) {
    if (fd != caller) {
      fd.close();
    }
  }

  private static Fd related(Fd namespace, long request, String name) throws KernelException {
    return Native.checkFd("ioctl", name, () -> LibC.ioctl(namespace.number(), request, null));
  }

  private static Uid ownerOf(Fd userNamespace) throws KernelException {
    Pointer uid = Native.allocate(4);
    require(
        "ioctl",
        "NS_GET_OWNER_UID",
        () -> LibC.ioctl(userNamespace.number(), NS_GET_OWNER_UID, uid));
    return new Uid(Integer.toUnsignedLong(uid.getInt(0)));
  }
}
