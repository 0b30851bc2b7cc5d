package dev.dbg.session;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PeerCredentials;
import dev.dbg.kernel.ProcDir;
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
   * from its process; a client that has ended meanwhile has none.
   */
  static Operator of(PeerCredentials peer) {
    Map<Gid, String> groups = new HashMap<>();
    peer.groups().forEach(gid -> groups.put(gid, Users.name(gid)));
    Optional<Uid> loginuid = Optional.empty();
    Optional<Long> auditSession = Optional.empty();
    Optional<String> tty = Optional.empty();
    try (ProcDir process = ProcDir.open(peer.pid())) {
      loginuid = process.loginUid().map(Uid::new);
      auditSession = process.auditSession();
      tty = process.terminal();
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
}
