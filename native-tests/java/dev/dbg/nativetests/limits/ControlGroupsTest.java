package dev.dbg.nativetests.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.dbg.cgroup.AlteredCgroup;
import dev.dbg.kernel.process.AlteredProcesses;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.SessionGroups;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tool takes no more of the host than its session's limits, and leaves nothing behind. */
@Tag("native")
@Tag("whole")
final class ControlGroupsTest {
  private static final int SIGKILL = 9;
  private static final int PROCESSES = 20;
  private static final long MEGABYTE = 1 << 20;
  private static final long MEMORY = 64 * MEGABYTE;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING).limitedTo("processes = " + PROCESSES, "memory = \"64M\"");

  /** As with a C library before glibc 2.39. */
  private static final Host MOVING =
      Host.with(Host.EVERYTHING).inWhich(AlteredProcesses.Moving.class);

  /** The same, on a busy machine. */
  @RegisterExtension static final Host late = MOVING.inWhich(AlteredCgroup.Late.class);

  @RegisterExtension static final Host lateAndHasty = late.without("gate");

  @RegisterExtension
  static final Host neverOpening = MOVING.inWhich(AlteredCgroup.NeverOpening.class);

  /** As with version 2 before Linux 6.12: the file can be opened, but not written. */
  @RegisterExtension
  static final Host withoutPeak =
      Host.with(Host.EVERYTHING).inWhich(AlteredCgroup.WithoutPeak.class);

  private boolean startedOtherwise;

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-groups");
  }

  @AfterEach
  void startAsUsual() {
    if (startedOtherwise) {
      host.daemon().stops();
      host.daemon().starts();
    }
  }

  @Test
  void a_fork_bomb_has_no_more_processes_than_the_limit_and_leaves_none() {
    assumeTrue(SessionGroups.has("pids"), "no hierarchy has pids");

    bombGoesOff();
  }

  private static void bombGoesOff() {
    Ran bomb = host.ann().runs("dbgt-groups net -- act bomb 200").exits(0).isRecorded();

    int processes = Integer.parseInt(bomb.out().strip());
    assertTrue(processes > PROCESSES / 2 && processes <= PROCESSES, bomb::toString);
    bomb.says("dbg: out of processes: ", "the limit is " + PROCESSES)
        .leaves("result")
        .says("/outcome/short_of/0", "processes");
    Patience.until(
        "none is left", () -> host.processes().startedAs("act", "bomb", "200").isEmpty());
    othersAreServed();
  }

  @Test
  void a_tool_that_takes_too_much_memory_is_killed_and_its_operator_is_told_why() {
    assumeTrue(SessionGroups.has("memory"), "no hierarchy has memory");

    hogIsKilled();
  }

  private static void hogIsKilled() {
    host.ann()
        .runs("dbgt-groups net -- act hog 256")
        .diesBy(SIGKILL)
        .says("dbg: out of memory: ", "the limit is 64M")
        .prints("")
        .isRecorded()
        .leaves("result")
        .says("/outcome/short_of/0", "memory")
        .isAround("/outcome/memory_bytes", MEMORY);
    // A limit that one session hit is not reported for the next session.
    Ran small = host.ann().runs("dbgt-groups net -- act hog 8").exits(0).prints("taken\n");
    assertEquals("", small.err());
    small
        .leaves("result")
        .says("/outcome/short_of/0", "")
        .isAround("/outcome/memory_bytes", 8 * MEGABYTE);
    othersAreServed();
  }

  @Test
  void where_the_kernel_does_not_tell_the_peak_of_one_session_it_is_left_out() {
    withoutPeak
        .ann()
        .runs("dbgt-groups net -- act hog 8")
        .exits(0)
        .prints("taken\n")
        .leaves("result")
        .says("/outcome/memory_bytes", "");
  }

  private static void othersAreServed() {
    host.bob().runs("dbgt-groups net -- ss -tlnH").exits(0).isRecorded();
  }

  @Test
  void each_session_is_in_a_group_of_its_own_from_its_first_instruction_on() {
    Running one = host.ann().starts("dbgt-groups net -- act wait").prints("waiting");
    Running other = host.bob().starts("dbgt-groups net -- act wait").prints("waiting");
    Patience.until("none of another session is left", () -> host.processes().tools().size() == 2);
    List<Long> tools = host.processes().tools();

    List<Path> first = SessionGroups.of(host.daemon().pid(), tools.get(0));
    List<Path> second = SessionGroups.of(host.daemon().pid(), tools.get(1));

    assertEquals(SessionGroups.homesOf(host.daemon().pid()).size(), first.size());
    assertEquals(first.size(), second.size());
    assertTrue(!first.isEmpty());
    for (int i = 0; i < first.size(); i++) {
      assertNotEquals(first.get(i), second.get(i));
    }
    one.gets("TERM").ends().diesBy(15);
    other.gets("TERM").ends().diesBy(15);
  }

  @Test
  void a_tool_that_is_moved_into_its_group_has_no_child_outside_of_it() {
    assumeTrue(!SessionGroups.mounts("cgroup2").isEmpty(), "there is no version 2");

    assertEquals(4, members(late));
    // Only a tool that has started all of them before it is moved shows it: a busy machine may
    // have moved it by then.
    Patience.until("children are outside", () -> members(lateAndHasty) == 1);
  }

  @Test
  void a_tool_that_nobody_says_is_in_its_group_does_not_run() {
    assumeTrue(!SessionGroups.mounts("cgroup2").isEmpty(), "there is no version 2");

    neverOpening
        .ann()
        .runs("dbgt-groups net -- act hog 8")
        .exits(Ran.DBG_FAILED)
        .prints("")
        .says("dbgd did not make this process a member of its control group")
        .leaves("result")
        .says("/outcome/not_run", Ran.DBG_FAILED);
  }

  /** How many of a tool and its three children are in the session's group, in each hierarchy. */
  private static long members(Host host) {
    Running dbg = host.ann().starts("dbgt-groups net -- act fork 3").prints("waiting");
    List<Long> processes = host.processes().startedAs("act", "fork", "3");
    assertEquals(4, processes.size());
    long daemon = host.daemon().pid();
    int hierarchies = SessionGroups.homesOf(daemon).size();
    LongPredicate isMember = process -> SessionGroups.of(daemon, process).size() == hierarchies;
    LongSupplier members = () -> processes.stream().filter(isMember::test).count();
    Patience.until("the tool is moved", () -> members.getAsLong() > 0);
    long counted = members.getAsLong();
    dbg.gets("TERM").ends();
    return counted;
  }

  @Test
  void each_process_in_a_sessions_group_ends_with_the_session() {
    whoeverIsInItEnds();
  }

  /**
   * The process is neither the tool's child nor in its process group: only the control group leads
   * to it.
   */
  private static void whoeverIsInItEnds() {
    Running dbg = host.ann().starts("dbgt-groups net -- act wait").prints("waiting");
    long tool = host.processes().startedOnceAs("act", "wait");
    BareProcess stranger = BareProcess.in("--uts");
    for (Path group : SessionGroups.of(host.daemon().pid(), tool)) {
      SessionGroups.move(stranger.pid(), group);
    }

    dbg.gets("TERM").ends().diesBy(15);

    Patience.until("the stranger is dead", () -> !Processes.isAlive(stranger.pid()));
    othersAreServed();
  }

  @Test
  void a_thousand_sessions_leave_no_group() {
    int atOnce = 4;
    int hierarchies = SessionGroups.homesOf(host.daemon().pid()).size();

    host.ann().runsOften(1000, atOnce, "dbgt-groups net -- act exit 0").exits(0);

    // Groups are reused: some may be free that an ending session has not given back yet.
    List<Path> groups = SessionGroups.of(host.daemon().pid());
    assertTrue(groups.size() <= 3 * atOnce * hierarchies, groups::toString);
    long pid = host.daemon().pid();
    List<Path> homes = SessionGroups.homesOf(pid);
    host.daemon().stops();
    for (Path home : homes) {
      assertTrue(!Files.exists(home), home::toString);
    }
    host.daemon().starts();
  }

  @Test
  void the_groups_of_a_dbgd_that_was_killed_are_removed_by_the_next_and_a_living_ones_are_not()
      throws Exception {
    long killed = host.daemon().pid();
    Set<Path> left = new HashSet<>(SessionGroups.homesOf(killed));
    assertTrue(!left.isEmpty());
    Running dbg = host.ann().starts("dbgt-groups net -- act cling").prints("clinging");
    host.daemon().isKilled();
    dbg.ends().exits(Ran.DBG_FAILED);
    // Any dbgd that starts, of another class too, removes them.
    host.daemon().starts();

    Patience.until("they are removed", () -> left.stream().noneMatch(Files::exists), left);
    // A dbgd that starts beside it takes none of its groups away.
    List<Path> mine = SessionGroups.of(host.daemon().pid());
    Path other = Files.writeString(host.directory().resolve("other.toml"), host.config().other());
    Running second = host.installed().startsBeside(other).prints("ready");
    assertEquals(mine, SessionGroups.of(host.daemon().pid()));
    othersAreServed();
    second.gets("TERM").ends();
  }

  @Test
  void without_the_unified_hierarchy_all_of_it_holds_as_well() {
    assumeTrue(!SessionGroups.mounts("pids").isEmpty(), "pids is not of version 1");
    assumeTrue(!SessionGroups.mounts("memory").isEmpty(), "memory is not of version 1");
    startsWithout(SessionGroups.mounts("cgroup2"));

    List<Path> homes = SessionGroups.homesOf(host.daemon().pid());
    assertTrue(!homes.isEmpty());
    for (Path home : homes) {
      assertTrue(!Files.exists(home.resolve("cgroup.kill")), home::toString);
    }
    bombGoesOff();
    hogIsKilled();
    whoeverIsInItEnds();
  }

  @Test
  void where_there_are_no_control_groups_dbgd_says_so_and_serves() {
    List<Path> mounts = new ArrayList<>();
    List.of("cgroup2", "pids", "memory").forEach(kind -> mounts.addAll(SessionGroups.mounts(kind)));
    startsWithout(mounts);

    assertTrue(
        host.daemon()
            .log()
            .contains("no control groups for sessions: no limit of memory and pids: "),
        host.daemon().log());
    assertEquals(List.of(), SessionGroups.homesOf(host.daemon().pid()));
    String doctor = host.ann().runs("doctor").out();
    assertTrue(
        doctor
            .lines()
            .anyMatch(
                line ->
                    line.startsWith("degraded ") && line.contains("no limit of memory and pids")),
        doctor);
    othersAreServed();
    host.ann()
        .runs("dbgt-groups net -- act hog 128")
        .exits(0)
        .prints("taken\n")
        .leaves("result")
        .says("/outcome/memory_bytes", "");
  }

  private void startsWithout(List<Path> mounts) {
    host.daemon().stops();
    host.daemon().startsWithout(mounts);
    startedOtherwise = true;
  }
}
