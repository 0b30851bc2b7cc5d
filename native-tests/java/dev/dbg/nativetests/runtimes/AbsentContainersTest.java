package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.target.Container;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that no container has, that two containers have, or whose container does not run. */
@Tag("native")
final class AbsentContainersTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  static Stream<Engine> engines() {
    return Stream.of(host.docker(), host.podman());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_stopped_container_is_said_to_be_stopped(Engine engine) {
    String name = "dbgt-absent-" + engine.scheme();
    engine.starts(name).stops();

    host.ann()
        .runs(name + " net -- ss -tlnH")
        .fails(DBG_FAILED, name + " is not running", "waits for its next start");
  }

  @Test
  void a_missing_container_is_said_to_be_missing_to_whoever_might_enter_it() {
    host.ann()
        .runs("dbgt-nothing net -- ss -tlnH")
        .fails(DBG_FAILED, "no container 'dbgt-nothing'", "dbg ps");
  }

  @Test
  void a_name_that_two_runtimes_know_is_refused_naming_both() {
    Container docker = host.docker().starts("dbgt-twin", "--hostname", "docker-twin");
    Container podman = host.podman().starts("dbgt-twin", "--hostname", "podman-twin");

    host.ann()
        .runs("dbgt-twin net -- ss -tlnH")
        .fails(DBG_FAILED, "ambiguous", "docker://dbgt-twin", "podman://dbgt-twin");
    host.ann()
        .runs("docker://dbgt-twin uts -- hostname")
        .sees(nsenter(docker, "-u", "hostname"))
        .leaves("intent")
        .says("/target/runtime", "docker");
    host.ann()
        .runs("podman://dbgt-twin uts -- hostname")
        .sees(nsenter(podman, "-u", "hostname"))
        .leaves("intent")
        .says("/target/runtime", "podman");
  }

  @Test
  void a_runtime_that_dbgd_does_not_know_is_named() {
    host.ann().runs("lxd://dbgt-x net -- ss -tlnH").fails(DBG_FAILED, "'lxd' is not a runtime");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_container_is_found_by_a_prefix_of_its_id(Engine engine) {
    Container container = engine.starts("dbgt-prefix-" + engine.scheme());

    host.ann()
        .runs(container.id().substring(0, 12) + " net -- ss -tlnH")
        .sees(nsenter(container, "-n", "ss", "-tlnH"))
        .leaves("intent")
        .says("/target/id", container.id());
  }

  @Test
  void a_container_that_was_restarted_is_entered_as_it_is_now() {
    Container container = host.docker().starts("dbgt-restarted");
    host.ann().runs("dbgt-restarted net -- ss -tlnH").exits(0);
    long before = container.pid();

    container.restarts();

    host.ann()
        .runs("dbgt-restarted net -- netstat -tulpn")
        .sees(nsenter(container, "-n", "netstat", "-tulpn"))
        .leaves("intent")
        .says("/target/pid", container.pid());
    assertNotEquals(before, container.pid());
  }

  @Test
  void a_paused_container_can_be_looked_into() {
    Container container = host.docker().starts("dbgt-paused");
    container.pauses();

    host.ann().runs("dbgt-paused net -- ss -tlnH").sees(nsenter(container, "-n", "ss", "-tlnH"));
  }
}
