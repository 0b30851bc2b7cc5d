package dev.dbg.nativetests.scene.user;

import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;

/**
 * Ids that an operator may take in a user namespace, subuid(5) and subgid(5). Closing it takes them
 * away.
 *
 * @param user whose they are
 * @param range as usermod(8) takes it
 */
public record SubIds(String user, String range) implements AutoCloseable {
  public static SubIds of(Operator operator, long first, long last) {
    SubIds given = new SubIds(operator.name(), first + "-" + last);
    // usermod(8) changes nobody who has processes; an earlier test may have left one.
    String _ =
        Command.must(
            "sh", "-c", "while pkill -KILL -U $0 || pgrep -U $0; do sleep 0.1; done", given.user);
    given.close();
    String _ =
        Machine.changesUsers(
            "usermod", "--add-subuids", given.range, "--add-subgids", given.range, given.user);
    return given;
  }

  /**
   * A line of sh that runs another as so many of the operator's sub-ids at once, in a user
   * namespace that {@code newuidmap} maps them into. Groups are kept.
   */
  public static String asEach(int count, String line) {
    return "export DBG; unshare --user --map-root-user --map-auto sh -c 'for i in $(seq %d); do setpriv --euid $i sh -pc \"%s\" & done; wait'"
        .formatted(count, line);
  }

  @Override
  public void close() {
    String _ =
        Machine.changesUsers("usermod", "--del-subuids", range, "--del-subgids", range, user);
  }
}
