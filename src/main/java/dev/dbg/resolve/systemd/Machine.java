package dev.dbg.resolve.systemd;

import java.util.Optional;

/**
 * A machine as machined knows it, machine(5) of org.freedesktop.machine1.
 *
 * @param kind {@code container}, {@code vm} or {@code host}: only the first has namespaces
 * @param id its machine id, 32 hexadecimal digits; all zero or empty if it has none
 * @param unit the unit of the system manager that contains its processes
 * @param leader its first process
 * @param leaderInode the leader's inode in pidfs; empty if it is not known
 * @param isOfUser whether a user other than root registered it
 */
record Machine(
    String name,
    String kind,
    String id,
    String unit,
    int leader,
    Optional<Long> leaderInode,
    boolean isOfUser) {
  /** Whether it is a container of root. */
  boolean isContainer() {
    return kind.equals("container") && leader > 0 && !isOfUser;
  }
}
