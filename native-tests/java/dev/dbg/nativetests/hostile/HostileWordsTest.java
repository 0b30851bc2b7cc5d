package dev.dbg.nativetests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.Pty;
import dev.dbg.resolve.container.AlteredContainers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Names and texts that others chose, on every way to an operator: none runs in the operator's
 * shell, and the operator's terminal obeys none.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class HostileWordsTest {
  private static final String PWNED = "pwned";

  /** Each would create a file if a shell read it as more than a word. */
  private static final List<String> HOSTILE =
      List.of(
          "x$(touch pwned)",
          "x`touch pwned`",
          "x;touch pwned;",
          "x&&touch pwned",
          "x|touch pwned",
          "x'$(touch pwned)'",
          "x\"$(touch pwned)\"",
          "x\\'; touch pwned #",
          "x\n touch pwned\n",
          "x>pwned",
          "x{a,b}",
          "x*",
          "x ~ a b",
          " x",
          "#x",
          "!!",
          "~root",
          "-rf",
          "--help",
          "x\u001b]0;pwned\u0007",
          "x\u202egnp",
          "x\u061cpwned",
          "x\u009b2J",
          "cat",
          "x".repeat(4096));

  /** What Docker and Podman accept too. */
  private static final List<String> NAMES = List.of("cat");

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-*", "podman://*/*", "docker://*/*"]
      namespaces = ["mnt", "net", "uts"]
      tools = ["cat", "ls", "readlink", "hostname"]
      """;

  private static final String TITLE = "\u001b]0;pwned";
  private static final String TURNS = "\u061c";

  /** The same, and a control of C1, as {@link Pty} reads bytes. */
  private static final String TURNED = "\u00d8\u009c";

  private static final String CONTROL = "\u00c2\u009b";

  @RegisterExtension static final Host host = Host.with(POLICY).withAnsweringEngines();

  /** It takes whatever a user's engine says for a name. */
  @RegisterExtension
  static final Host gullible =
      Host.with(POLICY).withUsersEngines().inWhich(AlteredContainers.Gullible.class);

  private static Path data;
  private static HostUser mal;
  private static long theirs;

  private Path here;

  /** A shell at whose prompt a person presses Tab. */
  enum Shell {
    BASH("exec bash --norc --noprofile -i", "source <(dbg completion bash%s)"),
    ZSH(
        "exec zsh -f -i",
        "autoload -U compinit; compinit -D; unsetopt zle_bracketed_paste; source <(dbg completion zsh%s)"),
    FISH("exec fish --no-config -i", "dbg completion fish%s | source");

    final String start;
    final String source;

    Shell(String start, String source) {
      this.start = start;
      this.source = source;
    }
  }

  @BeforeAll
  static void start() throws IOException {
    data = Files.createDirectory(host.directory().resolve("words-data"));
    for (String name : HOSTILE) {
      if (name.length() < 256) {
        Files.writeString(data.resolve(name), "a line\n" + TITLE + "\u0007" + TURNS + "\n");
      }
    }
    Files.writeString(data.resolve("plain"), "a line\n" + TITLE + "\u0007" + TURNS + "\n");
    Files.writeString(
        data.resolve("questions"), ("\u001b_0\u001b\\".repeat(3) + "x\n").repeat(8_000));
    Path odd = Files.createDirectory(data.resolve("d" + TITLE + "\u0007" + TURNS));
    Files.createSymbolicLink(data.resolve("link"), odd.getFileName());
    host.docker().starts("dbgt-words", "--volume", data + ":/data:ro");
    mal = HostUser.called("dbgt-wordy");
    theirs = mal.startsInOwnUserNamespace(Optional.empty());
  }

  @AfterAll
  static void end() {
    mal.close();
  }

  @BeforeEach
  void come() throws IOException {
    here =
        Files.createTempDirectory(
            "dbgt-words",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
    Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @AfterEach
  void nothing_is_left() {
    for (String name : List.of(PWNED, ".config", ".local", ".cache")) {
      String _ = Command.must("rm", "-rf", here.resolve(name).toString());
    }
  }

  /** Lets the state of the user's Podman have containers of these names, which run. */
  private static void notes(List<String> names) {
    List<String> entries = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String id = "%064x".formatted(i + 1);
      StringBuilder name = new StringBuilder();
      names.get(i).chars().forEach(c -> name.append("\\u%04x".formatted(c)));
      entries.add("{\"id\":\"%s\",\"names\":[\"%s\"],\"image\":\"%s\"}".formatted(id, name, name));
      mal.writes(
          mal.runtime("containers/overlay-containers/" + id + "/userdata/pidfile"),
          Long.toString(theirs));
    }
    mal.writes(
        mal.home(".local/share/containers/storage/overlay-containers/containers.json"),
        "[" + String.join(",", entries) + "]");
  }

  /** For what must come within a time that nobody knows. */
  private String tab(
      Host some, Shell shell, String filter, String line, Predicate<String> happened) {
    return Patience.withEnough(seconds -> tab(some, shell, filter, line, seconds), happened);
  }

  /**
   * Presses Tab behind a line, and the return key, and returns what the terminal got.
   *
   * @param seconds after which the shell has what it asked for
   */
  private String tab(Host some, Shell shell, String filter, String line, int seconds) {
    Pty pty =
        some.ann()
            .atTerminalOf(
                "cd %s; PATH=${DBG%%/*}:$PATH; HOME=$PWD; export PATH HOME; %s"
                    .formatted(here, shell.start),
                Map.of("TERM", "xterm", "LC_ALL", "C.UTF-8", "PS1", "", "fish_greeting", ""));
    pty.types(shell.source.formatted(filter) + "; echo rea''dy\n").shows("ready");
    pty.types(line + Pty.TAB);
    Patience.sleeps(Duration.ofMillis(1500L * seconds));
    pty.types("\n");
    Patience.sleeps(Duration.ofMillis(500));
    pty.types("\u0003").types("\necho do''ne\n").shows("done");
    pty.types("exit\n");
    return pty.all();
  }

  private boolean isPwned() {
    return Files.exists(here.resolve(PWNED));
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void tab_runs_no_name_of_a_container(Shell shell) {
    notes(List.of(HOSTILE.getFirst()));
    String id = "%064x".formatted(1);
    String got = tab(host, shell, "", "dbg podman://dbgt-wordy/", text -> text.contains(id));
    assertFalse(isPwned(), got);
    assertTrue(got.contains(id), got);
  }

  /** What is a name is another defence. */
  @ParameterizedTest
  @EnumSource(Shell.class)
  void tab_quotes_whatever_dbgd_says(Shell shell) {
    for (String name : HOSTILE.subList(0, 8)) {
      notes(List.of(name));
      String got =
          tab(gullible, shell, "", "dbg podman://dbgt-wordy/", text -> text.contains("touch"));
      assertFalse(isPwned(), name + ": " + got);
      assertTrue(got.contains("touch"), got);
    }
  }

  @Test
  void without_either_defence_a_name_runs() {
    notes(List.of(HOSTILE.getFirst()));
    String unquoted = " | sed s/%q/%s/";
    String got = tab(gullible, Shell.BASH, unquoted, "dbg podman://dbgt-wordy/", text -> isPwned());
    assertTrue(isPwned(), got);
  }

  @ParameterizedTest
  @EnumSource(Shell.class)
  void tab_runs_no_name_of_a_file_and_the_terminal_obeys_none(Shell shell) {
    String some = tab(host, shell, "", "dbg dbgt-words -- ls /data/x$", 4);
    assertFalse(isPwned(), some);
    String all = tab(host, shell, "", "dbg dbgt-words -- ls /data/" + Pty.TAB, 4);
    assertFalse(isPwned(), all);
    assertFalse(all.contains(TITLE) || all.contains(TURNED) || all.contains(CONTROL), all);
  }

  @Test
  void no_answer_has_a_name_that_its_runtime_could_not_give() {
    notes(HOSTILE);
    for (String line : List.of("ps", "ps -q", "ps --json", "podman://dbgt-wordy/xx -- hostname")) {
      Ran ran = host.ann().runs(line);
      String said = ran.out() + ran.err();
      assertFalse(said.contains("touch"), said);
      assertFalse(said.contains("xxxxx") || said.contains(TURNS), said);
    }
    Ran ps = host.ann().runs("ps -q").exits(0);
    List<String> words = ps.lines().stream().filter(word -> word.contains("wordy")).toList();
    assertEquals(HOSTILE.size(), words.size(), ps::toString);
    for (int i = 0; i < HOSTILE.size(); i++) {
      String name = NAMES.contains(HOSTILE.get(i)) ? HOSTILE.get(i) : "%064x".formatted(i + 1);
      assertTrue(words.contains("podman://dbgt-wordy/" + name), name + ": " + ps);
    }
  }

  @Test
  void a_label_is_a_services_name_only_if_compose_could_give_it() {
    host.docker()
        .starts(
            "dbgt-labelled",
            "--label",
            "com.docker.compose.project=p$(touch pwned)",
            "--label",
            "com.docker.compose.service=s;touch pwned");
    String json = host.ann().runs("ps --json").exits(0).out();
    assertTrue(json.contains("dbgt-labelled"), json);
    assertFalse(json.contains("touch"), json);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "zsh", "fish"})
  void a_line_of_a_message_is_read_as_the_same_words(String shell) throws Exception {
    for (String word : HOSTILE) {
      if (word.length() < 256 && !word.startsWith("-")) {
        Ran ran = host.ann().runs(List.of("dbgt-words", "mnt", "--", "/usr/bin/cat", word));
        String said = ran.exits(127).err();
        String start = "a tool is a name, not a path: dbg dbgt-words mnt -- cat ";
        assertTrue(said.contains(start), said);
        String typed = said.substring(said.indexOf(start) + start.length()).stripTrailing();
        Process process =
            new ProcessBuilder(shell, "-c", "printf '<%s>' " + typed)
                .directory(here.toFile())
                .redirectErrorStream(true)
                .start();
        String read = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean isPlain = word.chars().noneMatch(c -> c < ' ' || (c >= 0x7f && c != 'ä'));
        if (isPlain || List.of("bash", "zsh").contains(shell)) {
          assertEquals("<" + word + ">", read, typed);
        }
        assertFalse(isPwned(), typed);
      }
    }
  }

  @Test
  void the_lines_of_the_log_are_read_as_the_same_words() throws Exception {
    for (String word : List.of("/data/x$(touch pwned)", "/data/x'`touch pwned`", "/data/a b")) {
      Ran _ = host.ann().runs(List.of("dbgt-words", "mnt", "--", "cat", word));
      String session = host.audit().last("intent").text("/session");
      String list = host.ann().runs("audit -n 2").exits(0).out();
      String shown = host.ann().runs("audit show " + session).exits(0).out();
      for (String said : List.of(list, shown)) {
        assertTrue(said.contains(word.replace("'", "'\\''")), said);
        for (String line : said.lines().toList()) {
          Process process =
              new ProcessBuilder("sh", "-c", "printf '<%s>' " + line.replaceAll("[()<>;&]+ ", " "))
                  .directory(here.toFile())
                  .redirectErrorStream(true)
                  .start();
          int _ = process.waitFor();
        }
        assertFalse(isPwned(), said);
      }
    }
  }

  private Pty shell() {
    return host.ann()
        .atTerminalOf(
            "cd %s; exec $DBG shell dbgt-words".formatted(here),
            Map.of("TERM", "xterm", "LC_ALL", "C.UTF-8", "HOME", here.toString()))
        .shows("$ ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "head /data/plain",
        "head /data/plain /data/plain",
        "cat /data/plain | tail -n 3",
        "cat /data/plain | tail -n 3 &",
        "cat /data/plain | here cat",
        "echo \"$(cat /data/plain)\"",
        "printf '%s' \"$(cat /data/plain)\"",
        "\"$(cat /data/plain)\"",
        "[ \"$(cat /data/plain)\" -eq 1 ]",
        "x=\"$(cat /data/plain)\"; here ls $x",
        "sort /data/plain | head",
        "cat /data/plain | grep -c x \"/dev/fd/9$(cat /data/plain)\"",
        "x() { cat /data/plain; }; x",
        "cat /data/plain | more",
        "cd \"$(cat /data/plain)\"",
        "readlink /data/link | here cat",
      })
  void dbg_shell_draws_control_sequences_of_the_container(String line) {
    Pty pty = shell();
    pty.types(line + "\n").shows("pwned");
    if (line.endsWith("more")) {
      pty.shows("U+061C").shows("(END)").types("q");
    }
    pty.types("\necho do''ne\n").shows("done").shows("$ ");
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
    String got = pty.all();
    assertFalse(got.contains(TITLE), got);
    assertFalse(got.contains(TURNED), got);
  }

  /** bash executes no trap of DEBUG before it opens these files. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "while :; do :; done < \"$f\"",
        "until :; do :; done < \"$f\"",
        "if :; then :; fi < \"$f\"",
        "{ :; } > here:\"$f\"",
        "( : ) > here:\"$f\"",
        "( : ) < \"$f\" | head",
        "{ :; } < \"$f\" & wait",
        "! { :; } < \"$f\"",
        "time { :; } < \"$f\"",
      })
  void control_sequences_in_messages_of_bash_are_drawn(String line) {
    Pty pty = shell();
    pty.types("f=\"$(cat /data/plain)/x\"\n").shows("$ ");
    pty.types(line + "\n").shows("pwned");
    pty.types("\necho do''ne\n").shows("done").shows("$ ");
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
    String got = pty.all();
    assertFalse(got.contains(TITLE), got);
    assertFalse(got.contains(TURNED), got);
  }

  @Test
  void control_sequences_in_messages_about_jobs_are_drawn() {
    Pty pty = shell();
    pty.types("for i in 1; do here sleep 1; : $'\\033]0;pwned'; done & wait\n").shows("Done");
    Patience.until(
        "it is said which", () -> pty.all().indexOf("033]0;pwned", pty.all().indexOf("Done")) > 0);
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
    String got = pty.all();
    assertFalse(got.contains(TITLE), got);
    assertFalse(got.contains("bash: "), got);
  }

  /**
   * One of these numbers of descriptors gives the terminal of dbg's the number that it shall have.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6})
  void open_descriptors_do_not_disturb_the_shells_terminal(int count) {
    StringBuilder open = new StringBuilder("exec ");
    for (int i = 0; i < count; i++) {
      open.append(3 + i).append("</dev/null ");
    }
    Pty pty =
        host.ann()
            .atTerminalOf(
                open + "; exec $DBG shell -c 'head /data/plain; exit 3' dbgt-words",
                Map.of("LC_ALL", "C.UTF-8"));
    pty.shows("^[]0;pwned^G<U+061C>");
    pty.ended().exits(3);
  }

  /** What a container prints cannot keep the shell waiting, with answers that nobody reads. */
  @Test
  void a_container_asks_the_drawer_nothing() {
    Pty pty = shell();
    pty.types("cat /data/questions | here cat\n").shows("^[_0^[\\^[_0^[\\^[_0^[\\x");
    pty.types("echo do''ne\n").shows("done").shows("$ ");
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
  }

  /** The oracle: what is not drawn is obeyed. */
  @Test
  void at_the_terminal_itself_it_would_obey() {
    Pty pty = shell();
    pty.types("here -t echo \"$(cat /data/plain)\"\n").shows(TITLE).shows(TURNED);
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
  }

  @Test
  void a_line_at_a_terminal_is_drawn_too() {
    Pty pty =
        host.ann()
            .atTerminalOf(
                "exec $DBG shell -c 'head /data/plain; exit 3' dbgt-words",
                Map.of("LC_ALL", "C.UTF-8"));
    pty.shows("^[]0;pwned^G<U+061C>");
    pty.ended().exits(3);
  }

  @Test
  void output_comes_before_the_prompt() {
    Pty pty = shell();
    for (int i = 0; i < 20; i++) {
      pty.types("echo be''fore%d; head -n 1 /data/plain; cat /data/nope\n".formatted(i))
          .shows("before" + i)
          .shows("a line")
          .shows("No such file")
          .shows("$ ");
    }
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
  }

  @Test
  void a_filter_prints_each_line_at_once_and_ctrl_c_ends_it() {
    Pty pty = shell();
    pty.types("(echo fi''rst; here sleep 60) | grep -v x\n").shows("first\r\n");
    // bash forgets a ^C that comes between its fork and the program.
    Patience.until("it sleeps", () -> !host.processes().startedAs("sleep", "60").isEmpty());
    pty.types(Pty.CTRL_C);
    // The status is bash's matter: it depends on which of the two has ended first.
    pty.shows("$ ");
    Patience.until("it sleeps no more", () -> host.processes().startedAs("sleep", "60").isEmpty());
    pty.types("exit\n").shows("dbg audit --shell");
    Ran _ = pty.ended();
  }
}
