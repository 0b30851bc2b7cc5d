package dev.dbg.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The user behind a client. Everything here comes from the kernel: SO_PEERCRED and SO_PEERGROUPS of
 * unix(7), the audit identity that pam_loginuid(8) set in {@code /proc/PID/loginuid}, the terminal;
 * but for the address of the login, which comes from systemd-logind(8).
 *
 * @param user the name of {@code uid} in the host's user database, or its number
 * @param groups names or numbers of all groups, the primary group included
 * @param whence tells the login, always the same
 */
public record Operator(
    Uid uid, String user, Gid gid, Map<Gid, String> groups, Pid pid, Supplier<Login> whence) {
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

  /** One to ask the policy about: the groups are names, with any numbers; nobody runs anything. */
  public static Operator supposed(Uid uid, String user, List<String> groups) {
    Map<Gid, String> numbered = new HashMap<>();
    groups.forEach(group -> numbered.put(new Gid(numbered.size() + 1L), group));
    return new Operator(uid, user, new Gid(0), numbered, new Pid(1), Login.UNKNOWN);
  }

  public Login login() {
    return whence.get();
  }

  public boolean isRoot() {
    return uid.equals(Uid.ROOT);
  }

  /** Sorted. */
  public List<String> groupNames() {
    return groups.values().stream().sorted().toList();
  }
}
