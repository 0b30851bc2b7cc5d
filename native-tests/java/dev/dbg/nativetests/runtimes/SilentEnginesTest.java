package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.target.Container;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Engines that do not answer, which is when people debug: Docker accepts the request and says
 * nothing, Podman is not there. Their containers run on, and their state is on disk.
 */
@Tag("native")
@Tag("whole")
final class SilentEnginesTest {
  @RegisterExtension
  static final Host host =
      Host.with(
              """
              [[rule]]
              who = ["group:dbgt-ops"]
              containers = ["dbgt-*"]
              except = ["label:vault", "image:*vault*"]
              namespaces = ["net", "uts"]
              tools = ["ss", "hostname"]

              [[rule]]
              who = ["user:dbgt-ann"]
              containers = ["dbgt-*"]
              namespaces = ["net", "uts"]
              tools = ["ss", "hostname"]
              """)
          .asking(
              host ->
                  host.engineStates(
                      host.bystanders().hangsAt(host.directory().resolve("silent.sock")),
                      host.directory().resolve("nothing.sock")));

  /**
   * What is at Docker's place is a link to Podman's socket, as Debian's podman-docker makes one.
   */
  @RegisterExtension
  static final Host linked =
      Host.with(Host.EVERYTHING)
          .asking(
              host ->
                  "docker = [\"%s\"]\npodman = [\"%s\"]"
                      .formatted(linkTo(host.podman(), host), host.podman().socket()));

  private static Path linkTo(Engine engine, Host host) {
    Path link = host.directory().resolve("link.sock");
    String _ = Command.must("ln", "-s", engine.socket().toString(), link.toString());
    return link;
  }

  private static Container docker;
  private static Container podman;

  @BeforeAll
  static void start() {
    docker = host.docker().starts("dbgt-silent-docker", "--label", "team=dns");
    podman = host.podman().starts("dbgt-silent-podman", "--label", "team=dns");
  }

  static Stream<Container> containers() {
    return Stream.of(docker, podman);
  }

  static Stream<Engine> engines() {
    return Stream.of(host.docker(), host.podman());
  }

  @ParameterizedTest
  @MethodSource("containers")
  void a_container_is_found_by_the_state_on_the_disk(Container container) {
    for (String name : new String[] {container.name(), container.id().substring(0, 12)}) {
      host.ann()
          .runs(name + " net -- ss -tlnH")
          .says("state on the disk: its service does not answer")
          .sees(nsenter(container, "-n", "ss", "-tlnH"))
          .leaves("intent")
          .says("/target/id", container.id())
          .says("/target/name", container.name())
          .says("/target/pid", container.pid())
          .says("/target/way", "disk")
          .says("/target/image_id", container.image())
          .mentions("/target/image", "dbg-test/server");
    }
  }

  @Test
  void containers_of_a_silent_engine_are_listed() {
    String listed = host.ann().runs("ps --json").exits(0).out();

    for (Container container : new Container[] {docker, podman}) {
      assertTrue(
          listed
              .lines()
              .anyMatch(l -> l.contains(container.id()) && l.contains("\"way\":\"disk\"")),
          listed);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_stopped_container_of_a_silent_engine_is_reported_as_stopped(Engine engine) {
    String name = "dbgt-silent-ended-" + engine.scheme();
    engine.starts(name).isKilled();

    host.ann().runs(name + " net -- ss -tlnH").fails(DBG_FAILED, name + " is not running");
  }

  @Test
  void a_name_that_nobody_has_is_missing() {
    host.ann().runs("dbgt-silent-nothing net -- ss -tlnH").fails(DBG_FAILED, "no container");
  }

  @Test
  void a_link_to_another_engines_socket_is_no_engine() {
    Container container = linked.podman().starts("dbgt-silent-linked");

    linked
        .ann()
        .runs("dbgt-silent-linked net -- ss -tlnH")
        .sees(nsenter(container, "-n", "ss", "-tlnH"))
        .leaves("intent")
        .says("/target/runtime", "podman");
    linked
        .ann()
        .runs("docker://dbgt-silent-linked net -- ss -tlnH")
        .fails(DBG_FAILED, "no container");
    assertTrue(linked.ann().runs("doctor").out().contains("it is a symbolic link"));
  }

  /** Docker's state has the labels, Podman's does not. */
  @Test
  void labels_decide_where_they_are_known_and_against_the_operator_where_they_are_not() {
    host.docker().starts("dbgt-silent-vault", "--label", "vault");

    host.bob().runs("dbgt-silent-docker uts -- hostname").exits(0).isRecorded();
    host.bob().runs("dbgt-silent-vault uts -- hostname").isRefused("no container of that name");
    host.bob().runs("dbgt-silent-podman uts -- hostname").isRefused("no container of that name");
  }
}
