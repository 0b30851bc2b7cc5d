package dev.dbg.nativetests.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.user.Pty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code dbg shell}: the operator's bash, whose tools run in a container without a shell. */
@Tag("native")
final class ShellTest {
  private static final int REFUSED = 126;

  /** What the container's owner may call a file, to have the operator's shell run it. */
  private static final String HOSTILE = "$(touch pwned)`touch pwned`;touch pwned";

  @RegisterExtension
  static final Host host =
      Host.with(
          Host.EVERYTHING.replace(
                  "tools = [",
                  "tools = [\"find\", \"ps\", \"logs\", \"diff\", \"openssl\", \"x509\", ")
              + """
              [[rule]]
              who = ["group:dbgt-ops"]
              containers = ["asking-*"]
              namespaces = ["mnt"]
              tools = ["cat"]
              reason = "required"
              """);

  private static Path data;

  @BeforeAll
  static void start() throws IOException {
    data = Files.createDirectory(host.directory().resolve("shell-data"));
    for (String name : List.of("app.log", "sys.log", "conf.yaml", "a b", "-rf", HOSTILE)) {
      Files.writeString(data.resolve(name), "line 1 of " + name + "\nline 2\n");
    }
    Files.createDirectory(data.resolve("deep"));
    host.docker()
        .starts(
            "dbgt-shell",
            "--volume",
            data + ":/data:ro",
            "--volume",
            "/etc/ssl/certs/ca-certificates.crt:/ca.pem:ro");
    host.docker().starts("other-shell");
    host.docker().starts("asking-shell");
  }

  /** Runs a line in a shell without a prompt. */
  private static Ran line(String line) {
    return host.ann()
        .runsScript("exec \"$DBG\" shell -c '%s' dbgt-shell".formatted(line.replace("'", "'\\''")));
  }

  private static Pty shell() {
    Pty pty =
        host.ann()
            .atTerminalOf("exec $DBG shell dbgt-shell", Map.of("TERM", "xterm", "HOME", "/tmp"));
    return pty.shows("$ ");
  }

  @Test
  void each_command_of_a_line_runs_in_the_container() {
    line("cat /data/app.log | grep -c line; head -n 1 /data/conf.yaml; false || echo $?")
        .exits(0)
        .prints("2\nline 1 of conf.yaml\n1\n");
  }

  @Test
  void a_line_ends_as_its_last_command_ends() {
    line("cat /nope").exits(1);
    line("ss -K").exits(REFUSED).says("refused: ss", "'-K'");
  }

  @Test
  void what_comes_from_a_pipe_is_run_too() {
    host.ann()
        .runsScript("printf 'cat /data/app.log | wc -l\\n' | \"$DBG\" shell dbgt-shell")
        .exits(0)
        .prints("2\n");
  }

  @Test
  void the_records_of_a_shell_have_its_number() {
    long before = host.audit().records().size();
    line("cat /data/app.log; ss -K; true").exits(0);
    List<AuditRecord> records =
        host.audit().records().subList((int) before, host.audit().records().size());
    AuditRecord shell =
        records.stream().filter(r -> r.text("/event").equals("shell")).findFirst().orElseThrow();
    String number = shell.text("/shell");
    assertTrue(number.startsWith(host.ann().uid() + "-"), number);
    for (String event : List.of("intent", "result", "denied")) {
      assertTrue(
          records.stream()
              .anyMatch(r -> r.text("/event").equals(event) && r.text("/shell").equals(number)),
          event);
    }
    host.ann().runs("audit --shell " + number).exits(0).says();
  }

  @Test
  void another_users_shell_number_is_not_recorded() {
    String number = "0-0123456789abcdef";
    Ran ran =
        host.ann().runsScript("DBG_SHELL=%s \"$DBG\" dbgt-shell net -- ss -tln".formatted(number));
    ran.exits(0);
    assertEquals("", host.audit().last("intent").text("/shell"));
  }

  @Test
  void a_program_of_the_host_does_not_run_by_mistake() {
    line("/bin/uname; echo $?")
        .exits(0)
        .says("/bin/uname: a program of this host", "here /bin/uname")
        .prints("126\n");
    line("x=/bin/uname; $x").exits(REFUSED).says("/bin/uname: a program of this host").prints("");
    line("uname").exits(REFUSED).says("uname: not a tool that you may run in dbgt-shell");
    line("X=1 /bin/uname").exits(REFUSED).says("gets no variables from here").prints("");
    line("cat /data/app.log | /usr/bin/wc -l")
        .exits(REFUSED)
        .says("a program of this host")
        .prints("");
    line("xargs ls").exits(REFUSED).says("here xargs");
  }

  @Test
  void a_program_of_the_host_runs_on_purpose() {
    line("here uname -s").exits(0).prints("Linux\n");
    line("!uname -s").exits(0).prints("Linux\n");
  }

  @Test
  void a_filter_is_the_operators_own_and_reads_files_of_the_container() {
    line("cat /data/app.log | sort -r | sed s/line/row/").prints("row 2\nrow 1 of app.log\n");
    line("sort -r /data/app.log").prints("line 2\nline 1 of app.log\n");
    line("awk '/2/ {print $2}' /data/app.log").prints("2\n");
    line("diff /data/app.log /data/sys.log | grep -c of").prints("2\n");
    line("sort /etc/shadow-of-this-host").exits(1).says("No such file");
  }

  @Test
  void openssl_x509_shows_a_certificate_of_the_container_and_of_a_pipe() {
    Ran ofFile = line("openssl x509 -in /ca.pem -noout -subject").exits(0);
    assertTrue(ofFile.out().startsWith("subject="), ofFile::toString);
    line("cat /ca.pem | openssl x509 -noout -subject").exits(0).prints(ofFile.out());
    line("openssl version").exits(REFUSED);
  }

  @Test
  void diff_of_a_file_and_a_pipe_is_the_operators_own() {
    line("diff -q /data/app.log <(cat /data/app.log) && echo same").exits(0).prints("same\n");
    line("cat /data/app.log | diff -q - /data/app.log && echo same").exits(0).prints("same\n");
    line("diff -q -x x /data/app.log /data/app.log && echo same").exits(0).prints("same\n");
    line("diff -qux P --label o --label n /data/app.log /data/app.log").exits(0).prints("");
    line("diff -qyW 100 --exclude x /data/app.log /data/app.log").exits(0).prints("");
  }

  @Test
  void a_filter_sees_no_file_of_the_host() {
    // Each of these is a file among options, or a program that opens one.
    line("cat /data/app.log | grep -f /etc/passwd").exits(2).says("Permission denied").prints("");
    line("cat /data/app.log | sort --files0-from=/etc/passwd").exits(2).says("Permission denied");
    line("cat /data/app.log | sed 1r/etc/passwd").exits(1).says("sandbox").prints("");
    line("cat /data/app.log | awk '{print > \"/tmp/pwned\"}'").says("Permission denied");
    assertFalse(Files.exists(Path.of("/tmp/pwned")));
    line("cat /data/app.log | awk 'BEGIN {getline l < \"/etc/passwd\"; print l}'").exits(REFUSED);
    // The oracle.
    assertTrue(line("here grep -c root -f /etc/passwd /etc/passwd").out().length() > 1, "here");
  }

  @Test
  void bash_evaluates_no_value_of_the_container() throws IOException {
    Files.writeString(data.resolve("number"), "a[`echo>/tmp/dbgt-calculated`]\n");
    boolean _ = Files.deleteIfExists(Path.of("/tmp/dbgt-calculated")); // of a run that failed
    for (String line :
        List.of(
            "x=$(cat /data/number); echo $((x + 1))",
            "x=$(cat /data/number); [[ $x -gt 3 ]]",
            "x=$(cat /data/number); [ $x -gt 3 ]",
            "x=$(cat /data/number); ((x > 3))",
            "read x < /data/number; echo $((x))",
            "x=$(cat /data/number) y=$((x + 1)); echo $y",
            "export A=$(cat /data/number) B=$((A + 1)); echo $B",
            "a=($(cat /data/number)) n=$((a + 1)); echo $n",
            "echo ${x:=$(cat /data/number)} $((x))",
            "unalias \"$(cat /data/number)\"")) {
      assertTrue(line(line).out().isEmpty(), line);
      assertFalse(Files.exists(Path.of("/tmp/dbgt-calculated")), line);
    }
    // The oracle: bash runs it.
    host.ann()
        .runsScript("bash -c 'x=$(cat %s); echo $((x + 1))'".formatted(data.resolve("number")));
    assertTrue(Files.deleteIfExists(Path.of("/tmp/dbgt-calculated")));
  }

  /** Names that the container's owner chose, words that were not typed, and options of bash's. */
  @Test
  void names_in_the_container_are_no_commands_or_settings_of_bash() throws IOException {
    Path named = Files.createDirectory(data.resolve("named"));
    Files.createFile(named.resolve("x;here echo ran-it;#"));
    Ran ran =
        host.ann()
            .runsScript("timeout 3 $DBG shell -c 'cd /data/named; watch -n 1 ls *' dbgt-shell");
    assertFalse(ran.out().contains("\nran-it"), ran::toString);
    for (String alias :
        List.of(
            "alias t=\"cat $(ls)\"",
            "x=$(ls); alias t=\"cat $x\"",
            "for f in *; do alias t=\"cat $f\"; done")) {
      Ran used =
          host.ann()
              .runsScript(
                  "printf 'cd /data/named\\n%s\\nt\\n' | $DBG shell dbgt-shell".formatted(alias));
      used.says("alias t: type the words themselves");
      assertFalse(used.lines().contains("ran-it"), used::toString);
    }
    line("x=here:/tmp/dbgt-teed; echo x | tee \"$x\"").exits(REFUSED).says("tee here:/tmp/dbgt");
    assertFalse(Files.exists(Path.of("/tmp/dbgt-teed")));
    line("y='%n'; printf \"$y\" __dbg_target").exits(REFUSED);
    line("history -r /etc/hostname").exits(REFUSED);
    line("date -r /etc/hostname").exits(REFUSED);
    line("kill -0 1 %1").exits(REFUSED);
    line("echo x | mapfile -tC/usr/bin/id -tc1 x").exits(REFUSED);
  }

  @Test
  void conditions_and_cases_take_a_value_as_it_is() {
    line("x=; [[ -n $x ]] || echo empty").prints("empty\n");
    line("x='a  b'; [[ $x == 'a  b' ]] && case $x in 'a  b') echo same;; esac").prints("same\n");
    line("x='[INFO]'; [[ -n $x && $x == '[INFO]' ]] && echo \"$x ${#x}\"").prints("[INFO] 6\n");
    line("p='[a-c]'; case b in $p) echo pattern;; esac").prints("pattern\n");
    line("x=$(printf '1\\n2\\n3'); wc -l <<< $x").prints("3\n");
  }

  @Test
  void a_setting_of_bash_gives_nobody_a_shell_of_this_host() {
    Pty pty =
        host.ann()
            .atTerminalOf(
                "exec $DBG shell dbgt-shell",
                Map.of("TERM", "xterm", "HOME", "/tmp", "POSIXLY_CORRECT", "1"));
    pty.shows("tools in dbgt-shell").types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
  }

  /** Esc Ctrl-E gives a line to bash while it is edited. */
  @Test
  void no_key_gives_a_line_to_bash() {
    Pty pty = shell();
    pty.types("echo $(/bin/echo expan''ded)\u001b\u0005 #\n").shows("a program of this host");
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
    assertFalse(pty.all().contains("expanded"), pty::toString);
  }

  @Test
  void small_things_work_and_others_say_what_to_type() {
    line("cd ..; pwd; basename /a/b; dirname /a/b; seq 2; sleep 0; true; printf '%s\\n' x")
        .exits(0)
        .prints("/\nb\n/a\n1\n2\nx\n");
    line("cat ~/x; echo $?").exits(0).prints("126\n").says("~: your home on this host");
    line("ll /data").exits(0);
    line("diff /data/app.log <(cat /data/app.log) && echo same").prints("same\n");
    line("cp /data/app.log here:").exits(REFUSED).says("cat FILE > here:FILE");
    line("vi /data/app.log").exits(REFUSED).says("less FILE");
    line("wget x").exits(REFUSED).says("curl URL");
    line("telnet x").exits(REFUSED).says("nc -z");
    line("env").exits(REFUSED).says("environ 1");
    line("docker logs web").exits(REFUSED).says("docker: not a tool", "shell: logs;");
    line("kill 1").exits(REFUSED).says("kill %1", "here kill PID");
  }

  @Test
  void a_pattern_is_expanded_in_the_container() {
    line("cd /data; ls *.log").exits(0).prints("app.log\nsys.log\n");
    line("ls /data/*.log").exits(0).prints("/data/app.log\n/data/sys.log\n");
    line("grep -c line /data/*.log").prints("/data/app.log:2\n/data/sys.log:2\n");
    assertTrue(line("echo *").exits(0).out().contains(" server "), "the container's /");
    line("cd /data; for f in *.log; do echo $f; done; echo '*.log'")
        .prints("app.log\nsys.log\n*.log\n");
    line("ls /data/*.nope").exits(2).says("/data/*.nope");
  }

  @Test
  void a_name_of_the_container_is_never_an_option_or_a_command() {
    line("cd /data; cat *f | head -n 1").exits(0).prints("line 1 of -rf\n");
    line("cd /data; cat *pwned* | head -n 1").prints("line 1 of " + HOSTILE + "\n");
    assertFalse(Files.exists(Path.of("pwned")));
  }

  @Test
  void the_home_of_the_host_is_not_taken_for_one_of_the_container() {
    line("ls ~").says("~: your home on this host").prints("");
    line("cat ~root/x").says("~: your home on this host").prints("");
    line("echo '~'").prints("~\n");
  }

  @Test
  void a_directory_is_one_of_the_container() {
    line("cd /data; pwd; cat app.log | head -n 1; cd deep; pwd; cd -; pwd; cd; pwd")
        .exits(0)
        .prints("/data\nline 1 of app.log\n/data/deep\n/data\n/data\n/\n");
    line("cd /nope; echo $?; pwd").says("/nope").prints("125\n/\n");
    line("cd /data/app.log; pwd").says("app.log").prints("/\n");
  }

  @Test
  void a_container_that_the_operator_may_not_see_gets_no_shell() {
    Ran hidden = host.ann().runs("shell other-shell").isRefused();
    Ran missing = host.ann().runs("shell no-such-name").isRefused();
    assertEquals(hidden.err(), missing.err());
  }

  @Test
  void a_host_without_bash_is_told_what_to_install() {
    host.ann()
        .runsScript("PATH=/nonexistent; \"$DBG\" shell dbgt-shell")
        .exits(Ran.DBG_FAILED)
        .says("needs bash", "install it");
  }

  @Test
  void a_reason_is_asked_for_once() {
    host.ann()
        .runsScript("\"$DBG\" shell -c 'cat /etc/hostname' asking-shell </dev/null")
        .exits(REFUSED)
        .says("a rule asks for a reason");
    Pty pty = host.ann().atTerminalOf("exec $DBG shell asking-shell", Map.of("HOME", "/tmp"));
    pty.shows("asks for a reason").types("INC-4711\n").shows("$ ");
    for (int i = 0; i < 2; i++) {
      pty.types("cat /etc/hostname\n").shows("$ ");
      host.audit().last("intent").says("/reason", "INC-4711");
    }
    pty.types("exit\n");
    pty.ended();
  }

  @Test
  void options_may_stand_before_the_verb() {
    host.ann()
        .runsScript(
            "\"$DBG\" --reason INC-12 --timeout=1m shell -c 'cat /etc/hostname' asking-shell </dev/null")
        .exits(0);
    host.audit().last("intent").says("/reason", "INC-12");
    // What follows an option is its value, and a word that no option is ends the search.
    host.ann().runsScript("\"$DBG\" --reason shell asking-shell -- cat /etc/hostname").exits(0);
    host.audit().last("intent").says("/reason", "shell");
    host.ann()
        .runsScript("\"$DBG\" --what shell asking-shell -- cat /etc/hostname")
        .exits(125)
        .says("--what");
  }

  @Test
  void at_a_terminal_the_prompt_says_where_one_is() {
    Pty pty = shell();
    assertTrue(pty.all().contains("dbgt-shell"), pty::toString);
    assertTrue(pty.all().contains("/ (net,mnt,pid"), pty::toString);
    pty.types("cd /data\n").shows(":/data (").shows("$ ");
    pty.types("head -n 1 app.log\n").shows("line 1 of app.log").shows("$ ");
    pty.types("ss -K\n").shows("refused").shows("$ ");
    pty.types("exit\n").shows("3 commands, 1 refused").shows("dbg audit --shell ");
    pty.ended();
  }

  @Test
  void tab_completes_among_the_keys_of_vi_too() throws IOException {
    Path keys = host.directory().resolve("keys");
    Files.writeString(keys, "\"\\C-xv\": vi-editing-mode\n");
    Pty pty =
        host.ann()
            .atTerminalOf(
                "exec $DBG shell dbgt-shell",
                Map.of("TERM", "xterm", "HOME", "/tmp", "INPUTRC", keys.toString()));
    pty.shows("$ ").types("\u0018v").types("readl" + Pty.TAB).shows("readlink ");
    // Not ^C: while Tab is still answered, it leaves the line as it is.
    pty.types("-f /data/conf.yaml\n").shows("conf.yaml").shows("/data/conf.yaml");
    pty.shows("$ ").types("exit\n");
    pty.ended();
  }

  @Test
  void tab_completes_tools_options_and_the_containers_files() {
    Pty pty = shell();
    pty.types("readl" + Pty.TAB).shows("readlink ");
    pty.types("-f /data/con" + Pty.TAB).shows("conf.yaml");
    pty.types("\n").shows("/data/conf.yaml").shows("$ ");
    pty.types("ss --fam" + Pty.TAB).shows("family ").types("vs" + Pty.TAB).shows("vsock");
    pty.types("\n").shows("$ "); // not ^C, as above
    pty.types("cat /data/\\$" + Pty.TAB + "\n").shows("$ ");
    assertFalse(Files.exists(Path.of("/tmp/pwned")));
    pty.types("exit\n");
    pty.ended();
  }

  @Test
  void ctrl_c_ends_the_tool_and_not_the_shell() {
    Pty pty = shell();
    pty.types("act wait\n").shows("waiting").types(Pty.CTRL_C).shows("$ ");
    pty.types("echo status $?\n").shows("status 130").shows("$ ");
    pty.types("exit\n");
    pty.ended();
  }

  @Test
  void colours_are_left_out_where_they_are_not_wanted() {
    for (Map<String, String> plain :
        List.of(
            Map.of("TERM", "dumb", "HOME", "/tmp"),
            Map.of("TERM", "xterm", "NO_COLOR", "1", "HOME", "/tmp"))) {
      Pty pty = host.ann().atTerminalOf("exec $DBG shell dbgt-shell", plain).shows("$ ");
      assertFalse(pty.all().contains("\u001b[1;36m"), pty::toString);
      pty.types("exit\n");
      pty.ended();
    }
  }
}
