package dev.dbg.nativetests.view;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static dev.dbg.nativetests.scene.target.Nsenter.seenMeanwhile;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.Target;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promise of dbg's command line: the operator sees what nsenter shows root. */
@Tag("native")
final class SameAsNsenterTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static Container scratch;
  private static Container readOnly;
  private static Container isolated;
  private static Container podman;
  private static BareProcess process;

  @BeforeAll
  static void start() {
    scratch = host.docker().starts("dbgt-scratch", Engine.BRIDGED, "--hostname", "adguard");
    readOnly =
        host.docker()
            .starts(
                "dbgt-read-only",
                "--read-only",
                "--cap-drop=ALL",
                "--cap-add=NET_BIND_SERVICE",
                "--security-opt=no-new-privileges");
    isolated = host.docker().starts("dbgt-isolated");
    podman = host.podman().starts("dbgt-same-podman", Engine.BRIDGED, "--hostname", "pod");
    process = BareProcess.in("--net", "--uts", "--ipc");
  }

  @AfterAll
  static void end() {
    process.ends();
  }

  static Stream<Container> containers() {
    return Stream.of(scratch, readOnly, isolated, podman);
  }

  static Stream<Target> targets() {
    return Stream.concat(containers(), Stream.of(process));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void netstat_shows_the_sockets_and_the_programs_behind_them(Container container) {
    host.ann()
        .runs(container.name() + " net -- netstat -tulpn")
        .sees(nsenter(container, "-n", "netstat", "-tulpn"));
  }

  @ParameterizedTest
  @MethodSource("containers")
  void ss_shows_the_listening_sockets(Container container) {
    host.ann()
        .runs(container.name() + " net -- ss -tlnH")
        .sees(nsenter(container, "-n", "ss", "-tlnH"));
  }

  @ParameterizedTest
  @MethodSource("targets")
  void ip_shows_the_addresses(Target target) {
    // An IPv6 address is tentative for a second or two.
    seenMeanwhile(
        () -> host.ann().runs(target.name() + " net -- ip addr show"),
        target,
        "-n",
        "ip",
        "addr",
        "show");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void netstat_shows_the_interfaces(Target target) {
    // Its counters include packets of neighbours and routers.
    seenMeanwhile(
        () -> host.ann().runs(target.name() + " net -- netstat -i"), target, "-n", "netstat", "-i");
  }

  @ParameterizedTest
  @MethodSource("targets")
  void with_uts_the_host_name_is_the_containers(Target target) {
    host.ann()
        .runs(target.name() + " net,uts -- hostname")
        .sees(nsenter(target, "-n", "-u", "hostname"));
  }

  @Test
  void the_containers_host_name_is_not_the_hosts() {
    host.ann().runs("dbgt-scratch uts -- hostname").prints("adguard\n").isRecorded();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void with_ipc_shared_memory_is_the_containers(Target target) {
    nsenter(target, "-i", "ipcmk", "-M", "4096").exits(0);

    host.ann()
        .runs(target.name() + " net,ipc -- ipcs -u")
        .sees(nsenter(target, "-n", "-i", "ipcs", "-u"));
  }

  @Test
  void an_owner_is_shown_by_number_for_the_hosts_names_are_not_the_containers() {
    nsenter(isolated, "-i", "ipcmk", "-M", "4096").exits(0);

    Ran oracle = nsenter(isolated, "-i", "ipcs", "-m");
    Ran seen = host.ann().runs("dbgt-isolated ipc -- ipcs -m").exits(0).isRecorded();

    assertEquals(oracle.out().replace("root", "0   "), seen.out());
  }

  @ParameterizedTest
  @MethodSource("targets")
  void the_tool_is_in_the_very_namespaces_that_were_asked_for_and_in_no_other(Target target) {
    List<String> seen =
        host.ann().runs(target.name() + " n,u,i -- look namespaces").exits(0).lines();
    List<String> oracle = nsenter(target, "-n", "-u", "-i", "look", "namespaces").lines();

    // What was not asked for is dbg's own, where nsenter has the host's; but for user, whose
    // namespace would change what the tool may do.
    Set<String> wanted = Set.of("net", "uts", "ipc", "user");
    for (int i = 0; i < oracle.size(); i++) {
      if (wanted.contains(oracle.get(i).split(":", 2)[0])) {
        assertEquals(oracle.get(i), seen.get(i));
      } else {
        assertNotEquals(oracle.get(i), seen.get(i));
      }
    }
  }

  @Test
  void the_record_names_the_container_the_namespaces_and_what_ran() {
    var ran = host.ann().runs("--reason ticket-7 dbgt-same-podman net -- netstat -ltn").exits(0);

    ran.leaves("intent")
        .says("/reason", "ticket-7")
        .says("/operator/user", host.ann().name())
        .says("/target/runtime", "podman")
        .says("/target/id", podman.id())
        .says("/target/name", "dbgt-same-podman")
        .says("/target/pid", podman.pid())
        .mentions("/target/namespaces/net", "net:[")
        .mentions("/namespaces", "net")
        .says("/tool/name", "netstat")
        .says("/tool/path", "/usr/bin/netstat")
        .mentions("/tool/argv_typed", "-ltn")
        .mentions("/tool/argv_run", "\"-l\",\"-t\",\"-n\"")
        .mentions("/decision/rule", "10-tests.toml:1");
  }
}
