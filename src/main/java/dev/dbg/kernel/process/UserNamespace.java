package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Uid;
import java.util.function.Predicate;
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
        return isWithin(namespace, owner::equals);
      }
      try (Fd user = related(namespace, NS_GET_USERNS, "NS_GET_USERNS")) {
        return isWithin(user, owner::equals);
      }
    }
  }

  /**
   * Whether root made the user namespace that owns the process's mount namespace, and all ancestors
   * of that. In any other, somebody else mounts what they like over the files that they see. A
   * process that is not root can go from one that is root's to another one, and never back: so ask
   * this after the namespace that is to be joined has been taken down.
   */
  public static boolean hasRootsMounts(ProcDir process) throws KernelException {
    try (Fd namespace = process.openNamespace(NamespaceKind.MNT);
        Fd user = related(namespace, NS_GET_USERNS, "NS_GET_USERNS")) {
      return !isWithin(user, maker -> !maker.equals(Uid.ROOT));
    }
  }

  /** Whether one of those who made a user namespace and its ancestors is the one wanted. */
  private static boolean isWithin(Fd innermost, Predicate<Uid> wanted) throws KernelException {
    Fd at = innermost;
    try {
      for (int i = 0; i < DEEPEST; i++) {
        if (wanted.test(ownerOf(at))) {
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
