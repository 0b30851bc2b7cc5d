package dev.dbg.serve;

import dev.dbg.kernel.Capabilities;
import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.PidFd;
import dev.dbg.kernel.process.ProcDir;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ExitStatus;
import dev.dbg.model.Gid;
import dev.dbg.model.Operator;
import dev.dbg.model.Refusal;
import dev.dbg.model.Shortened;
import dev.dbg.model.Uid;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Makes an {@link Operator} of what the kernel knows about a peer, or the system of a user. */
final class Operators {
  private static final long LARGEST_UID = 0xFFFF_FFFEL;

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
    try (Capabilities.Raised _ = Capabilities.raise();
        PidFd process = held(connection, peer);
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

  /** What a record needs to say of a client that is not heard. */
  static Operator briefly(PeerCredentials peer) {
    return new Operator(
        peer.uid(),
        Users.name(peer.uid()),
        peer.gid(),
        Map.of(peer.gid(), Users.name(peer.gid())),
        peer.pid(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whose rights are asked for: the asker's, or, for root, those of anybody. */
  static Operator meant(Optional<String> as, Operator asker) throws Refusal {
    if (as.isEmpty()) {
      return asker;
    }
    if (!asker.isRoot()) {
      throw Refusal.denied(
          "--as %s: only root may ask for others' rights: without it you are told your own"
              .formatted(Shortened.of(as.get())));
    }
    return as(as.get(), asker);
  }

  /**
   * A user as they would ask: with the ids and groups that the host's user database gives them at a
   * login, as sudo takes them. Who has logged in before a group was given or taken away has others.
   *
   * @param typed a name, or a number as the database has it
   * @param asker whose process asks
   */
  private static Operator as(String typed, Operator asker) throws Refusal {
    Users.Account account =
        Users.account(typed)
            .or(() -> number(typed).flatMap(Users::account))
            .orElseThrow(
                () ->
                    Refusal.failed(
                        ExitStatus.DBG_FAILED,
                        "--as '%s': no such user: see getent passwd"
                            .formatted(Shortened.of(typed))));
    Map<Gid, String> groups = new HashMap<>();
    Users.groups(account).forEach(gid -> groups.put(gid, Users.name(gid)));
    return new Operator(
        account.uid(),
        account.name(),
        account.gid(),
        groups,
        asker.pid(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static Optional<Uid> number(String typed) {
    return typed.matches("0|[1-9][0-9]{0,9}")
        ? Optional.of(Long.parseLong(typed)).filter(n -> n <= LARGEST_UID).map(Uid::new)
        : Optional.empty();
  }

  /** On a kernel that does not hold it for us, whoever has the number now. */
  private static PidFd held(UnixConnection connection, PeerCredentials peer)
      throws KernelException {
    Optional<PidFd> process = connection.peerProcess();
    return process.isPresent() ? process.get() : PidFd.open(peer.pid());
  }
}
