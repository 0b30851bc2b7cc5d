package dev.dbg.nativetests.terminal;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --each}: the same line in several containers. */
@Tag("native")
@Tag("whole")
final class EachTest {
  private static final int SIGINT = 2;
  private static final int AT_ONCE = 5;

  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-each-*", "dbgt-alone"]
      namespaces = ["net", "uts", "mnt"]
      tools = ["hostname", "cat", "act", "status", "logs"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-each-a"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  /** A name of another container's, after the carriage return that would bring it to the front. */
  private static final String FORGED = "\rdocker://dbgt-each-b | forged";

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension static final Host limited = host.limitedTo("sessions-per-user = 2");

  @BeforeAll
  static void start() throws IOException {
    Path words = host.directory().resolve("words");
    Files.writeString(words, "first\n" + FORGED + "\n\033[7mlast");
    host.docker()
        .starts("dbgt-each-a", "--hostname=a", "--label=app=web", "--volume=" + words + ":/words");
    for (String name : List.of("b", "c", "d")) {
      var _ = host.docker().starts("dbgt-each-" + name, "--hostname=" + name, "--label=app=db");
    }
    var _ = host.podman().starts("dbgt-each-p", "--hostname=p", "--label=app=web");
    var _ = host.docker().starts("dbgt-alone", "--hostname=alone");
    var _ = host.docker().starts("dbgt-hidden", "--hostname=hidden", "--label=app=web");
  }

  @ParameterizedTest
  @CsvSource({
    "dbgt-each-*, a b c d p",
    "docker://dbgt-each-*, a b c d",
    "label:app=web, a p",
    "label:app, a b c d p",
    "dbgt-alone, alone",
    "all, a alone b c d p",
  })
  void a_line_runs_in_each_container_that_the_pattern_matches(String pattern, String hosts) {
    Ran ran = host.ann().runs("--each " + pattern + " uts -- hostname").exits(0);

    List<String> names = List.of(hosts.split(" ", -1));
    assertEquals(
        names,
        ran.lines().stream().map(line -> line.replaceFirst(".* \\| ", "")).sorted().toList());
    for (String line : ran.lines()) {
      assertTrue(
          line.matches("(docker|podman)://dbgt-(each-([a-dp])|alone) +\\| (\\3|alone)"), line);
    }
    ran.says("%d of %d ended with status 0".formatted(names.size(), names.size()));
    assertEquals(names.size(), ran.all("intent").size(), ran::toString);
  }

  @Test
  void only_what_its_user_may_enter_is_tried() {
    Ran ran = host.bob().runs("--each dbgt-* uts -- hostname").exits(0);

    assertEquals(List.of("docker://dbgt-each-a | a"), ran.lines());
    ran.says("1 of 1");
    assertEquals(List.of(), ran.all("denied"), ran::toString);
  }

  @Test
  void the_statuses_are_counted_and_the_greatest_is_the_lines() {
    Ran ran = host.ann().runs("--each docker://dbgt-each-* mnt -- cat /words").exits(1);

    ran.says("docker://dbgt-each-b ended with status 1", "1 of 4 ended with status 0");
    assertFalse(ran.err().contains("docker://dbgt-each-a ended"), ran::toString);
    assertEquals("docker://dbgt-each-a | first", ran.lines().getFirst());
    assertTrue(ran.err().contains("docker://dbgt-each-b | cat: /words: No such file"), ran::err);
  }

  @Test
  void a_line_that_the_policy_refuses_is_refused_in_each() {
    Ran ran = host.ann().runs("--each label:app=web uts -- ls /").exits(126);

    ran.says("docker://dbgt-each-a ended with status 126", "0 of 2 ended with status 0");
    assertEquals(2, ran.all("denied").size(), ran::toString);
  }

  @Test
  void output_of_one_container_does_not_pass_for_anothers() {
    Ran ran = host.ann().atTerminal().runs("--each docker://dbgt-each-a mnt -- cat /words");

    String name = "docker://dbgt-each-a | ";
    assertEquals(
        List.of(name + "first", name + FORGED.replace("\r", "^M"), name + "\033[7mlast\033[m"),
        ran.lines().subList(0, 3));
  }

  @Test
  void json_is_printed_as_it_is() {
    List<String> lines = host.ann().runs("status --each label:app=web --json").exits(0).lines();
    assertEquals(2, lines.size());
    assertTrue(lines.stream().allMatch(line -> line.startsWith("{")), lines::toString);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status --each label:app=web",
        "logs --each label:app=web",
        "tools --each label:app=web",
        "exec --each label:app=web uts -- hostname",
        "explain --each label:app=web uts -- hostname",
      })
  void each_verb_about_a_container_takes_it(String line) {
    Ran ran = host.ann().runs(line).exits(0).says("2 of 2 ended with status 0");
    assertTrue(
        ran.lines().stream().allMatch(one -> one.matches("[a-z]+://dbgt-each-[ap] \\| .*")),
        ran::toString);
  }

  @Test
  void whatever_ends_it_ends_all_of_them() {
    Running line = host.ann().starts("--each dbgt-each-* net -- act wait");
    Patience.until("all wait", () -> host.processes().startedAs("act", "wait").size() == AT_ONCE);

    var _ = line.gets("KILL").ends();

    Patience.until("none is left", () -> host.processes().startedAs("act", "wait").isEmpty());
  }

  @Test
  void as_many_run_at_the_same_time_as_there_are_places_and_a_signal_ends_all_of_them() {
    Running line = limited.ann().starts("--each dbgt-each-* net -- act wait");
    Patience.until("two wait", () -> limited.processes().startedAs("act", "wait").size() == 2);
    Patience.sleeps(Duration.ofMillis(500));
    assertEquals(2, limited.processes().startedAs("act", "wait").size());

    Ran ran = line.gets("INT").ends().diesBy(SIGINT);

    ran.says("0 of 5 ended with status 0");
    assertEquals(2, ran.all("intent").size(), ran::toString);
    assertTrue(ran.all("denied").size() <= 3, ran::toString);
    assertFalse(ran.err().contains("you have 2 sessions"), ran::toString);
    assertEquals(List.of(), limited.processes().startedAs("act", "wait"));
  }

  @Test
  void what_found_no_place_is_run_when_another_has_ended() {
    Ran ran = limited.ann().runs("--each dbgt-each-* uts -- hostname").exits(0);

    assertEquals(5, ran.lines().size(), ran::toString);
    ran.says("5 of 5 ended with status 0");
    assertFalse(ran.err().contains("sessions"), ran::toString);
    assertEquals(5, ran.all("intent").size(), ran::toString);
  }

  @Test
  void without_any_place_it_is_refused() {
    List<Running> others =
        List.of(
            limited.ann().starts("dbgt-alone net -- act wait").prints("waiting"),
            limited.ann().starts("dbgt-alone net -- act wait").prints("waiting"));

    Ran ran = limited.ann().runs("--each dbgt-each-* uts -- hostname").exits(DBG_FAILED);

    ran.says("| dbg: you have 2 sessions", "0 of 5 ended with status 0");
    others.forEach(other -> other.gets("TERM").ends());
  }

  @ParameterizedTest
  @CsvSource({
    "--each, needs a pattern and a line",
    "--each all, needs a pattern and a line",
    "--each=all -- hostname, in two words: --each all",
    "--each dbgt-none* uts -- hostname, no running container that you may enter matches",
    "--each dbgt-hidden uts -- hostname, no running container that you may enter matches",
    "--each label: uts -- hostname, label:",
    "--each -x uts -- hostname, matches no name",
    "dbgt-each-a --each all -- hostname, --each comes first",
  })
  void what_means_nothing_is_refused_with_what_to_type(String line, String message) {
    host.ann().runs(line).exits(DBG_FAILED).says(message);
  }
}
