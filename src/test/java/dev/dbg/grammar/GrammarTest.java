package dev.dbg.grammar;

import static dev.dbg.model.NamespaceKind.IPC;
import static dev.dbg.model.NamespaceKind.NET;
import static dev.dbg.model.NamespaceKind.UTS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.grammar.Invocation.Audit.ReplayForm;
import dev.dbg.grammar.Invocation.Line;
import dev.dbg.grammar.words.RunAs;
import dev.dbg.model.NamespaceKind;
import dev.dbg.model.TargetName;
import dev.dbg.model.amount.Durations;
import dev.dbg.model.amount.Since;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line of dbg(1). In these tables single spaces separate the words. */
class GrammarTest {
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");

  private final Grammar grammar = new Grammar();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web net ss -tln",
        "web net -- ss -tln",
        "exec web net ss -tln",
        "exec web net -- ss -tln",
        "-- web net -- ss -tln",
        "exec -- web net -- ss -tln",
      })
  void a_line_is_read_in_each_of_its_spellings(String line) throws Exception {
    assertEquals(
        new Invocation.Exec(
            line(Set.of(NET), "web", "ss", "-tln"),
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        parse(line));
  }

  @ParameterizedTest
  @CsvSource({
    "--wait web -- ss, 30",
    "web --wait -- ss, 30",
    "--wait -t -u 0 web ss, 30",
    "--wait --reason x web ss, 30",
    "-t --wait=5m web ss, 300",
    "exec --wait=10m web net -- ss, 600",
    "--wait=90s web -- tail -f /x, 90",
  })
  void the_time_of_a_wait_is_in_the_same_word(String line, long seconds) throws Exception {
    Invocation.Exec exec = (Invocation.Exec) parse(line);
    assertEquals(Optional.of(Duration.ofSeconds(seconds)), exec.waiting());
    assertEquals("web", exec.line().target().toString());
    assertTrue(exec.options().contains("--wait=%ds".formatted(seconds)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      textBlock =
          """
          --wait 30s web -- ss~'30s' would be TARGET here: type --wait=DUR, in one word
          explain --wait 30s web ss~'30s' would be TARGET here: type --wait=DUR, in one word
          --wait=soon web -- ss~'soon' is not a length of time
          --wait= web -- ss~'' is not a length of time
          --wait=11m web -- ss~--wait may be up to 10m
          --wait web -- logs -f~logs needs no --wait
          logs --wait web~logs needs no --wait
          logs --wait=5m web -f~logs needs no --wait
          shell --wait web~--wait is not for dbg shell: type dbg --wait TARGET -- TOOL
          """)
  void a_wait_that_makes_no_sense_says_what_to_type(String line, String message) {
    UsageMistake mistake = assertThrows(UsageMistake.class, () -> parse(line));
    String said = String.valueOf(mistake.getMessage());
    assertTrue(said.startsWith(message), said);
  }

  /** It is read without picocli; {@code -i} has no effect, and is read with it. */
  @ParameterizedTest
  @CsvSource({
    "web net -- ss -tln, -i web net -- ss -tln",
    "exec web ss, exec -i web ss",
    "shell web net, shell -i web net",
    "explain web net -- ss, explain -i web net -- ss",
  })
  void a_line_without_options_is_read_as_one_with_options(String without, String with)
      throws Exception {
    assertEquals(parse(with), parse(without));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--reason why --timeout 90s web net ss",
        "--timeout 90s --reason why web net ss",
        "--reason=why --timeout=90s exec net ss",
        "exec --reason why --timeout=90s web net -- ss",
        "--reason why --timeout 90s -- web net -- ss",
      })
  void options_stand_before_the_target(String line) throws Exception {
    Invocation.Exec exec = assertInstanceOf(Invocation.Exec.class, parse(line));
    assertEquals(Optional.of("why"), exec.reason());
    assertEquals(Optional.of(Duration.ofSeconds(90)), exec.timeout());
    assertEquals("ss", exec.line().tool());
    assertEquals(List.of(), exec.line().arguments());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--json", "--reason x", "--timeout 1s", "-t", "-u 0", "--record", "--help", "-h",
        "--version", "-n 5", "--", "-- --", "- -", "--no-such-option", "-tulpn", "@/etc/passwd",
        "list", "--reason=x --json --help", "exec", "help",
      })
  void what_follows_the_tool_is_the_tool_s(String words) throws Exception {
    List<String> arguments = List.of(words.split(" "));
    for (String before : List.of("web net -- ss ", "web net ss ", "exec web net ss ")) {
      Invocation.Exec exec = assertInstanceOf(Invocation.Exec.class, parse(before + words));
      assertEquals(arguments, exec.line().arguments());
      assertEquals(Optional.empty(), exec.reason());
    }
    Invocation.Explain explain =
        assertInstanceOf(Invocation.Explain.class, parse("explain web net -- ss " + words));
    assertEquals(
        new Invocation.Explain(
            line(Set.of(NET), "web", "ss", arguments), false, false, Optional.empty(), false),
        explain);
  }

  @Test
  void the_two_dashes_are_dropped_once_before_the_tool_and_never_after_it() throws Exception {
    assertEquals(
        line(Set.of(NET), "web", "ss", "--", "-K"), exec("web", "net", "--", "ss", "--", "-K"));
    assertEquals(line(Set.of(NET), "web", "ss", "--", "-K"), exec("web", "net", "ss", "--", "-K"));
    assertEquals("net", exec("web", "--", "net", "ss").tool());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t -u 5:6 --reason why web net -- top -t",
        "-tu5:6 --reason=why web net top -t",
        "web -t -u 5:6 --reason why net -- top -t",
        "web net -t -u 5:6 --reason why -- top -t",
        "web net -t -u 5:6 --reason why top -t",
        "-t web -u 5:6 net --reason why top -t",
        "exec -it web --user 5:6 --reason=why net -- top -t",
        "exec web --tty net --user=5:6 --interactive --reason why top -t",
        "-t -- web -u5:6 --reason why net -- top -t",
        "-ti -u 5:6 --reason why -- web net top -t",
      })
  void options_stand_anywhere_before_the_tool(String line) throws Exception {
    assertEquals(
        new Invocation.Exec(
            new Line(
                TargetName.parse("web"),
                new WantedNamespaces.Listed(Set.of(NET)),
                new RunAs(5, 6),
                Optional.empty(),
                "top",
                List.of("-t")),
            true,
            false,
            Optional.of("why"),
            Optional.empty(),
            Optional.empty()),
        parse(line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "exec -it web top -b",
        "exec -i -t web -- top -b",
        "web -it -- top -b",
        "web -t top -b",
        "-t web top -b",
      })
  void docker_s_and_kubectl_s_form_is_a_line(String line) throws Exception {
    Invocation.Exec exec = assertInstanceOf(Invocation.Exec.class, parse(line));
    assertEquals(WantedNamespaces.Chosen.FOR_TOOL, exec.line().namespaces());
    assertEquals("top", exec.line().tool());
    assertEquals(List.of("-b"), exec.line().arguments());
    assertTrue(exec.terminal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web net -- -t",
        "web -- -t ss",
        "web net -- --",
        "web net -- -- ss",
        "-- -t net ss",
        "-- --reason net ss",
        "- net ss",
        "web net - ss",
        "web net -- - ss",
      })
  void neither_target_nor_tool_begins_with_a_dash(String line) {
    refused("begins with a dash", line.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "-t 123 -n -m ss -tln~dbg pid://123 net,mnt -- ss -tln",
        "-n -t 123 ss~dbg pid://123 net -- ss",
        "-t 123 -n -- ip a*~dbg pid://123 net -- ip 'a*'",
        "--target 123 --net --mount~dbg pid://123 net,mnt -- ss -tln",
        "exec --target=123 --net=/proc/123/ns/net ss~dbg pid://123 net -- ss",
        "-t 123 -a top~dbg pid://123 all -- top",
        "-t 123 -u -n hostname~dbg pid://123 uts,net -- hostname",
        "nsenter -t 123 -u hostname~dbg pid://123 uts -- hostname",
        "-m -u -i -n -p -t 1 ps~dbg pid://1 mnt,uts,ipc,net,pid -- ps",
      })
  void a_line_of_nsenter_s_is_translated(String line, String advice) {
    refused("this is a line of nsenter's: type " + advice, line.split(" "));
  }

  /** {@code -t}, {@code -i} and {@code -u} are dbg's too, and a number may begin an id. */
  @ParameterizedTest
  @ValueSource(strings = {"-t 123 -i net -- ss", "-t 123 -u 0 net -- ss", "-t 123 net -- ss -n"})
  void a_line_that_might_be_nsenter_s_is_dbg_s(String line) throws Exception {
    Invocation.Exec exec = assertInstanceOf(Invocation.Exec.class, parse(line));
    assertEquals(new TargetName(Optional.empty(), "123"), exec.line().target());
    assertTrue(exec.terminal());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "-u www-data web mnt -- ls~dbg web mnt -- grep www-data /etc/passwd prints them",
        "-u root:root web -- ls~dbg web mnt -- grep root /etc/passwd prints them",
        "web nett -- ss -l~did you mean dbg web net -- ss -l?",
        "web nte,pdi -- ss~did you mean dbg web net,pid -- ss?",
        "web net:mnt -- ss~did you mean dbg web net,mnt -- ss?",
        "web grep -- -x /f~if it is the tool, type dbg web -- grep -- -x /f",
        "--timeout 1m explain web -- ss~if explain is the verb, type it before dbg's options",
        "--reason R ps~if ps is the verb, type it before dbg's options",
        "--reasn x web net ss~did you mean '--reason'?",
        "-c app web -- ss~dbg ps lists the names",
        "--namespace app web -- ss~dbg ps lists the names",
        "-d web ss~leave it out",
        "--env=A=B web ss~leave it out",
        "--json web net ss~leave it out",
        "-x web net ss~unknown option '-x': dbg exec --help lists the options",
        "web -H web1 -- ss~unknown option '-H': type it first: dbg -H HOST and the line",
        "--host=web1 ps~unknown option '--host': type it first: dbg -H HOST and the line",
        "explain --jsn web ss~did you mean '--json'?",
        "top~its processes are dbg NAME -- top -b -n 1",
        "ls~dbg ps lists the containers",
        "port~how it is says dbg status NAME",
        "describe~how it is says dbg status NAME",
        "wait~a line that waits for its start is dbg --wait NAME -- TOOL",
        "restart~type it for the container's runtime, as in docker restart NAME",
        "kill web~dbg kill ends sessions of dbg, not containers",
        "sh~a shell for a container is dbg shell NAME",
        "toosl~did you mean dbg tools?",
        "audti~did you mean dbg audit?",
        "expalin web-1 -- ss~did you mean dbg explain?",
        "web~dbg tools web lists the tools for it, dbg web -- ss -tln runs one",
        "web net~TOOL is missing: dbg tools web lists",
      })
  void a_slip_is_answered_with_what_to_type(String line, String advice) {
    refused(advice, line.split(" "));
  }

  @Test
  void logs_is_a_line_of_the_tool_of_that_name() throws Exception {
    assertEquals(parse("web -- logs"), parse("logs web"));
    assertEquals(parse("web -- logs"), parse("logs --tail all web"));
    assertEquals(
        parse("--reason x --timeout 5m --record web -- logs -f -t -n 5 --since 1h"),
        parse("logs -f web --tail=5 -t --since 1h --reason x --timeout 5m --record"));
    assertEquals(parse("web -- logs -p"), parse("logs web --previous"));
    refused("TARGET is missing: dbg logs TARGET", "logs", "-f");
    refused("see dbg logs --help", "logs", "web", "db");
    refused("see dbg logs --help", "logs", "-u", "5", "web");
  }

  @Test
  void status_is_a_line_of_the_tool_of_that_name() throws Exception {
    assertEquals(parse("web -- status"), parse("status web"));
    assertEquals(parse("web -- status --json"), parse("status web --json"));
    assertEquals(
        parse("--reason x --timeout 5m --record web -- status"),
        parse("status --reason x --timeout 5m web --record"));
    refused("TARGET is missing: dbg status TARGET", "status", "--json");
    refused("see dbg status --help", "status", "web", "db");
  }

  @Test
  void json_may_stand_in_front_of_the_verb() throws Exception {
    assertEquals(ps(true), parse("--json ps"));
    assertEquals(parse("audit --json -n 5"), parse("--json audit -n 5"));
    assertEquals(parse("explain --json web net ss"), parse("--json explain web net ss"));
    assertEquals(parse("explain --json web net ss"), parse("explain web net --json ss"));
    assertEquals(parse("explain --json web net ss"), parse("explain web --json net -- ss"));
  }

  @Test
  void explain_takes_the_options_of_the_line_that_it_is_about() throws Exception {
    assertEquals(
        new Invocation.Explain(line(Set.of(NET), "web", "ss"), true, true, Optional.empty(), false),
        parse("explain -it --reason x --timeout 5s --record web net -- ss"));
    refused("not a length of time", "explain", "--timeout", "x", "web", "--", "ss");
  }

  @Test
  void the_options_of_a_line_can_be_typed_again() throws Exception {
    String options = "-u 5:6 -w /tmp -t --reason why --timeout 90s --record";
    Invocation.Exec exec = (Invocation.Exec) parse(options + " web net ss");
    assertEquals(List.of(options.split(" ")), exec.options());
    assertEquals(List.of(), ((Invocation.Exec) parse("web net ss")).options());
  }

  @Test
  void a_question_about_a_verb_is_about_any_of_them() {
    for (String verb : Grammar.verbs()) {
      assertEquals(Optional.of(verb), Grammar.nearestVerb(verb + "x"), verb);
      assertEquals(Optional.empty(), Grammar.nearestVerb(verb), verb);
    }
    assertEquals(Optional.empty(), Grammar.nearestVerb("x".repeat(60_000)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@/etc/passwd",
        "@@x",
        "${sys:user.home}",
        "${env:PATH}",
        "${sys:user.home:-x}",
        "%n",
        "%s",
        "$HOME",
        "\"quoted\"",
        "'quoted'",
        "\\",
        "a,b",
        "a=b",
        " ",
        "",
        "\u001b[2J",
        "\udcff",
        "ä",
        "${bundle:x}",
        "~",
        "*",
      })
  void a_word_is_taken_literally_wherever_it_stands(String word) throws Exception {
    assertEquals(TargetName.parse("x" + word), exec("x" + word, "net", "ss").target());
    assertEquals(List.of(word, word), exec("web", "net", "ss", word, word).arguments());
    assertEquals(word, exec("web", "net", word, "-t").tool());
    assertEquals(word, exec("web", "--", word, "-t").tool());
    Invocation.Exec exec =
        assertInstanceOf(
            Invocation.Exec.class, grammar.parse(List.of("--reason", word, "web", "net", "ss")));
    assertEquals(Optional.of(word), exec.reason());
    refused("", "web", word, "--", "ss");
  }

  /** Picocli would read the file as root, and use its content as the client's words. */
  @Test
  void a_word_with_an_at_sign_reads_no_file(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("words");
    Files.writeString(file, "web\nnet\nss\n");
    String word = "@" + file;
    assertEquals(new TargetName(Optional.empty(), word), exec(word, "net", "ss").target());
    assertEquals(List.of(word), exec("web", "net", "ss", word).arguments());
    refused("missing", word);
    refused("missing", "exec", word);
    refused("missing", "explain", word);
    assertEquals(
        new Invocation.Tools(
            Optional.of(new TargetName(Optional.empty(), word)),
            Optional.empty(),
            Optional.empty(),
            false),
        grammar.parse(List.of("tools", word)));
    for (String verb : List.of("audit", "version")) {
      refused("", verb, word);
    }
  }

  @Test
  void a_container_named_like_a_verb_is_reached_by_its_scheme_or_by_exec() throws Exception {
    for (String verb :
        List.of(
            "ps",
            "tools",
            "explain",
            "audit",
            "version",
            "exec",
            "sessions",
            "kill",
            "doctor",
            "completion",
            "help")) {
      assertEquals(
          line(Set.of(NET), "docker://" + verb, "ss"), exec("docker://" + verb, "net", "--", "ss"));
      assertEquals(line(Set.of(NET), verb, "ss"), exec("exec", verb, "net", "--", "ss"));
      assertEquals(
          new Invocation.Explain(
              line(Set.of(NET), verb, "ss"), false, false, Optional.empty(), false),
          grammar.parse(List.of("explain", verb, "net", "--", "ss")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-u 0, 0, 0",
    "-u 1000, 1000, 1000",
    "-u 1000:100, 1000, 100",
    "-u 0:5, 0, 5",
    "-u1000:0, 1000, 0",
    "-u 4294967294, 4294967294, 4294967294",
  })
  void a_user_is_a_number_and_has_the_group_of_that_number(String option, long uid, long gid)
      throws Exception {
    Invocation.Exec exec = (Invocation.Exec) parse(option + " web net ss");
    assertEquals(new RunAs(uid, gid), exec.line().runAs());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "+1",
        "-1",
        "01",
        "0x1",
        "1e0",
        "1.0",
        "1:",
        ":1",
        "1:1:1",
        "root",
        "root:root",
        "4294967295",
        "1:4294967295",
        "99999999999",
        "18446744073709551616",
        "١",
        "1\n",
        "1:-1",
      })
  void what_is_no_user_is_refused(String user) {
    refused("is not a user: write numbers", "-u", user, "web", "net", "ss");
    refused("is not a user: write numbers", "explain", "-u", user, "web", "net", "ss");
  }

  @Test
  void a_terminal_is_asked_for_before_the_tool_only() throws Exception {
    assertTrue(((Invocation.Exec) parse("-t web net ss")).terminal());
    assertTrue(((Invocation.Exec) parse("exec -t --reason x web net ss")).terminal());
    assertFalse(((Invocation.Exec) parse("web net ss -t")).terminal());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ps net -- ss",
        "tools net -- ss -t",
        "audit net -- ss",
        "version net ss",
        "sessions net -- ss",
        "kill net -- ss"
      })
  void a_verb_is_never_taken_for_a_container(String line) {
    refused("", line.split(" "));
  }

  @Test
  void sessions_are_listed_once_or_watched() throws Exception {
    assertEquals(new Invocation.Sessions(false, false), parse("sessions"));
    assertEquals(new Invocation.Sessions(true, true), parse("sessions --json --watch"));
  }

  @Test
  void a_session_to_end_is_named_by_the_beginning_of_its_number() throws Exception {
    assertEquals(new Invocation.Kill("0cd5", false), parse("kill 0cd5"));
    assertEquals(
        new Invocation.Kill("0cd5d2499138b92f", true), parse("kill 0cd5d2499138b92f --json"));
    refused("takes one SESSION", "kill");
    refused("takes one SESSION", "kill", "0cd5", "0cd6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "0cd", "0cd5d2499138b92f0", "0CD5", "-0cd5", "all", "0cd5*", " 0cd5"})
  void what_is_no_session_is_not_looked_for(String word) {
    refused("", "kill", word);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--record web net ss",
        "exec --record web net ss",
        "--reason x --record web net ss",
      })
  void a_session_may_be_recorded(String line) throws Exception {
    assertTrue(assertInstanceOf(Invocation.Exec.class, parse(line)).record());
  }

  @Test
  void a_recording_is_played_at_a_pace_that_may_be_chosen() throws Exception {
    assertEquals(
        new Invocation.Audit.Replay("899c", 1, Optional.empty(), ReplayForm.SHOWN),
        parse("audit replay 899c"));
    assertEquals(
        new Invocation.Audit.Replay("899c", 1, Optional.empty(), ReplayForm.RAW),
        parse("audit replay 899c --raw"));
    assertEquals(
        new Invocation.Audit.Replay(
            "899c", 2.5, Optional.of(Duration.ofSeconds(2)), ReplayForm.TEXT),
        parse("audit replay --speed 2.5 --max-pause 2s --text 899c"));
    assertEquals(
        new Invocation.Audit.Replay("899c", 1, Optional.empty(), ReplayForm.CAST),
        parse("audit replay 899c --json"));
    refused("three forms", "audit", "replay", "899c", "--json", "--raw");
    refused("SESSION is missing", "audit", "replay");
    refused("'89' is not a session", "audit", "replay", "89");
    refused("'' is not a session", "audit", "show", "");
    refused("unexpected argument", "audit", "replay", "899c", "899d");
    refused("a number from", "audit", "replay", "899c", "--speed", "0");
    refused("a number from", "audit", "replay", "899c", "--speed", "NaN");
    refused("not a length of time", "audit", "replay", "899c", "--max-pause", "long");
    refused("does not have it", "audit", "show", "899c", "--speed", "2");
    refused("does not have it", "audit", "replay", "899c", "--events");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--reas x web net ss", "--time 5s web net ss", "--r x web net ss", "--rec web net ss",
        "explain --js web net ss", "ps --js", "audit --j", "tools --jso",
      })
  void an_abbreviated_option_is_refused(String line) {
    refused("", line.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-x web net ss",
        "--no-such web net ss",
        "--json web net ss",
        "-n 5 web net ss",
        "- net ss x y --",
        "--reason",
        "--timeout",
        "--reason x",
        "--timeout 5s",
        "--reason --timeout 5s web net ss",
        "--reason a --reason b web net ss",
        "--timeout 1s --timeout 2s web net ss",
        "--record=x web net ss",
        "web",
        "web net",
        "web net --",
        "exec",
        "exec web",
        "explain",
        "explain web net --",
        "ps x y",
        "ps --json --json",
        "ps -- x y",
        "tools x y z",
        "version x",
        "version --short",
        "audit show",
        "audit show 899c s2",
        "audit show 899c --refused",
        "audit show 899c -n 5",
        "audit list list",
        "audit list --format ecs",
        "audit list --format html",
        "audit summary -n 5",
        "audit summary --follow",
        "audit summary x",
        "audit export --json",
        "audit export --format xml",
        "audit export --recordings",
        "audit export --recordings --format ecs",
        "audit export --follow",
        "audit verify --since 1h",
        "audit verify x",
        "audit access x",
        "audit access --operator ann",
        "audit --since",
        "audit --since soon",
        "audit --since 2026-13-01",
        "audit --since 2026-11-24T25:00",
        "audit --since -1h",
        "audit --operator",
        "audit -n",
        "audit -n 0",
        "audit -n -1",
        "audit -n x",
        "audit -n 1001",
        "audit -n 99999999999",
        "audit -n 1 -n 2",
        "audit -n 1.5",
        "PS",
        "web --each x -- ss",
      })
  void what_means_nothing_is_refused(String line) {
    refused("", line.split(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "web nett -- ss, unknown namespace 'nett'",
    "web net:uts -- ss, unknown namespace 'net:uts'",
    "docker:// net ss, 'docker://'",
    ":// net ss, '://'",
  })
  void a_line_s_words_are_refused_one_by_one(String line, String why) {
    refused(why, line.split(" "));
  }

  @Test
  void an_empty_target_is_refused() {
    refused("''", "", "net", "ss");
  }

  @Test
  void a_missing_word_is_named() {
    refused("TOOL is missing", "web");
    refused("TOOL is missing", "web", "--");
    refused("TOOL is missing", "web", "net");
    refused("TOOL is missing", "web", "net", "--");
    refused("TARGET and TOOL are missing", "exec");
  }

  @Test
  void without_namespaces_those_for_the_tool_are_wanted() {
    for (String line :
        List.of("web -- ss -t", "web ss -t", "exec web ss -t", "exec web -- ss -t")) {
      Line read = exec(line.split(" "));
      assertEquals(WantedNamespaces.Chosen.FOR_TOOL, read.namespaces(), line);
      assertEquals("ss", read.tool(), line);
      assertEquals(List.of("-t"), read.arguments(), line);
    }
  }

  @Test
  void a_misspelt_namespace_is_not_taken_for_a_tool() {
    refused("unknown namespace 'nte'", "web", "nte", "--", "ss");
    refused("unknown namespace 'mtn'", "web", "net,mtn", "ls");
    assertEquals("nte", exec("web", "nte", "ss").tool());
  }

  @Test
  void a_working_directory_is_read() {
    assertEquals(Optional.of("/etc"), exec("-w", "/etc", "web", "mnt", "ls").directory());
    assertEquals(Optional.of("/etc"), exec("--workdir", "/etc", "web", "ls").directory());
  }

  @Test
  void namespaces_are_read_as_nsenter_s_letters_too() {
    assertEquals(
        new WantedNamespaces.Listed(Set.of(NET, UTS, IPC)),
        exec("web", "n,uts,i", "ss").namespaces());
    assertEquals(WantedNamespaces.Chosen.ALL, exec("web", "all", "ss").namespaces());
  }

  @Test
  void the_verbs_that_print_take_json() throws Exception {
    assertEquals(ps(false), parse("ps"));
    assertEquals(ps(true), parse("ps --json"));
    assertEquals(
        new Invocation.Tools(Optional.empty(), Optional.empty(), Optional.empty(), true),
        parse("tools --json"));
    assertEquals(new Invocation.Diagnose(false), parse("doctor"));
    assertEquals(new Invocation.Diagnose(true), parse("doctor --json"));
    assertEquals(new Invocation.Version(true, Optional.empty()), parse("version --json"));
    assertEquals(new Invocation.Version(false, Optional.empty()), parse("--version"));
    assertEquals(listing(20, false), parse("audit"));
    assertEquals(listing(20, true), parse("audit --json list"));
    assertEquals(listing(5, false), parse("audit -n 5 list"));
    assertEquals(listing(5, true), parse("audit -n5 --json"));
    assertEquals(
        new Invocation.Explain(
            line(Set.of(NET), "web", "ss"), false, false, Optional.empty(), true),
        parse("explain --json web net ss"));
  }

  @Test
  void rights_are_asked_for_of_somebody_else_and_of_one_container() throws Exception {
    assertEquals(
        new Invocation.Explain(
            line(Set.of(NET), "web", "ss"), false, false, Optional.of("ann"), false),
        parse("explain --as ann web net ss"));
    assertEquals(
        new Invocation.Explain(
            line(Set.of(NET), "web", "ss", "--as", "ann"), false, false, Optional.empty(), false),
        parse("explain web net ss --as ann"));
    Optional<TargetName> web = Optional.of(TargetName.parse("docker://web"));
    assertEquals(
        new Invocation.Tools(web, Optional.empty(), Optional.empty(), false),
        parse("tools docker://web"));
    for (String line :
        List.of("tools --as ann --json docker://web", "tools docker://web --json --as=ann")) {
      assertEquals(
          new Invocation.Tools(web, Optional.empty(), Optional.of("ann"), true), parse(line));
    }
    for (String line :
        List.of("tools web ss db", "tools ://", "tools --as", "ps --as ann", "ps web db")) {
      assertThrows(UsageMistake.class, () -> parse(line), line);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-h", "--help", "help", "help exec"})
  void help_is_the_client_s(String line) {
    refused("help is printed by dbg", line.split(" "));
    refused("help is printed by dbg");
  }

  @Test
  void the_client_says_which_version_it_has_printed() throws Exception {
    assertEquals(
        new Invocation.Version(true, Optional.of("0.1")), parse("version --json --client 0.1"));
  }

  /** Picocli reuses its command objects for the next line. */
  private static Invocation listing(int count, boolean json) {
    return new Invocation.Audit.Listing(
        ANY, Optional.empty(), count, false, false, json, Invocation.Colour.AUTO);
  }

  private static final Invocation.RecordFilter ANY =
      new Invocation.RecordFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty());

  @Test
  void audit_has_filters_and_actions() throws Exception {
    assertEquals(
        new Invocation.Audit.Listing(
            new Invocation.RecordFilter(
                Optional.of(new Since.Ago(Duration.ofHours(2))),
                Optional.of(new Since.OnDay(0, LocalTime.MIDNIGHT)),
                Optional.of("oncall"),
                Optional.of("adguard-*"),
                Optional.of("ss"),
                true,
                true,
                Optional.of("5a88c881966016aa"),
                Optional.of("1000-7f3a"),
                Optional.of("INC-4711"),
                true,
                Optional.of("10.*")),
            Optional.of("0"),
            7,
            false,
            false,
            false,
            Invocation.Colour.ALWAYS),
        new Grammar()
            .parse(
                List.of(
                    "audit",
                    "--since",
                    "2 hours ago",
                    "--until=today",
                    "--operator=oncall",
                    "--container",
                    "adguard-*",
                    "--tool",
                    "ss",
                    "--refused",
                    "--mistyped",
                    "--shell",
                    "1000-7f3a",
                    "--session",
                    "5a88c881966016aa",
                    "--reason=INC-4711",
                    "--recorded",
                    "--from=10.*",
                    "--status=0",
                    "-n",
                    "7",
                    "--color=always")));
    assertEquals(new Invocation.Audit.Show("899c", true), parse("audit show 899c --json"));
    assertEquals(new Invocation.Audit.Access(false), parse("audit access"));
    assertEquals(
        new Invocation.Audit.Summary(ANY, false, Invocation.Colour.NEVER),
        parse("audit summary --color never"));
    assertEquals(
        new Invocation.Audit.Export(ANY, Invocation.ExportFormat.OCSF, false),
        parse("audit export --format ocsf"));
    assertEquals(
        new Invocation.Audit.Export(ANY, Invocation.ExportFormat.JSONL, false),
        parse("audit export"));
    assertEquals(
        new Invocation.Audit.Export(ANY, Invocation.ExportFormat.HTML, true),
        parse("audit export --recordings --format html"));
    assertEquals(new Invocation.Audit.Verify(false), parse("audit verify"));
    assertEquals(
        new Invocation.Audit.Listing(
            ANY, Optional.empty(), 20, true, false, false, Invocation.Colour.AUTO),
        parse("audit -f"));
    refused("leave one of them out", "audit", "-f", "--until", "17:00");
    refused("auto, always or never", "audit", "--color", "green");
    refused("a number or one of exit, signal", "audit", "--status", "dead");
    refused("leave out --events and --json", "audit", "--status", "0", "--json");
    refused("does not have it", "audit", "summary", "--status", "0");
    refused("does not have it", "audit", "verify", "--color", "always");
  }

  @ParameterizedTest
  @CsvSource({
    "90s, 2026-11-24T11:58:30Z",
    "1 minute ago, 2026-11-24T11:59:00Z",
    "3d, 2026-11-21T12:00:00Z",
    "1 week ago, 2026-11-17T12:00:00Z",
    "2026-11-23, 2026-11-23T00:00:00Z",
    "2026-11-23 08:30, 2026-11-23T08:30:00Z",
    "2026-11-23T08:30:15Z, 2026-11-23T08:30:15Z",
    "2026-11-23T08:30+01:00, 2026-11-23T07:30:00Z",
    "2026-11-23T08:30:15.123456789Z, 2026-11-23T08:30:15.123456789Z",
    "2026-11-23T08:30:15.5+01:00, 2026-11-23T07:30:15.5Z",
    "2026-11-23 08:30:15.25, 2026-11-23T08:30:15.25Z",
    "1h30m, 2026-11-24T10:30:00Z",
    "1d12h, 2026-11-23T00:00:00Z",
    "1 day 2 hours ago, 2026-11-23T10:00:00Z",
    "today, 2026-11-24T00:00:00Z",
    "yesterday, 2026-11-23T00:00:00Z",
    "yesterday 17:00, 2026-11-23T17:00:00Z",
    "11:59, 2026-11-24T11:59:00Z",
    "12:01, 2026-11-23T12:01:00Z",
  })
  void a_time_is_so_long_ago_or_a_date(String text, String time) {
    assertEquals(Instant.parse(time), Since.parse(text).orElseThrow().from(NOON, ZoneOffset.UTC));
  }

  /** On this day summer time ends in Berlin: the clock shows 02:30 twice. */
  @ParameterizedTest
  @CsvSource({
    "today, 2026-10-24T22:00:00Z",
    "yesterday, 2026-10-23T22:00:00Z",
    "08:00, 2026-10-25T07:00:00Z",
    "2026-10-25 02:30, 2026-10-25T00:30:00Z",
    "2026-10-25T02:30Z, 2026-10-25T02:30:00Z",
    "90m, 2026-10-25T10:30:00Z",
  })
  void a_day_and_a_time_of_day_are_those_of_the_reader_s_clock(String text, String time) {
    assertEquals(
        Instant.parse(time),
        Since.parse(text)
            .orElseThrow()
            .from(Instant.parse("2026-10-25T12:00:00Z"), ZoneId.of("Europe/Berlin")));
  }

  @Test
  void a_night_ends_after_it_began() {
    Since begin = Since.parse("22:00").orElseThrow();
    Since end = Since.parse("23:30").orElseThrow();
    Instant from = begin.from(NOON, ZoneOffset.UTC);
    assertEquals(Instant.parse("2026-11-23T22:00:00Z"), from);
    assertEquals(
        Instant.parse("2026-11-23T23:30:00Z"),
        Since.until(end, Optional.of(from), NOON, ZoneOffset.UTC));
    assertEquals(
        Instant.parse("2026-11-24T06:00:00Z"),
        Since.until(Since.parse("06:00").orElseThrow(), Optional.of(from), NOON, ZoneOffset.UTC));
    Instant atTen = Instant.parse("2026-11-24T10:00:00Z");
    assertEquals(
        Instant.parse("2026-11-24T23:30:00Z"),
        Since.until(end, Optional.of(atTen), NOON, ZoneOffset.UTC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ago",
        "today ",
        "17",
        "25:00",
        "7:00",
        "17:00Z",
        "todayT",
        "yesterday Z",
        "2026-11-24T",
        "2026-11-24Z",
        "2026-11-24T08:30.5Z",
        "2026-11-24T08:30:15.Z",
        "2026-11-24T08:30:15.1234567890Z",
        "2026-13-01",
        "2026-02-30",
        "tomorrow",
        "1h30",
        "h",
        "2026-11-24 17:00Europe/Berlin",
        "17:00 yesterday",
      })
  void other_words_are_no_time(String text) {
    assertEquals(Optional.empty(), Since.parse(text));
  }

  @Test
  void a_line_leaves_nothing_to_the_next() throws Exception {
    parse("--reason why --timeout 5s web net ss -tln");
    assertEquals(
        new Invocation.Exec(
            line(Set.of(NET), "db", "ip"),
            false,
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        parse("db net ip"));
    refused("missing", "exec");
    refused("missing", "--reason", "x");

    parse("-t -u 5 --record web net ss");
    Invocation.Exec plain = assertInstanceOf(Invocation.Exec.class, parse("web net ss"));
    assertEquals(RunAs.ROOT, plain.line().runAs());
    assertFalse(plain.terminal());
    assertFalse(plain.record());
    assertInstanceOf(Invocation.Exec.class, parse("web net ss"));

    parse("audit -n 5 --json list");
    assertEquals(listing(20, false), parse("audit"));
    refused("", "audit", "-n", "5", "nonsense");
    assertEquals(listing(20, false), parse("audit"));

    parse("explain --json web net ss -a");
    assertEquals(
        new Invocation.Explain(
            line(Set.of(NET), "web", "ss"), false, false, Optional.empty(), false),
        parse("explain web net ss"));
    parse("ps --json");
    assertEquals(ps(false), parse("ps"));
    parse("ps -aq -f name=a");
    assertEquals(ps(false), parse("ps"));
  }

  private static Invocation ps(boolean json) {
    return new Invocation.Ps(false, false, List.of(), Optional.empty(), json);
  }

  @Test
  void containers_are_listed_as_with_docker_ps() throws Exception {
    List<Invocation.ContainerFilter> filters =
        List.of(
            new Invocation.ContainerFilter(Invocation.FilterKey.LABEL, "team=dns"),
            new Invocation.ContainerFilter(Invocation.FilterKey.NAME, "web"));
    for (String line :
        List.of(
            "ps -a -q -f label=team=dns -f name=web",
            "ps -aqf label=team=dns --filter name=web",
            "ps --all --filter label=team=dns --quiet --filter=name=web")) {
      assertEquals(
          new Invocation.Ps(true, true, filters, Optional.empty(), false), parse(line), line);
    }
    refused("KEY one of label, name, image, runtime, status", "ps", "-f", "ancestor=web");
    refused("KEY one of label, name, image, runtime, status", "ps", "-f", "label");
    refused("lacks a value: type name=VALUE", "ps", "--filter", "name=");
    refused("leave one of them out", "ps", "-q", "--json");
    refused("", "ps", "-f");
    assertEquals(
        new Invocation.Ps(false, true, List.of(), Optional.of("-web"), false),
        parse("ps -q -- -web"));
    refused("", "ps", "web", "db");
  }

  /** A lock that somebody's line holds for long would be held against everybody. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void a_command_without_options_takes_no_lock() throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      synchronized (grammar) {
        for (String line : List.of("web net -- ss", "exec web -- ss", "explain web -- ss")) {
          Future<Invocation> read = other.submit(() -> grammar.parse(List.of(line.split(" "))));
          assertInstanceOf(Invocation.class, read.get());
        }
        Future<Invocation> wrong =
            other.submit(() -> grammar.parse(List.of("cp", "a:/b", "--", "x")));
        assertInstanceOf(
            UsageMistake.class, assertThrows(ExecutionException.class, wrong::get).getCause());
      }
    }
  }

  @Test
  void lines_of_many_threads_are_never_mixed() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Callable<Invocation>> lines =
          IntStream.range(0, 2_000)
              .<Callable<Invocation>>mapToObj(
                  i ->
                      () ->
                          grammar.parse(
                              i % 2 == 0
                                  ? List.of("--reason", "r" + i, "c" + i, "net", "ss", "a" + i)
                                  : List.of("c" + i, "net", "ss", "a" + i)))
              .toList();
      List<Future<Invocation>> read = threads.invokeAll(lines);
      for (int i = 0; i < read.size(); i++) {
        assertEquals(
            new Invocation.Exec(
                line(Set.of(NET), "c" + i, "ss", "a" + i),
                false,
                false,
                i % 2 == 0 ? Optional.of("r" + i) : Optional.empty(),
                Optional.empty(),
                Optional.empty()),
            read.get(i).get());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1s, 1",
    "90s, 90",
    "5m, 300",
    "1h, 3600",
    "1h30m, 5400",
    "1d12h, 129600",
    "1d1h1m1s, 90061",
    "999999h, 3599996400"
  })
  void a_length_of_time_is_read(String text, long seconds) throws Exception {
    assertEquals(Optional.of(Duration.ofSeconds(seconds)), Durations.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "5",
        "s",
        "0s",
        "05s",
        "-5s",
        "+5s",
        " 5s",
        "5s ",
        "5 s",
        "5S",
        "1.5h",
        "30m1h",
        "1h1h",
        "1h30",
        "1h 30m",
        "999999d",
        "1000000s",
        "99999999999999999999s",
        "0x5s",
        "1e3s",
        "５s",
        "5s\n",
        "PT5S",
        "5ms",
      })
  void what_is_no_length_of_time_is_refused(String text) {
    assertEquals(Optional.empty(), Durations.parse(text));
    refused(
        "is not a length of time: whole numbers and d, h, m or s",
        "--timeout",
        text.isEmpty() ? "x" : text,
        "web",
        "net",
        "ss");
  }

  private Invocation parse(String line) throws UsageMistake {
    return grammar.parse(List.of(line.split(" ")));
  }

  private Line exec(String... words) {
    try {
      return assertInstanceOf(Invocation.Exec.class, grammar.parse(List.of(words))).line();
    } catch (UsageMistake e) {
      throw new AssertionError(e.message(), e);
    }
  }

  private void refused(String why, String... words) {
    UsageMistake mistake =
        assertThrows(
            UsageMistake.class,
            () -> grammar.parse(List.of(words)),
            () -> List.of(words).toString());
    assertTrue(mistake.message().contains(why), mistake.message());
  }

  private static Line line(
      Set<NamespaceKind> namespaces, String target, String tool, String... arguments) {
    return line(namespaces, target, tool, List.of(arguments));
  }

  private static Line line(
      Set<NamespaceKind> namespaces, String target, String tool, List<String> arguments) {
    return new Line(
        TargetName.parse(target),
        new WantedNamespaces.Listed(namespaces),
        RunAs.ROOT,
        Optional.empty(),
        tool,
        arguments);
  }
}
