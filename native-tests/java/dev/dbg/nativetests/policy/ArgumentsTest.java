package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool may be run with the arguments that its entry knows, and with no others. */
@Tag("native")
final class ArgumentsTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-arguments");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ss -K",
        "ss -tK",
        "ss --kill",
        "ss -D /run/dump",
        "ss -D/run/dump",
        "ss -F /etc/shadow",
        "ss --filter=/etc/shadow",
        "ss -N other",
        "ss -E",
        "ss -t -- -K",
        "ss --num",
        "netstat --foo",
        "netstat --contin",
        "ip link set lo down",
        "ip l s lo down",
        "ip addr add 192.0.2.1/32 dev lo",
        "ip route flush table all",
        "ip -b /etc/shadow",
        "ip -ba /etc/shadow",
        "ip -batch /etc/shadow",
        "ip -force addr",
        "ip netns exec other sh",
        "ip -n other addr",
        "ip addr show dev lo; id",
        "hostname mine",
        "hostname -F /etc/shadow",
        "ipcs --foo",
      })
  void an_argument_that_does_more_than_show_is_refused(String line) {
    host.ann().runs("dbgt-arguments net,uts,ipc -- " + line).isRefused(line.split(" ", 2)[0]);
  }

  @Test
  void what_the_tool_is_given_is_rebuilt_and_recorded_beside_what_was_typed() {
    host.ann()
        .runs("dbgt-arguments net -- netstat --listening -tn --protocol=inet")
        .exits(0)
        .isRecorded()
        .leaves("intent")
        .says("/tool/argv_typed/0", "--listening")
        .says("/tool/argv_typed/1", "-tn")
        .says("/tool/argv_run/0", "netstat")
        .says("/tool/argv_run/1", "-l")
        .says("/tool/argv_run/2", "-t")
        .says("/tool/argv_run/3", "-n");
  }

  @Test
  void without_the_namespace_that_a_tool_is_about_it_is_refused() {
    host.ann()
        .runs("dbgt-arguments uts -- ss -tlnH")
        .isRefused("ss needs net, otherwise it shows the host");
  }

  @Test
  void a_tool_that_the_host_does_not_have_is_said_to_be_missing() {
    host.ann()
        .runs("dbgt-arguments net -- missing x")
        .fails(127, "this host has no missing", "(Debian's package: missing-tools)");
  }

  @Test
  void
      what_the_operators_shell_has_made_of_a_pattern_is_said_where_the_line_fails_or_it_was_a_star()
          throws IOException {
    String esc = "\u001b]0;x\u0007";
    for (String name :
        List.of(
            "a.conf", esc + ".conf", "z.conf", "a.txt", "b.txt", "dbgt-arguments", "net", "ls")) {
      Files.writeString(host.directory().resolve(name), "");
    }
    String in = "cd " + host.directory() + " && \"$DBG\" dbgt-arguments ";
    String hint = "words of this line are files of this host";

    for (String line :
        List.of(
            "-- ls -d *.conf",
            "-- ls -d " + host.directory() + "/*.conf",
            // Refused, as find takes one word here.
            "mnt -- find / -name *.txt")) {
      Ran ran = host.ann().runsScript(in + line).says(hint, "dbg shell -c");
      // Others may have given a file its name.
      assertFalse(ran.err().lines().anyMatch(said -> said.contains(hint) && said.contains(esc)));
    }

    // Of a line that did not fail, all that is to be seen in a directory is what a star makes.
    Path star = Files.createDirectory(host.directory().resolve("star"));
    for (String name : List.of("a", "b", "c", ".d")) {
      Files.writeString(star.resolve(name), "");
    }
    String say = in + "net -- act say " + star;
    Ran all = host.ann().runsScript(say + "/*").exits(0).says(hint);
    Ran some = host.ann().runsScript(say + "/a " + star + "/b").exits(0);
    Ran hidden = host.ann().runsScript(say + "/* " + star + "/.d").exits(0);
    assertFalse((some.err() + hidden.err()).contains(hint), all::toString);

    // Two names may have been typed; so may the words of the line itself.
    for (String line : List.of("-- ls -d *.txt", "net ls", "-- ls -d a.conf / z.conf / a.txt")) {
      Ran ran = host.ann().runsScript(in + line);
      assertFalse(ran.err().contains(hint), ran::toString);
    }
  }
}
