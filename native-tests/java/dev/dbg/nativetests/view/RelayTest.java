package dev.dbg.nativetests.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.words.Packet;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * With {@code pid} a process of dbg is between the tool and the client's pipes. The operator sees
 * the same output as without it.
 */
@Tag("native")
@Tag("whole")
final class RelayTest {
  private static final int SIGINT = 2;
  private static final int SIGKILL = 9;
  private static final int SIGSEGV = 11;
  private static final int SIGPIPE = 13;
  private static final int LARGE = 5_000_000;

  private static final String TRACED = "dbgt-relay-busy pid -- strace -f -p 1";

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-relay", "dbgt-relay-*"]
      namespaces = ["net", "mnt", "pid"]
      tools = ["look", "act", "ps", "strace", "vmstat"]
      """;

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** A container for a relay that waits for its reader for any length of time. */
  @RegisterExtension static final Host patient = Host.with(POLICY).without("reader");

  private static Container container;
  private static Container busy;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-relay");
    busy = host.docker().starts("dbgt-relay-busy", List.of(), "/act", "call");
  }

  private static byte[] anything() {
    byte[] bytes = new byte[LARGE];
    new Random(11).nextBytes(bytes);
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "mnt,pid", "net,mnt,pid"})
  void ps_shows_the_containers_processes_and_itself(String namespaces) {
    List<String> seen =
        host
            .ann()
            .runs("dbgt-relay " + namespaces + " -- ps -A -o pid,args")
            .exits(0)
            .lines()
            .stream()
            // The container's first process has to reap what dbgd's death or a tool leaves.
            .filter(line -> !line.endsWith("<defunct>"))
            .toList();

    assertEquals("      1 /server", seen.get(1), seen::toString);
    assertEquals(3, seen.size(), seen::toString);
    assertTrue(seen.get(2).contains("ps -A -o"), seen::toString);
  }

  @Test
  void strace_attaches_to_the_containers_first_process_and_lets_it_go() {
    host.ann()
        .starts("dbgt-relay pid -- strace -p 1")
        .prints("Process 1 attached")
        .prints("restart_syscall(")
        .gets("INT")
        .ends()
        .diesBy(SIGINT)
        .isRecorded();

    assertEquals("0", Processes.status(container.pid(), "TracerPid"));
    assertTrue("SR".indexOf(Processes.state(container.pid())) >= 0);
  }

  @Test
  void strace_whose_time_is_over_lets_go_of_the_process() {
    Patience.withEnough(
            seconds ->
                host.ann().runs("--timeout %ds dbgt-relay pid -- strace -p 1".formatted(seconds)),
            ran -> ran.err().contains("Process 1 attached"))
        .exits(124)
        .says("Process 1 attached", "Process 1 detached");

    assertEquals("0", Processes.status(container.pid(), "TracerPid"));
    assertTrue("SR".indexOf(Processes.state(container.pid())) >= 0);
  }

  /** A traced process stops when its tracer cannot write. */
  @Test
  void a_tracer_that_nobody_reads_is_ended_and_the_container_goes_on() {
    var _ = host.ann().startsInto("sleep 60", TRACED + " 2>&1");
    Patience.until("it is traced", () -> !Processes.status(busy.pid(), "TracerPid").equals("0"));
    String session = host.audit().last("intent").text("/session");

    host.audit()
        .waitsFor("result", session)
        .mentions("/outcome/unread", "nobody read the tool's output");

    assertEquals("0", Processes.status(busy.pid(), "TracerPid"));
    assertTrue("SR".indexOf(Processes.state(busy.pid())) >= 0);
    killsItsClient(host);
  }

  /** With splice(2) whoever has an end of a pipe can hold it, and then the relay would wait too. */
  @Test
  void a_tracer_whose_output_is_held_is_ended_and_the_container_goes_on() {
    isUnread(takes(Packet.request(TRACED.split(" ", -1)), "clutch", "600000"), "clutching");
  }

  /** What strace prints of one call may be a quarter of a megabyte. */
  @Test
  void a_tracer_of_which_little_is_read_is_ended_and_the_container_goes_on() {
    isUnread(takes(Packet.request(TRACED.split(" ", -1)), "sip", "500"), "sipping");
  }

  /**
   * Of a terminal each read is a piece; and there is an input, where a byte out of band is ready
   * and nothing to read.
   */
  @Test
  void a_tracer_at_a_terminal_of_which_little_is_read_is_ended_and_the_container_goes_on() {
    byte[] request = Packet.request(("-t " + TRACED).split(" ", -1));
    isUnread(takes(Packet.with(request, Packet.TERMINALS, 7), "sip", "500"), "sipping");
  }

  private static void isUnread(Running client, String word) {
    var _ = client.prints(word);
    String session = host.audit().last("intent").text("/session");

    host.audit()
        .waitsFor("result", session)
        .mentions("/outcome/unread", "nobody read the tool's output");

    assertEquals("0", Processes.status(busy.pid(), "TracerPid"));
    client.gets("KILL");
    var _ = client.ends();
  }

  private static Running takes(byte[] request, String how, String milliseconds) {
    return host.ann()
        .startsProgramReading(request, "speak", host.socket().toString(), how, milliseconds);
  }

  /** Its first process waits until dbg has waited for each tool that was in its pid namespace. */
  @Test
  void a_container_ends_while_a_tools_client_is_stopped() {
    long first = host.docker().starts("dbgt-relay-stopped").pid();
    Running dbg = host.ann().starts("dbgt-relay-stopped pid -- act wait").prints("waiting");
    dbg.gets("TSTP");
    Patience.until("dbg stops", () -> Processes.state(dbg.pid()) == 'T');

    Processes.signal("KILL", first);

    Patience.until("it is gone", () -> ProcessHandle.of(first).isEmpty());
    dbg.gets("CONT").ends().diesBy(SIGKILL).isRecorded();
  }

  @Test
  void a_container_ends_while_an_operator_holds_the_streams_of_a_tool_in_it() {
    long first = host.docker().starts("dbgt-relay-held").pid();
    Running holding =
        takes(Packet.request("dbgt-relay-held", "pid", "--", "vmstat", "1"), "clutch", "600000")
            .prints("clutching");
    long _ = host.processes().startedOnceAs("vmstat", "1");
    // It has printed a second time, into what is held then.
    Patience.sleeps(Duration.ofMillis(2500));

    Processes.signal("KILL", first);

    Patience.until("it is gone", () -> ProcessHandle.of(first).isEmpty());
    assertEquals(List.of(), host.processes().startedAs("vmstat", "1"));
    holding.gets("KILL");
    var _ = holding.ends();
  }

  /** Only the client waits for output that is still unread. */
  private static void killsItsClient(Host at) {
    String[] client = Processes.shownOfClient(host.installed().client() + " " + TRACED);
    Processes.signal("KILL", at.processes().startedOnceAs(client));
    Patience.until("it is gone", () -> at.processes().startedAs(client).isEmpty());
  }

  @Test
  void a_tracer_that_waits_for_its_reader_holds_the_container() {
    var _ = patient.ann().startsInto("sleep 60", TRACED + " 2>&1");
    Patience.until("it stands still", () -> standsStill(busy.pid()));

    assertFalse(Processes.status(busy.pid(), "TracerPid").equals("0"));
    killsItsClient(patient);
    Patience.until("it goes on", () -> !standsStill(busy.pid()));
  }

  /** At ten looks, a tenth of a second apart. */
  private static boolean standsStill(long pid) {
    for (int i = 0; i < 10; i++) {
      if (Processes.state(pid) != 't') {
        return false;
      }
      Patience.sleeps(Duration.ofMillis(100));
    }
    return true;
  }

  @Test
  void a_tracer_is_not_stopped_with_its_client() {
    Running dbg =
        host.ann().starts("dbgt-relay-busy pid -- strace -f -e trace=none -p 1").prints("attached");
    long tool = host.processes().startedOnceAs("strace", "-f", "-e", "trace=none", "-p", "1");

    dbg.gets("TSTP");
    Patience.until("dbg stops", () -> Processes.state(dbg.pid()) == 'T');

    Patience.until("it goes on", () -> !standsStill(busy.pid()));
    assertFalse(Processes.state(tool) == 'T');
    dbg.gets("CONT").gets("INT").ends().diesBy(SIGINT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "mnt,pid"})
  void the_tool_has_pipes_and_none_of_the_operators_descriptors(String namespaces) {
    Running dbg = host.ann().starts("dbgt-relay " + namespaces + " -- act wait").prints("waiting");
    long tool = host.processes().startedOnceAs("act", "wait");
    List<String> operators =
        List.of(0, 1, 2).stream().map(fd -> Processes.link(dbg.pid(), "fd/" + fd)).toList();

    assertEquals(List.of(0, 1, 2), Processes.descriptors(tool));
    for (int fd : List.of(0, 1, 2)) {
      String link = Processes.link(tool, "fd/" + fd);
      assertTrue(link.startsWith("pipe:["), link);
      assertFalse(operators.contains(link), link);
    }
    dbg.gets("INT").ends().diesBy(SIGINT);
  }

  @RepeatedTest(30)
  void five_megabytes_pass_in_both_directions_unharmed() {
    byte[] bytes = anything();

    host.ann().pipes(bytes, "dbgt-relay pid -- act copy").exits(0).prints(bytes);
  }

  @Test
  void an_end_of_input_is_passed_on() {
    host.ann().pipes(new byte[0], "dbgt-relay pid -- act copy").exits(0).prints("").isRecorded();
    host.ann().runs("dbgt-relay pid -- act copy").exits(0).prints("").isRecorded();
  }

  @Test
  void a_tool_that_does_not_read_what_it_is_given_ends_all_the_same() {
    host.ann().pipes(anything(), "dbgt-relay pid -- act exit 5").exits(5).prints("").isRecorded();
  }

  @Test
  void a_tool_goes_on_after_the_end_of_its_input() {
    Running dbg = host.ann().atPipe().starts("dbgt-relay pid -- act wait").prints("waiting");

    dbg.closesInput();

    assertEquals(1, host.processes().startedAs("act", "wait").size());
    dbg.gets("TERM").ends().diesBy(15).isRecorded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "pid"})
  void a_reader_that_is_gone_ends_the_tool_as_it_would_without_dbg(String namespaces) {
    Ran ran =
        host.ann()
            .runsScript(
                "($DBG dbgt-relay %s -- act print 100000000; echo $? >&2) | head -c 64"
                    .formatted(namespaces));

    ran.exits(0).says(String.valueOf(128 + SIGPIPE));
    assertEquals(64, ran.bytes().length);
    ran.leaves("result").says("/outcome/signal", SIGPIPE);
  }

  @Test
  void a_closed_standard_input_or_output_is_survived() {
    host.ann().runsScript("$DBG dbgt-relay pid -- act copy <&-").exits(0).prints("");
    host.ann().runsScript("$DBG dbgt-relay pid -- act exit 3 >&- 2>&-").exits(3);
  }

  @Test
  void output_and_errors_are_kept_apart() {
    host.ann()
        .runs("dbgt-relay pid -- look file /nothing")
        .exits(1)
        .prints("")
        .says("/nothing: No such file or directory")
        .isRecorded();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 124, 255})
  void the_tools_exit_status_is_dbgs(int status) {
    host.ann().runs("dbgt-relay pid -- act exit " + status).exits(status).isRecorded();
  }

  @ParameterizedTest
  @ValueSource(ints = {SIGKILL, SIGSEGV})
  void dbg_dies_by_the_signal_that_the_tool_died_of(int signal) {
    host.ann().runs("dbgt-relay mnt,pid -- act die " + signal).diesBy(signal).isRecorded();
  }

  @ParameterizedTest
  @CsvSource({"HUP,1", "INT,2", "QUIT,3", "TERM,15", "USR1,10", "USR2,12"})
  void a_signal_is_passed_on_to_the_tool(String name, int number) {
    host.ann()
        .starts("dbgt-relay pid -- act wait")
        .prints("waiting")
        .gets(name)
        .ends()
        .diesBy(number)
        .isRecorded();
  }

  @Test
  void a_tool_that_does_not_end_when_its_time_is_over_is_killed() {
    host.ann()
        .runs("--timeout 1s dbgt-relay pid -- act cling")
        .exits(124)
        .says("dbg: timed out: ")
        .leaves("result")
        .says("/outcome/timeout", true);
    isGone("cling");
  }

  @ParameterizedTest
  @ValueSource(strings = {"wait", "cling"})
  void when_the_client_is_killed_the_tool_ends_and_is_recorded(String what) {
    Running dbg = host.ann().starts("dbgt-relay pid -- act " + what).prints("ing");
    String session = host.audit().last("intent").text("/session");

    Processes.signal("KILL", dbg.pid());

    host.audit().waitsFor("result", session).mentions("/outcome", "signal");
    isGone(what);
    dbg.ends().diesBy(SIGKILL);
  }

  @Test
  void when_dbgd_is_killed_the_tool_dies() {
    Running dbg = host.ann().starts("dbgt-relay pid -- act cling").prints("clinging");
    assertEquals(1, host.processes().startedAs("act", "cling").size());

    host.daemon().isKilled();

    dbg.ends().exits(Ran.DBG_FAILED).says("dbgd ended before the tool did");
    isGone("cling");
    host.daemon().starts();
    var _ = host.audit().waitsFor("orphaned", host.audit().last("intent").text("/session"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "mnt,pid"})
  void a_tool_among_the_containers_processes_is_not_stopped_with_its_client(String namespaces) {
    Running dbg = host.ann().atPipe().starts("dbgt-relay " + namespaces + " -- act copy");
    dbg.types("before\n").prints("before\n");
    long tool = host.processes().startedOnceAs("act", "copy");

    dbg.gets("TSTP");
    Patience.until("dbg stops", () -> Processes.state(dbg.pid()) == 'T');
    assertFalse(Processes.state(tool) == 'T');
    dbg.types("after\n").gets("CONT").prints("after\n");

    dbg.closesInput().ends().exits(0).prints("before\nafter\n").isRecorded();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt"})
  void a_session_that_was_stopped_goes_on(String namespaces) {
    Running dbg = host.ann().atPipe().starts("dbgt-relay " + namespaces + " -- act copy");
    dbg.types("before\n").prints("before\n");
    long tool = host.processes().startedOnceAs("act", "copy");

    dbg.gets("TSTP");
    Patience.until("dbg stops", () -> Processes.state(dbg.pid()) == 'T');
    Patience.until("the tool stops", () -> Processes.state(tool) == 'T');
    dbg.types("after\n").gets("CONT").prints("after\n");

    dbg.closesInput().ends().exits(0).prints("before\nafter\n").isRecorded();
  }

  @Test
  void what_a_tool_leaves_behind_ends_with_it() {
    host.ann().runs("dbgt-relay pid -- act leave").exits(0);

    isGone("leave");
  }

  private static void isGone(String what) {
    Patience.until(
        "no tool is left",
        () -> host.processes().startedAs("act", what).stream().noneMatch(Processes::isAlive));
  }
}
