package dev.dbg.kernel.file;

import static dev.dbg.kernel.Native.LIBC;

import dev.dbg.kernel.Capabilities;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;

/**
 * As whom a thread opens files and connects to sockets, setfsuid(2): the kernel takes it with
 * root's rights over files of others, and gives it those of the user.
 *
 * <p>It changes the calling thread alone and for good: one that is used once and ends.
 */
public final class FileSystemIdentity {
  /** No id: changes nothing and answers the present one. */
  private static final int ASK = -1;

  private FileSystemIdentity() {}

  /**
   * Becomes {@code uid} to the file systems.
   *
   * @throws IllegalStateException when the kernel does not let it; these calls have no errno
   */
  public static void take(Uid uid, Gid gid) {
    // The group first: without root's rights it could not be changed any more.
    try (Capabilities.Raised _ = Capabilities.raise()) {
      int _ = LIBC.setfsgid((int) gid.number());
      int _ = LIBC.setfsuid((int) uid.number());
    }
    if (LIBC.setfsgid(ASK) != (int) gid.number() || LIBC.setfsuid(ASK) != (int) uid.number()) {
      throw new IllegalStateException(
          "setfsuid %s: refused: dbgd needs CAP_SETUID and CAP_SETGID".formatted(uid));
    }
  }
}
