package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
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

  private static boolean isWithin(Fd innermost, Uid owner) throws KernelException {
    Fd at = innermost;
    try {
      for (int i = 0; i < DEEPEST; i++) {
        if (ownerOf(at).equals(owner)) {
          return true;
        }
        Fd parent = related(at, NS_GET_PARENT, "NS_GET_PARENT");
        closeUnless(innermost, at);
        at = parent;
      }
      return false;
    } catch (KernelException e) {
      if (e.isNotPermitted()) {
        // The initial user namespace has no parent; only root owns it.
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
    return Native.checkFd("ioctl", name, () -> LIBC.ioctl(namespace.number(), request, null));
  }

  private static Uid ownerOf(Fd userNamespace) throws KernelException {
    Pointer uid = Native.allocate(4);
    require(
        "ioctl",
        "NS_GET_OWNER_UID",
        () -> LIBC.ioctl(userNamespace.number(), NS_GET_OWNER_UID, uid));
    return new Uid(Integer.toUnsignedLong(uid.getInt(0)));
  }
}
