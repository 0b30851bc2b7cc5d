package dev.dbg.kernel.process;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.Native;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.Uid;
import jnr.ffi.Pointer;

/**
 * Whose a namespace is, ioctl_nsfs(2): every namespace belongs to a user namespace, and every user
 * namespace but the first to whoever made it, and lies in another.
 */
public final class UserNamespace {
  private static final long NS_GET_USERNS = 0xb701;
  private static final long NS_GET_PARENT = 0xb702;
  private static final long NS_GET_OWNER_UID = 0xb704;

  /** The kernel nests no deeper, user_namespaces(7). */
  private static final int DEEPEST = 33;

  private UserNamespace() {}

  /**
   * Whether one of a process's namespaces is {@code owner}'s: the user namespace that it belongs to
   * (or, of kind user, is), or one that holds that one, was made by him. Nobody makes another's
   * namespace his own: what he made holds nothing but what was made in it.
   *
   * @param owner somebody who is not root
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
        // The first user namespace has no parent, and belongs to nobody but root.
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
    return new Fd(checkInt("ioctl", name, () -> LIBC.ioctl(namespace.number(), request, null)));
  }

  private static Uid ownerOf(Fd userNamespace) throws KernelException {
    Pointer uid = Native.allocate(4);
    int _ =
        checkInt(
            "ioctl",
            "NS_GET_OWNER_UID",
            () -> LIBC.ioctl(userNamespace.number(), NS_GET_OWNER_UID, uid));
    return new Uid(Integer.toUnsignedLong(uid.getInt(0)));
  }
}
