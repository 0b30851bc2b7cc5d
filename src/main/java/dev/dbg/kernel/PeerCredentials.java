package dev.dbg.kernel;

import static dev.dbg.kernel.Native.LIBC;
import static dev.dbg.kernel.Native.checkInt;

import dev.dbg.model.Gid;
import dev.dbg.model.Pid;
import dev.dbg.model.Uid;
import java.util.HashSet;
import java.util.Set;
import jnr.ffi.Pointer;

/**
 * Who connected, as the kernel noted at that moment: SO_PEERCRED and SO_PEERGROUPS of unix(7).
 *
 * @param groups the supplementary groups and {@code gid}
 */
public record PeerCredentials(Pid pid, Uid uid, Gid gid, Set<Gid> groups) {
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;
  private static final int SO_PEERGROUPS = 59;

  /** NGROUPS_MAX of the kernel. */
  private static final int MOST_GROUPS = 65536;

  private static final int USUAL_GROUPS = 256;

  static PeerCredentials of(int socket) throws KernelException {
    Pointer ucred = Native.allocate(12);
    int _ = get(socket, SO_PEERCRED, "SO_PEERCRED", ucred, 12);
    Gid gid = new Gid(Integer.toUnsignedLong(ucred.getInt(8)));
    Set<Gid> groups = new HashSet<>(groups(socket));
    groups.add(gid);
    return new PeerCredentials(
        new Pid(ucred.getInt(0)), new Uid(Integer.toUnsignedLong(ucred.getInt(4))), gid, groups);
  }

  private static Set<Gid> groups(int socket) throws KernelException {
    try {
      return groups(socket, USUAL_GROUPS);
    } catch (KernelException e) {
      return groups(socket, MOST_GROUPS);
    }
  }

  private static Set<Gid> groups(int socket, int most) throws KernelException {
    Pointer gids = Native.allocate(4 * most);
    int length = get(socket, SO_PEERGROUPS, "SO_PEERGROUPS", gids, 4 * most);
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
    int _ =
        checkInt(
            "getsockopt", name, () -> LIBC.getsockopt(socket, SOL_SOCKET, option, value, length));
    return length.getInt(0);
  }
}
