package dev.dbg.resolve.systemd;

/**
 * A machine as machined knows it.
 *
 * @param kind {@code container}, {@code vm} or {@code host}: only the first has namespaces
 * @param unit the unit of the system manager that contains its processes
 * @param leader its first process
 * @param root the directory of its files
 * @param isOfUser whether a user other than root registered it
 */
record Machine(String name, String kind, String unit, int leader, String root, boolean isOfUser) {
  /** Whether it is a container of root. */
  boolean isContainer() {
    return kind.equals("container") && leader > 0 && !isOfUser;
  }
}
