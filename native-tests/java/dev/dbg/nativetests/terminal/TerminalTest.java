package dev.dbg.nativetests.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.Nsenter;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code -t}: the tool has a terminal, and not the operator's. Each test runs with and without pid.
 */
@Tag("native")
@Tag("whole")
final class TerminalTest {
  private static final int SIGINT = 2;

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-terminal"]
      namespaces = ["net", "mnt", "pid"]
      tools = ["look", "act", "attempt", "missing"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  private static Container container;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-terminal");
  }

  /** The client's process; the one that was started is script(1). */
  private static long client(String line) {
    String dbg = host.installed().client().toString();
    // Its child watches over the terminal.
    return host.processes().startedFirstAs(Processes.shownOfClient(dbg + " " + line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "pid", "mnt,pid"})
  void the_tool_has_a_terminal_of_its_own(String namespaces) {
    String line = "-t dbgt-terminal " + namespaces + " -- act wait";
    Running dbg = host.ann().atTerminal().starts(line).prints("waiting");
    long tool = host.processes().startedOnceAs("act", "wait");
    String operators = Processes.link(client(line), "fd/0");

    assertEquals(List.of(0, 1, 2), Processes.descriptors(tool));
    for (int fd : List.of(0, 1, 2)) {
      String link = Processes.link(tool, "fd/" + fd);
      // It is in no directory, not even the host's /dev/pts.
      assertTrue(link.matches("/\\d+"), link);
      assertNotEquals(operators, link);
    }
    dbg.types("\u0003").ends().exits(128 + SIGINT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt,pid"})
  void its_size_is_that_of_the_operators_and_follows_it(String namespaces) {
    String line = "-t dbgt-terminal " + namespaces + " -- act watch";
    Running dbg = host.ann().atTerminal().starts(line).prints("0 rows, 0 columns");
    String operators = Processes.link(client(line), "fd/0");

    Machine.resizes(operators, 41, 101);
    dbg.prints("41 rows, 101 columns");
    Machine.resizes(operators, 17, 33);
    dbg.prints("17 rows, 33 columns");

    dbg.types("\u0003").ends().exits(128 + SIGINT).leaves("result").says("/outcome/signal", SIGINT);
  }

  @Test
  void a_size_that_is_there_is_there_at_once() {
    host.ann()
        .atTerminal()
        .runsScript("stty rows 23 cols 77; $DBG -t dbgt-terminal pid -- look window")
        .exits(0)
        .prints("23 rows, 77 columns\r\n");
  }

  /** ^C, and the key that dumps core elsewhere. */
  @ParameterizedTest
  @CsvSource({"3,2", "28,3"})
  void the_keys_that_signal_reach_the_tool(int key, int signal) {
    for (String namespaces : List.of("net", "mnt,pid")) {
      host.ann()
          .atTerminal()
          .starts("-t dbgt-terminal " + namespaces + " -- act wait")
          .prints("waiting")
          .types(Character.toString(key))
          .ends()
          .exits(128 + signal)
          .leaves("result")
          .says("/outcome/signal", signal);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "pid"})
  void what_is_typed_reaches_the_tool_through_its_own_line_editing(String namespaces) {
    Running dbg = host.ann().atTerminal().starts("-t dbgt-terminal " + namespaces + " -- act copy");

    // Echoed once by the tool's terminal, and printed once by the tool.
    dbg.types("hellp\u007fo\n").prints("hellp\b \bo\r\nhello\r\n");
    dbg.types("\u0004").ends().exits(0).isRecorded();
  }

  @ParameterizedTest
  @CsvSource({
    "act exit 0,0",
    "act exit 7,7",
    "act die 11,139",
    "act die 9,137",
    "missing it,127",
    "ss,126",
  })
  void at_every_end_the_operators_terminal_is_as_it_was(String tool, int status) {
    for (String namespaces : List.of("net", "mnt,pid")) {
      Ran ran =
          host.ann()
              .atTerminal()
              .runsScript(
                  "stty -g; $DBG -t dbgt-terminal %s -- %s; echo $?; stty -g"
                      .formatted(namespaces, tool));

      requireSameModes(ran, status);
    }
  }

  private static void requireSameModes(Ran ran, int status) {
    List<String> lines = ran.exits(0).lines();
    assertTrue(lines.get(0).matches("[0-9a-f:]+"), ran::toString);
    assertEquals(lines.get(0), lines.get(lines.size() - 1), ran::toString);
    assertEquals(Integer.toString(status), lines.get(lines.size() - 2), ran::toString);
  }

  @Test
  void when_time_is_over_it_is_as_it_was() {
    requireSameModes(
        host.ann()
            .atTerminal()
            .runsScript(
                "stty -g; $DBG -t --timeout 1s dbgt-terminal pid -- act cling; echo $?; stty -g"),
        124);
  }

  @Test
  void the_terminal_is_restored_when_dbgd_is_killed() {
    Running dbg =
        host.ann()
            .atTerminal()
            .startsScript("stty -g; $DBG -t dbgt-terminal pid -- act cling; echo $?; stty -g")
            .prints("clinging");

    host.daemon().isKilled();

    requireSameModes(dbg.ends(), Ran.DBG_FAILED);
    Patience.until(
        "no tool is left",
        () -> host.processes().startedAs("act", "cling").stream().noneMatch(Processes::isAlive));
    host.daemon().starts();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "pid"})
  void without_a_terminal_it_is_refused(String namespaces) {
    host.ann()
        .runs("-t dbgt-terminal " + namespaces + " -- act exit 0")
        .fails(Ran.DBG_FAILED, "-t needs a terminal", "leave out -t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt,pid"})
  void in_a_hundred_runs_the_last_output_is_never_lost(String namespaces) {
    String whole = Nsenter.nsenter(container, "-n", "act", "print", "20032").out();
    assertEquals(20032, whole.length());
    String asShown = whole.replace("\n", "\r\n");

    for (int i = 0; i < 100; i++) {
      host.ann()
          .atTerminal()
          .runsScript("$DBG -t dbgt-terminal " + namespaces + " -- act print 20032")
          .exits(0)
          .prints(asShown);
    }
  }

  /** Input put into the terminal with TIOCSTI would be read by its next owner. */
  @Test
  void the_tool_types_nothing_into_its_terminal() {
    host.ann()
        .atTerminal()
        .runsScript("$DBG -t dbgt-terminal pid -- attempt type")
        .exits(1)
        .prints("EPERM\r\n");
  }
}
