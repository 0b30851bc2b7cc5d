package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.resolve.engine.AlteredEngines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A container that has not changed is not asked for again; one that was renamed, restarted or ended
 * is, in the very next session.
 */
@Tag("native")
final class EngineContainerCacheTest {
  /** Longer than two changes of a file may have the same time. */
  private static final Duration SETTLED = Duration.ofMillis(200);

  private static final int SWAPS = 30;

  @RegisterExtension static final Host host = told();

  /** It looks at no file of Docker's again that it has read. */
  @RegisterExtension
  static final Host blindToDocker = told().inWhich(AlteredEngines.BlindToDocker.class);

  /** The same of Podman's. Apart, as any list would read those before there is a container. */
  @RegisterExtension
  static final Host blindToPodman = told().inWhich(AlteredEngines.BlindToPodman.class);

  @RegisterExtension static final Host inert = told().inWhich(AlteredEngines.Inert.class);

  @RegisterExtension
  static final Host moving =
      Host.with(Host.EVERYTHING)
          .asking(host -> host.engineStates(linked(host), host.directory().resolve("nothing")));

  /** A host whose dbgd knows where the engines keep their state. */
  private static Host told() {
    return Host.with(Host.EVERYTHING)
        .asking(host -> host.engineStates(host.docker().socket(), host.podman().socket()));
  }

  private static Path linked(Host host) {
    Path socket = host.directory().resolve("docker.sock");
    host.bystanders().answersAt(socket, host.docker());
    return socket;
  }

  static Stream<Engine> engines() {
    return Stream.of(host.docker(), host.podman());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_container_that_has_not_changed_is_known(Engine engine) {
    Container container = engine.starts("dbgt-known-" + engine.scheme());
    Patience.sleeps(SETTLED);
    becomesKnown(host, container.name());

    host.ann()
        .runs(container.name() + " net -- ss -tlnH")
        .sees(nsenter(container, "-n", "ss", "-tlnH"))
        .leaves("intent")
        .says("/target/id", container.id())
        .says("/target/image_id", container.image());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_session_after_a_change_of_names_enters_what_has_the_name_now(Engine engine) {
    String name = "dbgt-swap-" + engine.scheme();
    Host blind = engine.scheme().equals("docker") ? blindToDocker : blindToPodman;
    Container one = engine.starts(name, "--hostname", "one");
    Container two = engine.starts(name + "-other", "--hostname", "two");
    Patience.sleeps(SETTLED);
    becomesKnown(host, name);
    becomesKnown(blind, name);

    for (int swap = 1; swap <= SWAPS; swap++) {
      boolean isTwos = swap % 2 == 1;
      Container old = isTwos ? one : two;
      Container now = isTwos ? two : one;
      old.isRenamed(name + "-third");
      now.isRenamed(name);
      old.isRenamed(name + "-other");
      assertEquals(isTwos ? "two" : "one", hostname(host, name), () -> "after a swap");
      if (isTwos) {
        assertNotEquals("two", hostname(blind, name));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_container_that_was_restarted_is_entered_at_once(Engine engine) {
    Container container = engine.starts("dbgt-again-" + engine.scheme());
    Patience.sleeps(SETTLED);
    becomesKnown(host, container.name());
    container.restarts();

    host.ann()
        .runs(container.name() + " net -- look namespaces")
        .exits(0)
        .leaves("intent")
        .says("/target/pid", container.pid());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_container_that_was_stopped_is_said_not_to_run(Engine engine) {
    Container container = engine.starts("dbgt-stopped-" + engine.scheme());
    Patience.sleeps(SETTLED);
    becomesKnown(host, container.name());
    container.stops();

    host.ann()
        .runs(container.name() + " net -- ss -tlnH")
        .fails(DBG_FAILED, container.name() + " is not running");
  }

  /** Podman's lists do not change when a container ends. */
  @Test
  void a_dbgd_that_does_not_look_at_the_process_believes_that_it_has_just_ended() {
    Container container = host.podman().starts("dbgt-inert");
    Patience.sleeps(SETTLED);
    becomesKnown(inert, container.name());
    container.stops();

    inert
        .ann()
        .runs(container.name() + " net -- ss -tlnH")
        .fails(DBG_FAILED, "was restarted or ended just now");
  }

  @Test
  void a_known_container_is_entered_while_its_engine_hangs() {
    Container container = host.docker().starts("dbgt-hung");
    Patience.sleeps(SETTLED);
    becomesKnown(moving, container.name());
    Path socket = moving.directory().resolve("docker.sock");
    Path _ = moving.bystanders().hangsAt(socket);

    // An engine that was asked in vain would make it "disk".
    assertEquals("known", way(moving, container.name()));
  }

  private static void becomesKnown(Host host, String name) {
    Patience.until(name + " is known", () -> way(host, name).equals("known"));
  }

  private static String way(Host host, String name) {
    return host.ann().runs(name + " net -- ss -tlnH").exits(0).leaves("intent").text("/target/way");
  }

  private static String hostname(Host host, String name) {
    return host.ann().runs(name + " uts -- hostname").exits(0).out().strip();
  }
}
