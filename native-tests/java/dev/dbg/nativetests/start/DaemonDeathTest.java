package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.cgroup.AlteredCgroup;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.SessionGroups;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** dbgd may die at any moment: no tool outlives it, and its log says so afterwards. */
@Tag("native")
@Tag("whole")
final class DaemonDeathTest {
  private static final int SIGHUP = 1;

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** It believes a lock on the group of a dbgd that is no more. */
  @RegisterExtension
  static final Host believing = Host.with(Host.EVERYTHING).inWhich(AlteredCgroup.Believing.class);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-death");
  }

  @ParameterizedTest
  @ValueSource(strings = {"act wait", "act cling"})
  void when_dbgd_is_killed_the_tool_dies_and_the_session_is_orphaned(String tool) {
    Running dbg = host.ann().starts("dbgt-death net -- " + tool).prints("ing");
    String session = host.audit().last("intent").text("/session");
    List<Long> tools = host.processes().tools();
    assertEquals(1, tools.size());

    host.daemon().isKilled();

    dbg.ends().exits(DBG_FAILED).says("dbg: dbgd ended before the tool did");
    Patience.until("the tool is dead", () -> !Processes.isAlive(tools.get(0)));
    host.daemon().starts();
    host.audit().waitsFor("orphaned", session).says("/operator/user", host.ann().name());
    host.ann().runs("dbgt-death net -- ss -tlnH").exits(0).isRecorded();
    host.audit().keepsItsChain();
  }

  @Test
  void nobody_else_can_keep_the_groups_of_a_dbgd_that_was_killed() {
    assertFalse(annKeepsGroupsOf(host));

    // A dbgd of another class that starts meanwhile removes the group too.
    Patience.until("with the defence off they stay", () -> annKeepsGroupsOf(believing));
    believing.daemon().stops();
    believing.daemon().starts();
  }

  /** A dbgd that starts removes the groups that nobody has locked. */
  private static boolean annKeepsGroupsOf(Host dbgd) {
    Path group = SessionGroups.homesOf(dbgd.daemon().pid()).getFirst();
    dbgd.daemon().isKilled();
    Running holder =
        dbgd.ann()
            .startsScript("exec flock -Fn %s sh -c 'echo held; exec sleep 600'".formatted(group));
    boolean held = holder.printsBeforeItEnds("held");
    dbgd.daemon().starts();
    boolean stays = Files.exists(group);
    if (held) {
      Ran _ = holder.gets("TERM").ends();
    }
    return stays;
  }

  @Test
  void when_dbgd_is_stopped_the_session_is_ended_and_has_its_result() {
    Running dbg = host.ann().starts("dbgt-death net -- act wait").prints("waiting");

    host.daemon().stops();

    dbg.ends()
        .diesBy(SIGHUP)
        .says("dbg: dbgd was stopped by its administrator: the tool was ended")
        .leaves("result")
        .says("/ended/how", "stop");
    assertEquals("stop", host.audit().last("daemon").text("/action"));
    host.daemon().starts();
    host.audit().keepsItsChain();
  }

  @Test
  void while_dbgd_is_down_dbg_says_where_it_looked_and_what_to_do() {
    host.daemon().stops();

    host.ann()
        .runs("ps")
        .exits(DBG_FAILED)
        .says("cannot reach dbgd at " + host.socket(), "is dbgd running?");
    host.daemon().starts();
  }

  @Test
  void a_line_that_a_crash_tore_is_left_as_it_is_and_the_log_goes_on() throws IOException {
    host.daemon().isKilled();
    long whole = host.audit().records().size();
    Files.writeString(host.audit().file(), "{\"seq\":99,\"ti", StandardOpenOption.APPEND);

    host.daemon().starts();

    List<String> lines = Files.readAllLines(host.audit().file());
    assertEquals("{\"seq\":99,\"ti", lines.get((int) whole));
    assertEquals("{\"seq\":" + (whole + 1), lines.get((int) whole + 1).split(",", 2)[0]);
    // The other tests read the log line by line.
    lines.remove((int) whole);
    Files.write(host.audit().file(), lines);
    host.audit().keepsItsChain();
  }
}
