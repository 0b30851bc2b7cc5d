package dev.dbg.nativetests.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.Pty;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code -t} as a person at an interactive shell sees it: keys, jobs, sizes, and modes. */
@Tag("native")
final class RealTerminalTest {
  private static final int SIGINT = 2;
  private static final int SIGSTOP = 19;
  private static final int SIGHUP = 1;
  private static final int SIGKILL = 9;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"top\", "));

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-pty");
  }

  /** The client that runs at the terminal. */
  private static long client() {
    List<Long> all = host.processes().executing(host.installed().client());
    assertEquals(1, all.size(), all::toString);
    return all.getFirst();
  }

  /** Each test looks for the only tool. */
  @AfterEach
  void noToolIsLeft() {
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  @Test
  void ctrl_c_ends_the_tool_and_not_the_shell() {
    Pty pty = host.ann().atShell();
    String before = pty.modes();

    pty.types("$DBG -t dbgt-pty net -- act wait\n").shows("waiting");
    assertTrue(pty.isRaw());
    pty.types(Pty.CTRL_C);

    assertEquals(128 + SIGINT, pty.showsPrompt());
    assertEquals(before, pty.modes());
    pty.ends().exits(128 + SIGINT);
  }

  @Test
  void ctrl_z_stops_the_tool_and_fg_continues_it() {
    Pty pty = host.ann().atShell();
    pty.types("$DBG dbgt-pty net -- act wait\n").shows("waiting");
    long tool = host.processes().startedOnceAs("act", "wait");

    pty.types(Pty.CTRL_Z).shows("Stopped");
    assertEquals(128 + SIGSTOP, pty.showsPrompt());
    Patience.until("the tool is stopped", () -> Processes.state(tool) == 'T');
    pty.runs("echo at the prompt");

    pty.types("fg\n").shows("act wait");
    Patience.until("the tool goes on", () -> Processes.state(tool) == 'S');
    pty.types(Pty.CTRL_C);
    assertEquals(128 + SIGINT, pty.showsPrompt());
    pty.ends();
  }

  /** As over ssh: the key is the tool's, and a tool that does not stop itself goes on. */
  @Test
  void on_a_terminal_of_the_tools_ctrl_z_is_the_tools() {
    Pty pty = host.ann().atShell();
    pty.types("$DBG -t dbgt-pty net -- act wait\n").shows("waiting");
    long tool = host.processes().startedOnceAs("act", "wait");

    pty.types(Pty.CTRL_Z).shows("^Z");

    assertNotEquals('T', Processes.state(tool));
    assertEquals(parentOfAll(), pty.foreground());
    pty.types(Pty.CTRL_C);
    assertEquals(128 + SIGINT, pty.showsPrompt());
    pty.ends();
  }

  @Test
  void a_new_size_reaches_the_tool() {
    Pty pty = host.ann().atShell();
    pty.resizes(30, 90);
    pty.types("$DBG -t dbgt-pty pid -- act watch\n").shows("30 rows, 90 columns");
    pty.resizes(17, 33).shows("17 rows, 33 columns");
    pty.types(Pty.CTRL_C);
    int _ = pty.showsPrompt();
    pty.ends();
  }

  @Test
  void a_terminal_that_goes_away_ends_the_tool() {
    Pty pty = host.ann().atShell();
    pty.types("$DBG -t dbgt-pty net -- act wait\n").shows("waiting");
    String session = host.audit().last("intent").text("/session");

    pty.hangsUp();

    host.audit().waitsFor("result", session).says("/outcome/signal", SIGHUP);
    Patience.until(
        "no client is left", () -> host.processes().executing(host.installed().client()).isEmpty());
  }

  /** The shell is one that leaves the terminal's modes alone: dash. */
  private static Pty atPlainShell() {
    Pty pty = host.ann().atTerminalOf("exec dash -i", Map.of("PS1", "[$?]dbgt> "));
    int _ = pty.showsPrompt();
    return pty;
  }

  /** The child that watches over the terminal: {@code guard.c}. */
  private static long guard(long client) {
    List<Long> children =
        host.processes().executing(host.installed().client()).stream()
            .filter(pid -> pid != client && Processes.parent(pid) == client)
            .toList();
    assertEquals(1, children.size(), children::toString);
    return children.getFirst();
  }

  private static long parentOfAll() {
    List<Long> all = host.processes().executing(host.installed().client());
    return all.stream()
        .filter(pid -> !all.contains(Processes.parent(pid)))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt,pid"})
  void when_the_client_is_killed_the_terminal_is_as_it_was(String namespaces) {
    Pty pty = atPlainShell();
    String before = pty.modes();
    pty.types("$DBG -t dbgt-pty " + namespaces + " -- act wait\n").shows("waiting");
    long client = parentOfAll();
    long guard = guard(client);
    String session = host.audit().last("intent").text("/session");
    assertTrue(pty.isRaw());

    Processes.signal("KILL", client);

    assertEquals(128 + SIGKILL, pty.showsPrompt());
    Patience.until("the modes are back", () -> pty.modes().equals(before));
    Patience.until("the guard has ended", () -> !Processes.isAlive(guard));
    host.audit().waitsFor("result", session).says("/outcome/signal", SIGHUP);
    assertTrue(pty.runs("echo see me").contains("see me"));
    Ran _ = pty.ends();
  }

  /** What the test before would see if dbg had no guard. */
  @Test
  void without_the_guard_the_terminal_stays_raw() {
    Pty pty = atPlainShell();
    pty.types("$DBG -t dbgt-pty net -- act wait\n").shows("waiting");
    long client = parentOfAll();

    Processes.signal("KILL", guard(client));
    Processes.signal("KILL", client);

    assertEquals(128 + SIGKILL, pty.showsPrompt());
    Patience.sleeps(Duration.ofMillis(300));
    assertTrue(pty.isRaw());
    pty.hangsUp();
  }

  @Test
  void the_guard_survives_what_ends_the_clients_group_and_obeys_no_signal() {
    Pty pty = atPlainShell();
    String before = pty.modes();
    pty.types("$DBG -t dbgt-pty net -- act wait\n").shows("waiting");
    long client = parentOfAll();
    long guard = guard(client);

    for (String signal : List.of("HUP", "INT", "QUIT", "TERM", "TSTP", "USR1", "PIPE", "TTOU")) {
      Processes.signal(signal, guard);
    }
    Processes.signal("KILL", -Long.parseLong(Processes.stat(client, 5)));

    assertEquals(128 + SIGKILL, pty.showsPrompt());
    Patience.until("the modes are back", () -> pty.modes().equals(before));
    Patience.until("the guard has ended", () -> !Processes.isAlive(guard));
    Ran _ = pty.ends();
  }

  @Test
  void the_guard_holds_the_terminal_and_its_pipe_and_is_gone_with_the_client() {
    Pty pty = host.ann().atShell();
    pty.types("$DBG -t dbgt-pty net -- act wait 2> >(cat)\n").shows("waiting");
    long client = parentOfAll();
    long guard = guard(client);

    assertEquals(List.of(0, 1), Processes.descriptors(guard));
    assertTrue(Processes.link(guard, "fd/0").startsWith("pipe:"));
    assertEquals(pty.terminal(), Processes.link(guard, "fd/1"));

    pty.types(Pty.CTRL_C);
    assertEquals(128 + SIGINT, pty.showsPrompt());
    Patience.until("the guard has ended", () -> !Processes.isAlive(guard));
    pty.ends();
  }

  @Test
  void without_a_terminal_of_the_tools_there_is_no_guard() {
    Pty pty = host.ann().atShell();
    pty.types("$DBG dbgt-pty net -- act wait\n").shows("waiting");

    long _ = client();

    pty.types(Pty.CTRL_C);
    int _ = pty.showsPrompt();
    pty.ends();
  }

  /** A shell such as bash has set its own modes by the time that the guard looks. */
  @Test
  void modes_that_others_have_set_meanwhile_are_left_alone() {
    Pty pty = atPlainShell();
    pty.types("$DBG -t dbgt-pty net -- act wait\n").shows("waiting");
    long client = parentOfAll();
    pty.sets("-echoe");
    String others = pty.modes();

    Processes.signal("KILL", client);

    assertEquals(128 + SIGKILL, pty.showsPrompt());
    Patience.until(
        "the guard has ended",
        () -> host.processes().executing(host.installed().client()).isEmpty());
    assertEquals(others, pty.modes());
    pty.hangsUp();
  }

  @Test
  void top_takes_keys() {
    Pty pty = host.ann().atShell(Map.of("TERM", "xterm"));
    String before = pty.modes();
    pty.resizes(24, 80);

    // At a terminal it needs no -t.
    pty.types("$DBG dbgt-pty pid -- top\n").shows("load average").shows("COMMAND");
    pty.types("c").shows("top -s").types(Pty.DOWN_IN_PROGRAM).shows("load average");
    pty.types("h").shows("Help for Interactive Commands").types("q").shows("load average");
    pty.types("q");
    assertEquals(-1, pty.all().indexOf("Unknown command"));

    assertEquals(0, pty.showsPrompt());
    assertEquals(before, pty.modes());
    pty.ends().leaves("intent").mentions("/tool/argv_run", "-s");
  }

  /** With a terminal that cannot paint, and an inspection that a container could configure. */
  @ParameterizedTest
  @ValueSource(strings = {"k", "r", "d"})
  void top_sends_no_signal_and_changes_no_priority(String key) {
    Pty pty = host.ann().atShell(Map.of("TERM", "dumb"));
    pty.resizes(24, 80);
    pty.types("$DBG -t dbgt-pty pid -- top\n").shows("COMMAND");

    pty.types(key).shows("Unavailable in secure mode").types("q");

    assertEquals(0, pty.showsPrompt());
    pty.ends();
  }

  @Test
  void without_a_terminal_top_prints_as_before() {
    host.ann()
        .runs("dbgt-pty pid -- top -n 1")
        .exits(0)
        .leaves("intent")
        .mentions("/tool/argv_run", "-b");
  }
}
