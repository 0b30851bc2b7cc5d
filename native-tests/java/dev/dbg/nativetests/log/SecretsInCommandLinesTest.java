package dev.dbg.nativetests.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.enter.AlteredEnter;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Sshd;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.Operator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A password among the arguments of a tool is in no command line but the tool's, and the client's
 * until the client has blanked it. Another process reads all command lines of the host meanwhile.
 */
@ResourceLock(Sshd.LOGINS)
@Tag("native")
@Tag("whole")
final class SecretsInCommandLinesTest {
  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"curl\", "));

  /** A dbgd that writes the words for dbg-enter into its command line too. */
  @RegisterExtension static final Host telling = host.inWhich(AlteredEnter.Telling.class);

  private static final String PART = "hunter";
  private static final String OTHER_PART = Long.toHexString(System.nanoTime());
  private static final String SECRET = PART + OTHER_PART;

  /** Sets {@code $S}, so that no shell of this test has the password in its command line. */
  private static String script;

  private static Sshd sshd;

  private Running overlook;

  @BeforeAll
  static void start() throws IOException {
    for (String name : List.of("dbgt-seen-1", "dbgt-seen-2")) {
      var _ = host.docker().starts(name);
    }
    Path file = Files.writeString(World.get().file("secret"), SECRET);
    Machine.chowns(file, host.ann().name());
    script = "S=$(cat %s); exec \"$DBG\" ".formatted(file);
    sshd = Sshd.of(host, host.ann());
  }

  @AfterAll
  static void stop() {
    sshd.close();
  }

  @BeforeEach
  void look() {
    overlook =
        Command.of(World.get().program("overlook").toString(), PART, OTHER_PART)
            .start()
            .prints("looking");
  }

  @AfterEach
  void looksNoMore() {
    var _ = overlook.gets("KILL").ends();
  }

  /** The first words of the command lines in which the password was seen. */
  private Set<String> seen() {
    Set<String> seen = new HashSet<>(overlook.printed().lines().toList());
    assertTrue(seen.remove("looking"));
    return seen;
  }

  private static List<Long> havingIt() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(pid -> Processes.commandLine(pid).contains(SECRET))
        .toList();
  }

  /** Lets the session run until the tool has printed the password, and looks who has it then. */
  private Set<String> whileItRuns(Operator operator, String line, int sessions) {
    Running dbg = operator.startsScript(line).prints(SECRET);
    Patience.until("the tools run", () -> tools().size() == sessions, dbg);
    // Whoever else has it by now keeps it.
    Patience.until("the tool is seen", () -> seen().contains("act"), dbg);
    Set<String> kept =
        havingIt().stream()
            .map(pid -> Processes.commandLine(pid).split("\0", 2)[0])
            .collect(Collectors.toSet());
    Processes.signal("TERM", tools());
    var _ = dbg.ends();
    return kept;
  }

  private static List<Long> tools() {
    return havingIt().stream().filter(pid -> Processes.wasStartedAs(pid, "act")).toList();
  }

  private void isInNoOther(Operator operator, String line, int sessions) {
    assertEquals(Set.of("act"), whileItRuns(operator, line, sessions));
    Set<String> seen = seen();
    boolean _ = seen.remove("dbg");
    assertEquals(Set.of("act"), seen, "who had it for a moment");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dbgt-seen-1 net -- act say $S .",
        "dbgt-seen-1 act say $S .",
        "--record dbgt-seen-1 net -- act say $S .",
        "--record dbgt-seen-1 mnt,pid -- act say $S .",
        "exec --user=0 dbgt-seen-1 mnt act say $S ."
      })
  void of_a_session_only_the_tool_has_the_password_in_its_command_line(String line) {
    isInNoOther(host.ann(), script + line, 1);
  }

  @Test
  void nor_of_one_with_a_terminal() {
    isInNoOther(host.ann().atTerminal(), script + "-t dbgt-seen-1 net -- act say $S .", 1);
  }

  @Test
  void nor_of_several_at_once() {
    isInNoOther(host.ann(), script + "--each 'dbgt-seen-*' net -- act say $S .", 2);
  }

  @Test
  void nor_on_the_way_to_another_host_and_there() {
    String line = sshd.onIt() + script + "--record dbgt-seen-1 net -- act say $S .";
    isInNoOther(host.ann(), line, 1);
  }

  @Test
  void a_tool_that_blanks_it_has_it_for_a_moment() {
    String line = "--record dbgt-seen-1 net -- curl -s -u me:$S http://127.0.0.1:1/";
    for (int i = 0; i < 20; i++) {
      var _ = host.ann().startsScript(script + line).ends().exits(7);
    }
    Set<String> seen = seen();
    assertTrue(Set.of("dbg", "curl").containsAll(seen), seen::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--record dbgt-seen-1 net", "-t dbgt-seen-1 net", "dbgt-seen-1 pid"})
  void the_environment_of_the_relay_is_closed_to_its_own_user(String line) {
    Running dbg = host.ann().atTerminal().startsScript(script + line + " -- act say $S .");
    Patience.until("the tool runs", () -> tools().size() == 1, dbg.prints(SECRET));
    List<Long> relays = host.processes().startedAs("dbg-enter");
    assertEquals(1, relays.size());
    long relay = relays.getFirst();
    assertTrue(Processes.environment(relay).contains(SECRET), "root reads it");
    String uid = Processes.status(relay, "Uid").split("\\s+", 2)[0];
    Ran ran =
        Command.of(
                "setpriv",
                "--reuid=" + uid,
                "--clear-groups",
                "--bounding-set=-all",
                "cat",
                "/proc/%d/environ".formatted(relay))
            .run()
            .exits(1);
    assertTrue(ran.err().contains("Permission denied"), ran::err);
    Processes.signal("TERM", tools());
    var _ = dbg.ends();
  }

  @Test
  void words_in_the_command_line_of_dbg_enter_would_be_seen() {
    String line = "--record dbgt-seen-1 net -- act say $S .";
    assertEquals(Set.of("act", "dbg-enter"), whileItRuns(telling.ann(), script + line, 1));
    assertTrue(seen().contains("dbg-enter"));
  }
}
