package dev.dbg.kernel.file;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.LibC;
import dev.dbg.model.Gid;
import dev.dbg.model.Uid;

/**
 * The identity with which a thread opens files and connects to sockets, setfsuid(2). Without uid 0
 * the thread also loses its capabilities over other users' files.
 *
 * <p>It changes the calling thread until {@link #giveBack}.
 */
public final class FileSystemIdentity {
  /** An invalid id: the call changes nothing and returns the present id. */
  private static final int ASK = -1;

  private FileSystemIdentity() {}

  /**
   * Sets the thread's file system uid and gid.
   *
   * @throws IllegalStateException when the kernel refuses; these calls set no errno
   */
  public static void take(Uid uid, Gid gid) {
    // The group first: as another user the thread could not change it.
    long _ = Capabilities.during(() -> LibC.setfsgid((int) gid.number())).getAsLong();
    long _ = Capabilities.during(() -> LibC.setfsuid((int) uid.number())).getAsLong();
    if (LibC.setfsgid(ASK) != (int) gid.number() || LibC.setfsuid(ASK) != (int) uid.number()) {
      throw new IllegalStateException(
          "setfsuid %s: refused: dbgd needs CAP_SETUID and CAP_SETGID".formatted(uid));
    }
  }

  /** The thread is root again, without capabilities in effect. */
  public static void giveBack() {
    take(Uid.ROOT, new Gid(0));
  }
}
