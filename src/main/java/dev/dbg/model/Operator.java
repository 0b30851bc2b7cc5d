package dev.dbg.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who asks, as the kernel says it and nobody else: SO_PEERCRED and SO_PEERGROUPS of unix(7), the
 * audit identity that pam_loginuid(8) left in {@code /proc/PID/loginuid}, and the terminal.
 *
 * @param user the name of {@code uid} in the host's user database, or its number
 * @param groups every group, the primary one included, by id, with its name or number
 * @param loginuid who logged in, also behind su and sudo; empty when nobody did
 * @param auditSession the kernel's audit session; empty when there is none
 * @param tty the controlling terminal as {@code major:minor}; empty when there is none
 */
public record Operator(
    Uid uid,
    String user,
    Gid gid,
    Map<Gid, String> groups,
    Pid pid,
    Optional<Uid> loginuid,
    Optional<Long> auditSession,
    Optional<String> tty) {
  public Operator {
    groups = Map.copyOf(groups);
  }

  public boolean isRoot() {
    return uid.equals(Uid.ROOT);
  }

  /** The names of the groups, sorted. */
  public List<String> groupNames() {
    return groups.values().stream().sorted().toList();
  }
}
