package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Sshd;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.Pty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A line for another host does what it does on that host. */
@ResourceLock(Sshd.LOGINS)
@Tag("native")
final class RemoteLinesTest {
  private static final int SIGINT = 2;
  private static final int SSH_FAILED = 255;
  private static final int MUCH = 20_000_000;

  /** What the streams of a line may keep, and a program that keeps nothing. */
  private static final long FEW_BYTES = 12L << 20;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING.replace("tools = [", "tools = [\"top\", "));

  private static Sshd sshd;

  @BeforeAll
  static void start() {
    var _ = host.docker().starts("dbgt-remote", "--hostname=remote");
    sshd = Sshd.of(host, host.ann());
  }

  @AfterAll
  static void stop() {
    sshd.close();
  }

  private static Ran runs(String words) {
    return host.ann().runsScript(sshd.line(words));
  }

  @Test
  void the_streams_stay_apart() {
    Ran ran = runs("dbgt-remote uts -- act say out '!err'").exits(0).prints("out\n").isRecorded();
    // sshd may say something of its own, before or after it.
    assertTrue(ran.err().lines().anyMatch("err"::equals), ran::toString);
    assertFalse(ran.err().contains("out"), ran::toString);
  }

  @ParameterizedTest
  @CsvSource({"act exit 0,0", "act exit 7,7", "act exit 255,255", "missing it,127", "ss -K,126"})
  void the_status_is_the_tool_s(String tool, int status) {
    var _ = runs("dbgt-remote net -- " + tool).exits(status);
  }

  @ParameterizedTest
  @ValueSource(ints = {15, 11, 9})
  void a_tool_that_a_signal_ends_ends_the_line_by_it(int signal) {
    var _ = runs("dbgt-remote uts -- act die " + signal).diesBy(signal);
  }

  @Test
  void words_arrive_as_they_are_and_no_shell_reads_them() {
    var _ =
        runs("dbgt-remote uts -- act say 'a  b' '$(id)' '`id`' '; id' \"'\" '*'")
            .exits(0)
            .prints("a  b\n$(id)\n`id`\n; id\n'\n*\n");
  }

  @Test
  void the_host_is_named_in_the_line_too_and_its_words_are_no_options_of_ssh() {
    String named = sshd.onIt() + "h=$DBG_HOST; unset DBG_HOST; ";
    var _ =
        host.ann()
            .runsScript(named + "exec $DBG -H $h dbgt-remote uts -- hostname")
            .exits(0)
            .prints("remote\n");
    Path made = host.directory().resolve("made");
    for (String wrong : List.of("-oProxyCommand=touch$IFS" + made, "x'`touch " + made + "`'")) {
      var _ =
          host.ann()
              .runsScript(
                  named
                      + "exec $DBG -H \"ssh://"
                      + wrong.replace("`", "\\`").replace("$", "\\$")
                      + "\" ps")
              .exits(DBG_FAILED)
              .says("is not a host");
    }
    assertFalse(Files.exists(made));
  }

  @Test
  void verbs_of_dbgd_and_of_the_client_work() {
    assertTrue(runs("ps").exits(0).out().contains("dbgt-remote"));
    var _ = runs("explain dbgt-remote uts -- hostname").exits(0);
    var _ = runs("--each 'dbgt-remote' uts -- hostname").exits(0);
    var _ = runs("version").exits(0);
    String audit = runs("audit").exits(0).out();
    assertTrue(audit.contains("dbgt-remote"), audit);
  }

  @Test
  void the_shell_is_this_host_s_and_its_commands_are_for_the_other_one() {
    var _ =
        runs("shell -c 'hostname | grep -c remote; act exit 3' dbgt-remote uts")
            .exits(3)
            .prints("1\n");
    Running shell = host.ann().atTerminal().startsScript(sshd.line("shell dbgt-remote uts"));
    shell
        .prints("127.0.0.1:")
        .prints(" dbgt-remote; help lists them")
        .types("hostname\n")
        .prints("remote\r\n");
    var _ = shell.types("exit\n").ends().exits(0);
    var _ =
        runs("shell -c 'here env | grep -E \"^DBG_(HOST|PATH|SHELL)=.\"' dbgt-remote uts")
            .exits(1)
            .prints("");
    var _ = runs("shell -c 'here umask' dbgt-remote uts").exits(0);
    var _ = runs("shell -c date dbgt-remote uts").exits(REFUSED).says("the clock of this host");
  }

  /** As the package dbg-client has it: the program, and what a shell reads. */
  @Test
  void the_client_alone_is_enough() throws IOException {
    Path home = host.directory().resolve("alone");
    Path _ = Files.createDirectories(home.resolve("bin"));
    Path _ = Files.createDirectories(home.resolve("share/dbg"));
    for (String file : List.of("bin/dbg", "share/dbg/shell.bash", "share/dbg/grammar.bash")) {
      // Another process copies it: what this one starts meanwhile would have a descriptor of it.
      Path from = host.installed().client().resolveSibling("../" + file);
      String _ = Command.must("cp", from.toString(), home.resolve(file).toString());
    }
    String alone = sshd.onIt() + "exec " + home.resolve("bin/dbg") + " ";
    var _ =
        host.ann().runsScript(alone + "dbgt-remote uts -- hostname").exits(0).prints("remote\n");
    var _ =
        host.ann()
            .runsScript(alone + "shell -c 'hostname | grep -c remote' dbgt-remote uts")
            .exits(0)
            .prints("1\n");
    var _ =
        host.ann()
            .runsScript("DBG_SOCKET=/nonexistent exec %s ps".formatted(home.resolve("bin/dbg")))
            .exits(DBG_FAILED)
            .says(
                "/nonexistent: No such file or directory: no dbgd is installed here: type dbg -H");
  }

  @Test
  void keys_that_end_the_line_where_keys_are_the_tool_s() {
    Running dbg =
        host.ann().atTerminal().startsScript(sshd.line("-t dbgt-remote uts -- act watch"));
    dbg.prints(" columns");
    Ran ran = dbg.types("\r~.").ends().exits(DBG_FAILED);
    // Here the line has ended before dbgd knows of it.
    var _ = host.audit().waitsFor("result", ran.leaves("intent").text("/session"));
  }

  /** Nobody has to type -t. */
  @ParameterizedTest
  @ValueSource(strings = {"dbgt-remote pid -- top", "shell -c top dbgt-remote"})
  void top_draws_and_takes_keys(String line) {
    Pty pty = host.ann().atTerminalOf(sshd.line(line), Map.of("TERM", "xterm", "HOME", "/tmp"));
    pty.shows("load average").shows("COMMAND");
    pty.types("h").shows("Help for Interactive Commands").types("q").shows("load average");
    var _ = pty.types("q").ended().exits(0);
  }

  /** With a terminal of its own, and while it prints to the operator's. */
  @ParameterizedTest
  @ValueSource(strings = {"-t ", ""})
  void keys_and_sizes_of_a_terminal_reach_the_tool(String option) {
    String line = option + "dbgt-remote uts -- act watch";
    Running dbg =
        host.ann()
            .atTerminal()
            .startsScript("stty rows 23 cols 77; " + sshd.line(line))
            .prints("23 rows, 77 columns");
    Machine.resizes(Processes.link(client(line), "fd/0"), 41, 101);
    dbg.prints("41 rows, 101 columns");
    dbg.types("\u0003").ends().exits(128 + SIGINT).leaves("result").says("/outcome/signal", SIGINT);
  }

  private static long client(String line) {
    String dbg = host.installed().client().toString();
    // The courier and what watches over the terminal are its children.
    return host.processes().startedFirstAs(Processes.shownOfClient(dbg + " " + line));
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP", "USR1"})
  void a_signal_is_passed_on(String signal) {
    Running dbg =
        host.ann().startsScript(sshd.line("dbgt-remote uts -- act wait")).prints("waiting");
    dbg.gets(signal).ends().leaves("result");
    Patience.until("the tool has ended", () -> host.processes().tools().isEmpty());
  }

  @Test
  void a_line_stops_and_continues_with_its_tool() {
    Running dbg =
        host.ann().startsScript(sshd.line("dbgt-remote uts -- act wait")).prints("waiting");
    long tool = host.processes().startedOnceAs("act", "wait");
    var _ = dbg.gets("TSTP");
    Patience.until("the tool stops", () -> Processes.state(tool) == 'T');
    Patience.until("the line stops", () -> Processes.state(dbg.pid()) == 'T');
    var _ = dbg.gets("CONT");
    Patience.until("the tool continues", () -> Processes.state(tool) == 'S');
    dbg.gets("TERM").ends().diesBy(15);
  }

  @Test
  void much_passes_both_ways_unchanged() throws IOException {
    byte[] much = new byte[MUCH];
    new Random(1).nextBytes(much);
    Path file = host.directory().resolve("much");
    Files.write(file, much);
    var _ =
        host.ann()
            .reading(file)
            .runsScript(sshd.line("dbgt-remote uts -- act copy"))
            .exits(0)
            .prints(much);
  }

  @Test
  void a_reader_that_takes_nothing_fills_no_memory_and_stops_no_other_stream() {
    Running dbg =
        host.ann()
            .startsScript(
                sshd.onIt()
                    + "$DBG dbgt-remote uts -- act flood | (read -r line; echo got; sleep 300)");
    dbg.prints("got");
    Patience.sleeps(Duration.ofSeconds(3));
    List<Long> both = new ArrayList<>(host.processes().startedAs("dbg", "stdio"));
    both.addAll(host.processes().executing(host.installed().client()));
    // The client, its courier, and dbg stdio.
    assertTrue(Set.copyOf(both).size() >= 3, both::toString);
    host.processes().haveLittleUnread(both, FEW_BYTES, dbg);
  }

  @Test
  void a_tool_whose_output_nobody_wants_ends() {
    var _ =
        host.ann()
            .runsScript(sshd.onIt() + "$DBG dbgt-remote uts -- act flood | head -c 100")
            .exits(0);
    Patience.until("the tool has ended", () -> host.processes().tools().isEmpty());
  }

  @Test
  void ssh_s_own_failure_is_255_and_its_words_are_shown() {
    var _ =
        host.ann()
            .runsScript(sshd.onIt() + "DBG_HOST=ssh://127.0.0.1:1 exec $DBG ps")
            .exits(SSH_FAILED)
            .says(
                "Connection refused",
                "dbg: 127.0.0.1: ssh has not connected",
                ": try ssh -p 1 127.0.0.1 dbg version");
    var _ =
        host.ann()
            .runsScript("export PATH=/nonexistent DBG_HOST=ssh://web1; exec $DBG ps")
            .exits(SSH_FAILED)
            .says("cannot run ssh");
  }

  /** ssh -G says what it would do with this configuration and these words. */
  @Test
  void ssh_forwards_no_agent_display_port_or_credentials() throws IOException {
    Path bin = Files.createDirectories(host.directory().resolve("for-logins"));
    Path config = bin.resolve("config");
    Files.writeString(
        config,
        """
        Host *
          ForwardAgent yes
          ForwardX11 yes
          GSSAPIDelegateCredentials yes
          Tunnel yes
          RemoteForward 4001 localhost:22
          LocalForward 4002 localhost:22
          DynamicForward 4003
          PermitLocalCommand yes
          LocalCommand echo here
        """);
    Machine.writesProgram(
        bin.resolve("ssh"), "#!/bin/sh\nexec /usr/bin/ssh -G -F %s \"$@\" >&2\n".formatted(config));
    Ran ran =
        host.ann()
            .runsScript("export PATH=%s:$PATH DBG_HOST=ssh://web1; exec $DBG ps".formatted(bin))
            .exits(DBG_FAILED)
            .says("forwardagent no", "forwardx11 no", "tunnel false", "permitlocalcommand no");
    for (String gets : List.of("edelegatecredentials yes", "eforward ", "lforward ", "cforward ")) {
      assertFalse(ran.err().contains(gets), ran::toString);
    }
  }

  @Test
  void a_refusal_is_recorded_there() {
    runs("dbgt-remote uts -- ss").exits(REFUSED).says("dbg: refused: ").leaves("denied");
  }
}
