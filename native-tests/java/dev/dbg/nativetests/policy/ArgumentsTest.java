package dev.dbg.nativetests.policy;

import dev.dbg.nativetests.scene.host.Host;
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
        .fails(127, "this host has no missing", "apt install missing-tools");
  }
}
