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
import dev.dbg.model.Pid;
import dev.dbg.model.Refusal;
import dev.dbg.model.Shortened;
import dev.dbg.model.Uid;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes an {@link Operator} from a peer's credentials, or from the user database. */
final class Operators {
  private static final long LARGEST_UID = 0xFFFF_FFFEL;

  private Operators() {}

  /**
   * The ids are those at the time of connect(2), unix(7). Login uid, audit session and terminal are
   * read from its process, which a pidfd holds meanwhile.
   */
  static Operator of(UnixConnection connection) throws KernelException {
    PeerCredentials peer = connection.peer();
    Operator.Login login = Operator.Login.UNKNOWN;
    try (Capabilities.Raised _ = Capabilities.raise();
        PidFd process = held(connection, peer);
        ProcDir proc = ProcDir.open(peer.pid())) {
      if (process.isAlive()) {
        login =
            new Operator.Login(proc.loginUid().map(Uid::new), proc.auditSession(), proc.terminal());
      }
    } catch (KernelException e) {
      // The process is gone: the record has no login.
    }
    return operator(peer, peer.groups(), login);
  }

  /** Enough for the record of a client whose request is not read. */
  static Operator briefly(PeerCredentials peer) {
    return operator(peer, Set.of(peer.gid()), Operator.Login.UNKNOWN);
  }

  private static Operator operator(PeerCredentials peer, Set<Gid> groups, Operator.Login login) {
    return new Operator(
        peer.uid(), Users.name(peer.uid()), peer.gid(), named(groups), peer.pid(), login);
  }

  private static Map<Gid, String> named(Set<Gid> groups) {
    return groups.stream().collect(Collectors.toMap(gid -> gid, Users::name));
  }

  /** The operator given with {@code --as}, which only root may use; else the client's operator. */
  static Operator meant(Optional<String> as, Operator asking) throws Refusal {
    if (as.isEmpty()) {
      return asking;
    }
    if (!asking.isRoot()) {
      throw Refusal.denied(
          "--as %s: only root may ask for others' rights: leave out --as for your own"
              .formatted(Shortened.of(as.get())));
    }
    return as(as.get(), asking.pid());
  }

  /**
   * A user with the ids and groups that the host's user database gives them now. A user who logged
   * in before a change of groups still has the old ones.
   *
   * @param typed a user's name or number
   */
  private static Operator as(String typed, Pid process) throws Refusal {
    Users.Account account =
        Users.account(typed)
            .or(() -> number(typed).flatMap(Users::account))
            .orElseThrow(
                () ->
                    Refusal.failed(
                        ExitStatus.DBG_FAILED,
                        "--as '%s': no such user: see getent passwd"
                            .formatted(Shortened.of(typed))));
    return new Operator(
        account.uid(),
        account.name(),
        account.gid(),
        named(Users.groups(account)),
        process,
        Operator.Login.UNKNOWN);
  }

  private static Optional<Uid> number(String typed) {
    return typed.matches("0|[1-9][0-9]{0,9}")
        ? Optional.of(Long.parseLong(typed)).filter(n -> n <= LARGEST_UID).map(Uid::new)
        : Optional.empty();
  }

  /** SO_PEERPIDFD; on an older kernel, the process that has the number now. */
  private static PidFd held(UnixConnection connection, PeerCredentials peer)
      throws KernelException {
    Optional<PidFd> process = connection.peerProcess();
    return process.isPresent() ? process.get() : PidFd.open(peer.pid());
  }
}
