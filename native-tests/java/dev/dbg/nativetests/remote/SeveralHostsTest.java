package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Sshd;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One line on several hosts, {@code dbg -H HOST,HOST LINE}: each does as if it were alone. */
@ResourceLock(Sshd.LOGINS)
@Tag("native")
@Tag("whole")
final class SeveralHostsTest {
  private static final int SIGINT = 2;
  private static final int NO_SUCH_TOOL = 127;
  private static final int SSH_FAILED = 255;

  /** Times of rows are whole seconds. */
  private static final Duration MORE_THAN_A_SECOND = Duration.ofMillis(1100);

  private static final String LITTLE =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-several-*"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  @RegisterExtension static final Host one = Host.with(Host.EVERYTHING);

  @RegisterExtension static final Host two = Host.with(LITTLE);

  private static Sshd first;
  private static Sshd second;
  private static Sshd silent;
  private static String known;

  @BeforeAll
  static void start() {
    for (String name : List.of("a", "b")) {
      var _ =
          one.docker().starts("dbgt-several-" + name, "--hostname=" + name, "--label=app=several");
    }
    first = Sshd.of(one, one.ann());
    second = Sshd.of(two, two.ann());
    silent = Sshd.obeying(one, one.ann(), "sleep 300");
    known = Sshd.known(Map.of("one", first, "two", second, "silent", silent));
  }

  @AfterAll
  static void stop() {
    List.of(first, second, silent).forEach(Sshd::close);
  }

  private static Ran runs(String words) {
    return one.ann().runsScript(known + "exec $DBG " + words);
  }

  private static List<String> sorted(Ran ran) {
    return ran.lines().stream().sorted().toList();
  }

  private static void nothingStays(Ran ran) {
    Patience.until("the tools have ended", () -> one.processes().tools().isEmpty(), ran);
    Patience.until("sshd has ended", () -> first.sessions().isEmpty(), ran);
  }

  @Test
  void a_line_runs_on_each_for_the_same_reason_and_its_lines_have_the_host() {
    long before = two.audit().count("intent");
    Ran ran = runs("-H one,ssh://two --reason 'INC 7' dbgt-several-a uts -- hostname").exits(0);
    assertEquals(List.of("one | a", "two | a"), sorted(ran));
    ran.says("2 of 2 ended with status 0").leaves("intent").says("/reason", "INC 7");
    two.audit().last("intent").says("/reason", "INC 7");
    assertEquals(before + 1, two.audit().count("intent"));
    Ran shorter = one.ann().runsScript(known + "DBG_HOST=one,two exec $DBG version").exits(0);
    assertTrue(shorter.lines().getFirst().matches("(one|two) \\| dbg .*"), shorter::toString);
  }

  @Test
  void a_line_in_several_containers_has_host_and_container() {
    Ran ran = runs("-H one,two --each label:app=several uts -- hostname").exits(0);
    assertEquals(
        List.of(
            "one | docker://dbgt-several-a | a",
            "one | docker://dbgt-several-b | b",
            "two | docker://dbgt-several-a | a",
            "two | docker://dbgt-several-b | b"),
        sorted(ran));
  }

  @Test
  void a_host_that_fails_or_refuses_is_named_and_stops_no_other() {
    Ran down = runs("-H one,ann@127.0.0.1:1,two dbgt-several-a uts -- hostname").exits(SSH_FAILED);
    assertEquals(
        List.of("a", "a"),
        down.lines().stream().map(line -> line.replaceFirst("^(one|two) +\\| ", "")).toList());
    down.says("Connection refused", "ann@127.0.0.1:1 ended with status 255", "2 of 3 ended");
    Ran refused = runs("-H two,one dbgt-several-a mnt,uts -- hostname").exits(REFUSED);
    refused.says("two ended with status 126", "1 of 2 ended").leaves("result");
    two.audit().last("denied").says("/tool/name", "hostname");
    Ran both = runs("-H two,one dbgt-several-a uts -- act exit 7").exits(NO_SUCH_TOOL);
    both.says("one ended with status 7", "two ended with status 127", "0 of 2 ended");
  }

  @Test
  void a_host_that_says_nothing_is_named_and_a_signal_ends_the_line_on_all() {
    Running line =
        one.ann().startsScript(known + "exec $DBG -H one,silent dbgt-several-a uts -- act wait");
    line.prints("one    | waiting");
    line.prints("silent has printed nothing yet");
    Ran ran = line.gets("INT").ends().diesBy(SIGINT);
    ran.says("dbg: silent has printed nothing yet", "silent ended with status 130", "0 of 2 ended");
    assertFalse(ran.err().contains("one has printed nothing"), ran::toString);
    assertEquals(1, ran.all("result").size(), ran::toString);
    nothingStays(ran);
  }

  @Test
  void a_killed_client_ends_the_command_on_all_hosts() {
    Running line =
        one.ann()
            .startsScript(
                known + "exec $DBG -H one,silent,ann@127.0.0.1:1 dbgt-several-a uts -- act wait");
    line.prints("waiting");
    nothingStays(line.gets("KILL").ends());
  }

  @Test
  void standard_input_stays_unread_with_several_hosts() throws IOException {
    Path file = Files.writeString(one.directory().resolve("input"), "what the operator has\n");
    Ran ran =
        one.ann()
            .reading(file)
            .runsScript(known + "$DBG -H one,two dbgt-several-a uts -- act copy; cat");
    assertEquals(List.of("what the operator has"), ran.lines());
  }

  private static List<JsonNode> objects(Ran ran) throws IOException {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : ran.lines()) {
      objects.add(new ObjectMapper().readTree(line));
    }
    return objects;
  }

  @Test
  void json_has_the_host_as_its_reader_named_it_beside_what_that_host_said() throws IOException {
    List<JsonNode> listed = objects(runs("-H two,one ps --json label:app=several").exits(0));
    assertEquals(4, listed.size(), listed::toString);
    for (JsonNode object : listed) {
      assertTrue(object.at("/host").asText().matches("one|two"), object::toString);
      assertTrue(object.at("/said").toString().contains("dbgt-several-"), object::toString);
    }
    assertEquals(2, objects(runs("-H two,one explain --json dbgt-several-a -- hostname")).size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "shell dbgt-several-a",
        "forward dbgt-several-a 80",
        "connect x 80",
        "audit replay 1 --json",
        "audit --raw replay 1"
      })
  void what_has_one_other_end_is_for_one_host(String line) {
    runs("-H one,two " + line).exits(DBG_FAILED).says(" is for one host: type dbg -H ssh://HOST ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one,", "one,,two", "one,-oProxyCommand=id", "one,x`id`", "one,two:x"})
  void a_word_that_is_no_host_is_refused_before_any_is_asked(String hosts) {
    Ran ran = runs("-H '" + hosts + "' dbgt-several-a uts -- hostname").exits(DBG_FAILED);
    ran.says("is not a host");
    assertEquals(List.of(), ran.all("intent"), ran::toString);
  }

  @Test
  void tab_asks_the_first_alone() {
    Ran ran = runs("-H two,silent completion --line -- dbgt-several").exits(0);
    assertEquals(
        List.of("dbgt-several-a\ta container", "dbgt-several-b\ta container"), ran.lines());
  }

  /** The hosts of lines, by what comes before the first space, or by the members of objects. */
  private static List<String> hosts(List<String> lines) {
    return lines.stream().map(line -> line.replaceFirst("^(\\S+) .*", "$1")).toList();
  }

  @Test
  void logs_are_one_list_by_time() throws IOException {
    List<String> turns = List.of("two", "one", "one", "two", "one");
    for (String host : turns) {
      var _ = runs("-H " + host + " --reason merged dbgt-several-b uts -- hostname").exits(0);
      Patience.sleeps(MORE_THAN_A_SECOND);
    }

    Ran rows = runs("audit --host one,two --reason merged").exits(0);
    assertEquals(
        List.of("HOST", "|", "TIME", "STATUS", "OPERATOR", "SESSION", "WHAT"),
        List.of(rows.lines().getFirst().split(" +")));
    assertEquals(turns, hosts(rows.lines().subList(1, rows.lines().size())), rows::toString);
    assertTrue(
        rows.lines().getLast().matches("one +\\| \\S+Z  exit 0 .* -- hostname  # merged"),
        rows::toString);

    for (String verb :
        List.of("audit --json --reason merged -n 100", "audit export --format=jsonl")) {
      List<JsonNode> records =
          objects(runs("-H one,two " + verb).exits(0)).stream()
              .filter(record -> record.at("/said/reason").asText().equals("merged"))
              .toList();
      assertEquals(
          turns, records.stream().map(record -> record.at("/host").asText()).toList(), verb);
    }

    Ran events = runs("-H one,two audit --reason merged --events --color always").exits(0);
    assertTrue(events.out().matches("(?s)HOST \\| TIME +EVENT .*"), events::toString);
    assertEquals(1, events.lines().stream().filter(line -> line.contains("OPERATOR")).count());

    for (String line : runs("-H one,two audit export --format=csv").exits(0).lines()) {
      assertTrue(line.matches("(one|two) \\| .*,.*"), line);
    }

    Ran missing = runs("-H one,ann@127.0.0.1:1,two audit --reason merged").exits(DBG_FAILED);
    missing.says("ann@127.0.0.1:1 ended with status 255", "2 of 3 ended");
    assertEquals(turns, hosts(missing.lines().subList(1, missing.lines().size())));
  }

  @Test
  void logs_are_followed_as_their_hosts_write_them() {
    Running following = one.ann().startsScript(known + "exec $DBG -H one,two audit -fn1");
    following.prints("STATUS");
    var _ = runs("-H two --reason followed dbgt-several-a uts -- hostname").exits(0);
    following.prints("# followed");
    var _ = following.gets("INT").ends().diesBy(SIGINT);
  }
}
