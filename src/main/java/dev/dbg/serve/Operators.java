package dev.dbg.serve;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.process.Users;
import dev.dbg.kernel.socket.PeerCredentials;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.model.ClusterSession;
import dev.dbg.model.Gid;
import dev.dbg.model.Operator;
import dev.dbg.model.OperatorId;
import dev.dbg.model.OperatorId.ClusterUser;
import dev.dbg.model.Pid;
import dev.dbg.model.QuotedText;
import dev.dbg.model.Refusal;
import dev.dbg.model.Uid;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Makes an {@link Operator} from a peer's credentials, or from the user database. */
final class Operators {
  private Operators() {}

  /**
   * The ids are those at the time of connect(2), unix(7). Only records have the login, so it is
   * read when the first one is made: meanwhile a thread enters the container.
   */
  static Operator of(UnixConnection connection, Optional<ClusterSession> behalf)
      throws KernelException {
    PeerCredentials peer = PeerCredentials.of(connection.fd());
    Operator process = operator(peer.uid(), peer, peer.groups(), new PeerLogin(connection, peer));
    return behalf.map(process::onBehalf).orElse(process);
  }

  /**
   * Enough for the record of a client whose request is not read.
   *
   * @param user to whom it is counted
   */
  static Operator briefly(OperatorId user, Caller caller) {
    PeerCredentials peer = caller.peer();
    Operator process =
        operator(
            user instanceof Uid uid ? uid : peer.uid(),
            peer,
            Set.of(peer.gid()),
            Operator.Login.UNKNOWN);
    return caller.behalf().map(process::onBehalf).orElse(process);
  }

  /** For people: {@code alice (uid 1000)}, {@code kube:alice}. */
  static String words(OperatorId user) {
    return switch (user) {
      case Uid uid -> "%s (uid %s)".formatted(name(uid), uid);
      case ClusterUser _ -> user.toString();
    };
  }

  /** The number, if the user database has a name that could be one of the cluster's. */
  private static String name(Uid user) {
    String name = Users.name(user);
    return name.startsWith(ClusterUser.MARK) ? user.toString() : name;
  }

  private static Operator operator(
      Uid user, PeerCredentials peer, Set<Gid> groups, Supplier<Operator.Login> login) {
    return new Operator(user, name(user), peer.gid(), named(groups), peer.pid(), login);
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
              .formatted(QuotedText.of(as.get())));
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
            .or(() -> Uid.parse(typed).flatMap(Users::account))
            .orElseThrow(
                () ->
                    Refusal.failed(
                        "--as '%s': no such user: see getent passwd"
                            .formatted(QuotedText.of(typed))));
    return new Operator(
        account.uid(),
        account.name(),
        account.gid(),
        named(Users.groups(account)),
        process,
        Operator.Login.UNKNOWN);
  }
}
