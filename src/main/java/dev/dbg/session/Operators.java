package dev.dbg.session;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PeerCredentials;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.ProcDir;
import dev.dbg.kernel.UnixConnection;
import dev.dbg.kernel.Users;
import dev.dbg.model.Gid;
import dev.dbg.model.Operator;
import dev.dbg.model.Uid;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes an {@link Operator} of what the kernel knows about a peer. */
final class Operators {
  private Operators() {}

  /**
   * The ids are those the kernel noted when the client connected. Login uid and terminal are read
   * from its process, which is held meanwhile: a number that has gone to a stranger tells nothing.
   */
  static Operator of(UnixConnection connection) throws KernelException {
    PeerCredentials peer = connection.peer();
    Map<Gid, String> groups = new HashMap<>();
    peer.groups().forEach(gid -> groups.put(gid, Users.name(gid)));
    Optional<Uid> loginuid = Optional.empty();
    Optional<Long> auditSession = Optional.empty();
    Optional<String> tty = Optional.empty();
    try (PidFd process = held(connection, peer);
        ProcDir proc = ProcDir.open(peer.pid())) {
      if (process.isAlive()) {
        loginuid = proc.loginUid().map(Uid::new);
        auditSession = proc.auditSession();
        tty = proc.terminal();
      }
    } catch (KernelException e) {
      // Nobody to ask: the record then says nothing rather than something wrong.
    }
    return new Operator(
        peer.uid(),
        Users.name(peer.uid()),
        peer.gid(),
        groups,
        peer.pid(),
        loginuid,
        auditSession,
        tty);
  }

  /** On a kernel that does not hold it for us, whoever has the number now. */
  private static PidFd held(UnixConnection connection, PeerCredentials peer)
      throws KernelException {
    Optional<PidFd> process = connection.peerProcess();
    return process.isPresent() ? process.get() : PidFd.open(peer.pid());
  }
}
