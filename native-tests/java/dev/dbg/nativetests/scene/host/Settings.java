package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Tree;

/**
 * What distinguishes hosts: each test class asks for one, see the methods of {@link Host}.
 *
 * @param limits lines of the table {@code [limits]}
 * @param audit lines of the table {@code [audit]}
 * @param usersEngines whether dbgd looks for users' engines
 * @param persisting whether operators try again where users' engines did not answer in time
 * @param ownMounts whether dbgd is started in a mount namespace of its own
 * @param startedLater whether the class starts dbgd itself
 */
record Settings(
    String policy,
    String limits,
    String audit,
    Host.Runtimes runtimes,
    boolean usersEngines,
    boolean persisting,
    boolean ownMounts,
    boolean startedLater,
    Tree tree) {
  Settings in(Tree other) {
    return new Settings(
        policy, limits, audit, runtimes, usersEngines, persisting, ownMounts, startedLater, other);
  }

  Settings withUsersEngines(boolean persisting) {
    return new Settings(
        policy, limits, audit, runtimes, true, persisting, ownMounts, startedLater, tree);
  }

  Settings asking(Host.Runtimes others) {
    return new Settings(
        policy, limits, audit, others, usersEngines, persisting, ownMounts, startedLater, tree);
  }

  Settings limitedTo(String lines) {
    return new Settings(
        policy, lines, audit, runtimes, usersEngines, persisting, ownMounts, startedLater, tree);
  }

  Settings keeping(String lines) {
    return new Settings(
        policy, limits, lines, runtimes, usersEngines, persisting, ownMounts, startedLater, tree);
  }

  Settings inOwnMounts() {
    return new Settings(
        policy, limits, audit, runtimes, usersEngines, persisting, true, startedLater, tree);
  }

  Settings startedByTheClass() {
    return new Settings(
        policy, limits, audit, runtimes, usersEngines, persisting, ownMounts, true, tree);
  }
}
