package dev.dbg.nativetests.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.enter.AlteredEnter;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Sshd;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.user.Operator;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every user of a host can read the command lines of all processes. Of a session only the tool has
 * the tool's words there, and the client for the moment in which it reads what was typed.
 */
@ResourceLock(Sshd.LOGINS)
@Tag("native")
@Tag("whole")
final class ShownWordsTest {
  private static final String SECRET = "hunter2-shown";

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"curl\", "));

  /** A dbgd that gives dbg-enter the words of the tool in its command line. */
  @RegisterExtension static final Host showing = host.inWhich(AlteredEnter.WordsForAll.class);

  private static Path secret;
  private static Sshd sshd;

  @BeforeAll
  static void start() throws IOException {
    var _ = host.docker().starts("dbgt-shown");
    secret = World.get().file("secret");
    Files.writeString(secret, SECRET + "\n");
    sshd = Sshd.of(host, host.ann());
  }

  @AfterAll
  static void stop() {
    sshd.close();
  }

  /** Whose command lines had the secret: ever, and after the tool had begun. */
  private record Shown(Set<String> ever, Set<String> later) {}

  private static Running glances() {
    return Command.of(World.get().program("glance").toString())
        .reading(Redirect.from(secret.toFile()))
        .start()
        .prints("glancing");
  }

  /** The names of the programs that it has seen, as of processes' first words. */
  private static Set<String> ended(Running glancing) {
    return glancing
        .gets("KILL")
        .ends()
        .out()
        .lines()
        .filter(line -> !line.equals("glancing"))
        .map(line -> line.substring(line.indexOf(' ') + 1))
        .map(word -> Path.of(word).getFileName().toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Runs a line of sh in which SECRET is the secret; its tool prints {@code ready} and waits. */
  private static Shown shown(Operator operator, String line) {
    Running glancing = glances();
    Running dbg = operator.startsScript(line.replace("SECRET", "\"$(cat %s)\"".formatted(secret)));
    boolean ready = dbg.printsBeforeItEnds("ready");
    Set<String> later = ended(glances());
    Ran ran = dbg.gets("TERM").ends();
    Set<String> ever = ended(glancing);
    assertTrue(ready, ran::toString);
    return new Shown(ever, later);
  }

  private static void assertShownByToolAlone(Shown shown) {
    assertEquals(Set.of("act"), shown.later, "while the tool runs");
    assertTrue(Set.of("act", "dbg").containsAll(shown.ever), () -> "at any time: " + shown.ever);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dbgt-shown net",
        "--record dbgt-shown net",
        "dbgt-shown mnt",
        "--record dbgt-shown net,pid",
        "--each dbgt-shown"
      })
  void only_the_tool_shows_its_words(String target) {
    assertShownByToolAlone(shown(host.ann(), "exec $DBG " + target + " -- act say ready SECRET ."));
  }

  @Test
  void so_it_is_at_a_terminal() {
    assertShownByToolAlone(
        shown(
            host.ann().atTerminal(),
            "exec $DBG -t --record dbgt-shown net -- act say ready SECRET ."));
  }

  @Test
  void so_it_is_over_ssh_on_both_hosts() {
    assertShownByToolAlone(
        shown(host.ann(), sshd.line("--record dbgt-shown net -- act say ready SECRET .")));
  }

  /** curl blanks its own words, and has ended before anybody could look twice. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--record", "-t"})
  void many_short_sessions_show_them_in_no_process_of_dbg_s(String option) {
    Running glancing = glances();
    String line =
        "i=0; while [ $i -lt 20 ]; do i=$((i + 1)); $DBG %s dbgt-shown net -- curl -s -u me:$S http://127.0.0.1:1; done"
            .formatted(option);
    var _ = host.ann().startsScript("S=$(cat %s); ".formatted(secret) + line).ends();
    Set<String> ever = ended(glancing);
    assertTrue(Set.of("curl", "dbg").containsAll(ever), ever::toString);
  }

  @Test
  void dbg_enter_showed_them_when_they_were_in_its_command_line() {
    Shown shown =
        shown(showing.ann(), "exec $DBG --record dbgt-shown net -- act say ready SECRET .");
    assertEquals(Set.of("act", "dbg-enter"), shown.later);
  }
}
