package dev.dbg.nativetests.limits;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.cgroup.AlteredCgroup;
import dev.dbg.kernel.process.AlteredProcesses;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** dbg ends as the tool ended, and nothing of a session outlives it. */
@Tag("native")
@Tag("whole")
final class EndingsTest {
  private static final int SIGINT = 2;
  private static final int SIGSEGV = 11;

  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"tcpdump\", "));

  /** It does not kill the process group of a tool that has ended. */
  @RegisterExtension
  static final Host sparingGroup = host.inWhich(AlteredProcesses.SparingGroup.class);

  /** Nor what is left in the session's control groups. */
  @RegisterExtension
  static final Host sparingAll = sparingGroup.inWhich(AlteredCgroup.Sparing.class);

  @TempDir static Path captures;

  private static Container container;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-endings");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 124, 255})
  void the_tools_exit_status_is_dbgs(int status) {
    host.ann().runs("dbgt-endings net -- act exit " + status).exits(status).isRecorded();
  }

  @Test
  void dbg_dies_by_the_signal_that_the_tool_died_of() {
    host.ann().runs("dbgt-endings net -- act die " + SIGSEGV).diesBy(SIGSEGV).isRecorded();
  }

  @ParameterizedTest
  @CsvSource({"HUP,1", "INT,2", "QUIT,3", "TERM,15", "USR1,10"})
  void a_signal_is_passed_on_to_the_tool(String name, int number) {
    host.ann()
        .starts("dbgt-endings net -- act wait")
        .prints("waiting")
        .gets(name)
        .ends()
        .diesBy(number)
        .isRecorded();
  }

  @Test
  void control_c_at_a_terminal_ends_the_tool() {
    Running dbg = host.ann().atTerminal().starts("dbgt-endings net -- act wait").prints("waiting");

    dbg.types("\u0003").ends().exits(128 + SIGINT).leaves("result").says("/outcome/signal", SIGINT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "pid", "mnt", "net,mnt,pid"})
  void a_tool_whose_time_is_over_is_told_to_end(String namespaces) {
    String line = "--timeout %ds dbgt-endings " + namespaces + " -- act tidy";
    Patience.withEnough(
            seconds -> host.ann().runs(line.formatted(seconds)), ran -> !ran.out().isEmpty())
        .exits(124)
        .prints("waiting\ntidied\n")
        .says("dbg: timed out: ")
        .leaves("result")
        .says("/outcome/timeout", true);
  }

  /** tcpdump holds packets back until it has as many as fill a pipe. */
  @ParameterizedTest
  @ValueSource(strings = {"net", "net,pid"})
  void a_capture_whose_time_is_over_has_its_packets(String namespaces) throws IOException {
    Running dbg =
        host.ann()
            .starts("--timeout 15s dbgt-endings " + namespaces + " -- tcpdump -n -i lo -w - udp")
            .prints("listening on lo");
    nsenter(container, "-n", "bash", "-c", "echo found > /dev/udp/127.0.0.1/4660").exits(0);

    Ran ran = dbg.ends().exits(124).says("1 packet captured");

    Path capture = Files.write(captures.resolve("capture"), ran.bytes());
    Ran read = nsenter(container, "tcpdump", "-n", "-A", "-r", capture.toString()).exits(0);
    assertTrue(read.out().contains("127.0.0.1.4660: UDP, length 6"), read.out());
    assertTrue(read.out().contains("found"), read.out());
  }

  @Test
  void a_stopped_tool_whose_time_is_over_is_told_to_end() {
    Running dbg = host.ann().starts("--timeout 15s dbgt-endings net -- act tidy").prints("waiting");

    Processes.signal("STOP", host.processes().startedOnceAs("act", "tidy"));

    dbg.ends().exits(124).prints("waiting\ntidied\n");
  }

  @Test
  void a_tool_that_does_not_end_when_its_time_is_over_is_killed() {
    host.ann()
        .runs("--timeout 1s dbgt-endings net -- act cling")
        .exits(124)
        .says("dbg: timed out: ")
        .leaves("result")
        .says("/outcome/timeout", true);
    noToolIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"act wait", "act cling"})
  void when_the_client_is_killed_the_tool_ends_and_is_recorded(String what) {
    Running dbg = host.ann().starts("dbgt-endings net -- " + what).prints("ing");
    String session = host.audit().last("intent").text("/session");
    long tool = host.processes().startedOnceAs(what.split(" ", -1));

    Processes.signal("KILL", dbg.pid());

    host.audit().waitsFor("result", session).mentions("/outcome", "signal");
    assertEquals(false, Processes.isAlive(tool));
    dbg.ends().diesBy(9);
  }

  @Test
  void when_the_target_dies_the_session_goes_on_and_is_recorded() {
    Container dying = host.docker().starts("dbgt-dying");
    Running dbg = host.ann().starts("dbgt-dying net -- act wait").prints("waiting");

    dying.isKilled();

    // The namespaces exist while a tool is in them, and the operator may go on looking at them.
    assertTrue(Processes.isAlive(host.processes().startedOnceAs("act", "wait")));
    dbg.gets("INT").ends().diesBy(SIGINT).isRecorded();
    noToolIsLeft();
  }

  /** Soon: a client has its result before dbgd has reaped dbg-enter. */
  private static void noToolIsLeft() {
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  @Test
  void processes_that_a_tool_leaves_behind_are_killed() {
    host.ann().runs("dbgt-endings net -- act leave").exits(0);

    Patience.until("no child is left", () -> host.processes().startedAs("act", "leave").isEmpty());
  }

  @Test
  void where_its_process_group_is_not_killed_its_control_group_ends_it() {
    sparingGroup.ann().runs("dbgt-endings net -- act leave").exits(0);

    Patience.until(
        "no child is left", () -> sparingGroup.processes().startedAs("act", "leave").isEmpty());
  }

  @Test
  void where_neither_ends_it_it_stays() {
    sparingAll.ann().runs("dbgt-endings net -- act leave").exits(0);

    Patience.sleeps(Duration.ofSeconds(1));
    List<Long> left = sparingAll.processes().startedAs("act", "leave");
    assertFalse(left.isEmpty());
    left.forEach(process -> ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly));
  }
}
