package dev.dbg.model;

import dev.dbg.model.OperatorId.ClusterUser;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The user behind a client. Of a user of this host everything here comes from the kernel:
 * SO_PEERCRED and SO_PEERGROUPS of unix(7), the audit identity that pam_loginuid(8) set in {@code
 * /proc/PID/loginuid}, the terminal; but for the address of the login, which comes from
 * systemd-logind(8).
 *
 * <p>A user of the cluster has the name and the groups that the API server stamped on the session's
 * object. The numbers are those of the agent on this node, which passed them on.
 *
 * @param uid of the process, which says who it is only if {@code behalf} is empty: {@link #id}
 * @param user the name of {@code uid} in the host's user database, or its number; of a user of the
 *     cluster the name with its mark
 * @param groups names or numbers of all groups, the primary group included; those of the cluster
 *     with their mark
 * @param whence tells the login, always the same
 * @param behalf the session's object, of a user of the cluster
 */
public record Operator(
    Uid uid,
    String user,
    Gid gid,
    Map<Gid, String> groups,
    Pid pid,
    Supplier<Login> whence,
    Optional<ClusterSession> behalf) {
  /**
   * How the process's user logged in.
   *
   * @param uid the user who logged in, unchanged by su and sudo; empty if nobody did
   * @param auditSession the kernel's audit session; empty if there is none
   * @param tty the controlling terminal as {@code major:minor}; empty if there is none
   * @param source the address of a login over the network; empty if it is not known
   */
  public record Login(
      Optional<Uid> uid,
      Optional<Long> auditSession,
      Optional<String> tty,
      Optional<String> source) {
    private static final Login NONE =
        new Login(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public static final Supplier<Login> UNKNOWN = () -> NONE;
  }

  public Operator {
    groups = Map.copyOf(groups);
  }

  /** A user of this host. */
  public Operator(
      Uid uid, String user, Gid gid, Map<Gid, String> groups, Pid pid, Supplier<Login> whence) {
    this(uid, user, gid, groups, pid, whence, Optional.empty());
  }

  /** The user of the cluster for whom the agent, this operator, asks. */
  public Operator onBehalf(ClusterSession session) {
    List<String> named = session.groups().stream().map(ClusterUser.MARK::concat).toList();
    return new Operator(
        uid, session.user().toString(), gid, numbered(named), pid, whence, Optional.of(session));
  }

  /**
   * One to ask the policy about: the groups are names, with any numbers; nobody runs anything.
   *
   * @param user with the mark for a user of the cluster
   */
  public static Operator supposed(Uid uid, String user, List<String> groups) {
    Optional<ClusterSession> behalf =
        user.startsWith(ClusterUser.MARK)
            ? Optional.of(ClusterSession.supposed(user.substring(ClusterUser.MARK.length())))
            : Optional.empty();
    return new Operator(uid, user, new Gid(0), numbered(groups), new Pid(1), Login.UNKNOWN, behalf);
  }

  private static Map<Gid, String> numbered(List<String> names) {
    Map<Gid, String> numbered = new HashMap<>();
    names.forEach(name -> numbered.put(new Gid(numbered.size() + 1L), name));
    return numbered;
  }

  /** Who this is: what limits, rules and records go by. */
  public OperatorId id() {
    return behalf.<OperatorId>map(ClusterSession::user).orElse(uid);
  }

  public Login login() {
    return whence.get();
  }

  public boolean isRoot() {
    return id().equals(Uid.ROOT);
  }

  /** Sorted, groups without a name last: a user with subgid(5) can have a thousand of them. */
  public List<String> groupNames() {
    return groups.values().stream()
        .sorted(Comparator.comparing(Operator::isNumber).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  private static boolean isNumber(String group) {
    return group.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
