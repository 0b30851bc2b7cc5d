package dev.dbg.kernel.socket;

import static dev.dbg.kernel.Native.require;

import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.LibC;
import dev.dbg.kernel.Native;
import dev.dbg.model.Gid;
import dev.dbg.model.Pid;
import dev.dbg.model.Uid;
import java.lang.ref.Reference;
import java.util.HashSet;
import java.util.Set;
import jnr.constants.platform.Errno;
import jnr.ffi.Pointer;

/**
 * The credentials of a socket's peer as of connect(2): SO_PEERCRED and SO_PEERGROUPS of unix(7).
 *
 * @param groups the supplementary groups and {@code gid}
 */
public record PeerCredentials(Pid pid, Uid uid, Gid gid, Set<Gid> groups) {
  private static final int SO_PEERCRED = 17;
  private static final int SO_PEERGROUPS = 59;

  /**
   * A peer in more groups is refused. The kernel's limit is 65536, and a user with sub-ids,
   * subgid(5), can be in that many at will; each would cost dbgd an object and a lookup in the
   * host's user database.
   */
  private static final int MOST_GROUPS = 1024;

  private static final int USUAL_GROUPS = 64;

  public static PeerCredentials of(Fd socket) throws KernelException {
    PeerCredentials brief = briefly(socket);
    Set<Gid> groups = new HashSet<>(groups(socket.number()));
    groups.add(brief.gid());
    return new PeerCredentials(brief.pid(), brief.uid(), brief.gid(), groups);
  }

  /** The same without the supplementary groups, which may be many. */
  public static PeerCredentials briefly(Fd socket) throws KernelException {
    Pointer ucred = Native.allocate(12);
    int _ = get(socket.number(), SO_PEERCRED, "SO_PEERCRED", ucred, 12);
    return in(ucred, 0);
  }

  /** Those of a struct ucred in this memory, without the supplementary groups. */
  static PeerCredentials in(Pointer memory, long at) {
    Gid gid = new Gid(Integer.toUnsignedLong(memory.getInt(at + 8)));
    return new PeerCredentials(
        new Pid(memory.getInt(at)),
        new Uid(Integer.toUnsignedLong(memory.getInt(at + 4))),
        gid,
        Set.of(gid));
  }

  private static Set<Gid> groups(int socket) throws KernelException {
    Pointer length = Native.allocate(4);
    length.putInt(0, 4 * USUAL_GROUPS);
    Pointer gids = Native.allocate(4 * USUAL_GROUPS);
    try {
      int got = LibC.getsockopt(socket, SocketCalls.SOL_SOCKET, SO_PEERGROUPS, gids, length);
      if (got == 0) {
        return groups(gids, length.getInt(0));
      }
    } finally {
      Reference.reachabilityFence(gids);
    }
    // If the buffer is too small, the kernel writes nothing but the size that it needs.
    int size = length.getInt(0);
    if (size > 4 * MOST_GROUPS) {
      throw new KernelException(
          Errno.E2BIG, "getsockopt", "SO_PEERGROUPS, %d groups".formatted(size / 4));
    }
    Pointer all = Native.allocate(Math.max(4, size));
    return groups(all, get(socket, SO_PEERGROUPS, "SO_PEERGROUPS", all, size));
  }

  private static Set<Gid> groups(Pointer gids, int length) {
    Set<Gid> groups = new HashSet<>();
    for (int i = 0; i < length; i += 4) {
      groups.add(new Gid(Integer.toUnsignedLong(gids.getInt(i))));
    }
    return groups;
  }

  private static int get(int socket, int option, String name, Pointer value, int size)
      throws KernelException {
    Pointer length = Native.allocate(4);
    length.putInt(0, size);
    require(
        "getsockopt",
        name,
        () -> LibC.getsockopt(socket, SocketCalls.SOL_SOCKET, option, value, length));
    return length.getInt(0);
  }
}
