package dev.dbg.nativetests.scene.host;

import dev.dbg.nativetests.scene.machine.Tree;

/**
 * What distinguishes hosts: each test class asks for one, see the methods of {@link Host}.
 *
 * @param limits lines of the table {@code [limits]}
 * @param audit lines of the table {@code [audit]}
 * @param usersEngines whether dbgd looks for users' engines
 */
record Settings(
    String policy,
    String limits,
    String audit,
    Host.Runtimes runtimes,
    boolean usersEngines,
    Tree tree) {
  Settings alteredBy(Tree.Alteration alteration) {
    return new Settings(
        policy, limits, audit, runtimes, usersEngines, new Tree.Altered(tree, alteration));
  }

  Settings withUsersEngines() {
    return new Settings(policy, limits, audit, runtimes, true, tree);
  }

  Settings asking(Host.Runtimes others) {
    return new Settings(policy, limits, audit, others, usersEngines, tree);
  }

  Settings limitedTo(String lines) {
    return new Settings(policy, lines, audit, runtimes, usersEngines, tree);
  }

  Settings keeping(String lines) {
    return new Settings(policy, limits, lines, runtimes, usersEngines, tree);
  }
}
