package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;

import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.resolve.engine.AlteredEngines;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An engine's list of containers is kept, and is as a client of the engine was told in the very
 * next session, whatever has changed.
 */
@Tag("native")
@Tag("whole")
final class EngineListCacheTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["*"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-seen-*"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname"]
      """;

  /** dbgd compares a list at most every ten seconds while it does not agree. */
  private static final Duration COMPARED = Duration.ofSeconds(11);

  /** Longer than two changes of a file may have the same time. */
  private static final Duration SETTLED = Duration.ofMillis(200);

  private static final int ROUNDS = 10;

  @RegisterExtension static final Host host = told();

  /** It looks at no file again that it has read. */
  @RegisterExtension
  static final Host blind =
      told().inWhich(AlteredEngines.BlindToDocker.class, AlteredEngines.BlindToPodman.class);

  @BeforeAll
  static void keepLists() {
    for (Engine engine : new Engine[] {host.docker(), host.podman()}) {
      var _ = replica(engine, "dbgt-always-" + engine.scheme(), "dbgt-always");
    }
    Patience.sleeps(COMPARED);
    for (Host each : new Host[] {host, blind}) {
      var _ = each.ann().runs("dbgt-nobody net -- ss -tlnH").fails(DBG_FAILED, "no container");
    }
  }

  private static Host told() {
    return Host.with(POLICY)
        .asking(host -> host.engineStates(host.docker().socket(), host.podman().socket()));
  }

  static Stream<Engine> engines() {
    return Stream.of(host.docker(), host.podman());
  }

  private static Container replica(Engine engine, String name, String service) {
    return engine.starts(
        name,
        "--hostname",
        name,
        "--label",
        "com.docker.compose.project=dbgt-kept",
        "--label",
        "com.docker.compose.service=" + service);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_container_that_was_made_again_for_another_service_is_that_services(Engine engine) {
    String name = "dbgt-made-again-" + engine.scheme();
    String[] services = {"dbgt-first-" + engine.scheme(), "dbgt-second-" + engine.scheme()};
    for (int round = 0; round < ROUNDS; round++) {
      Container container = replica(engine, name, services[round % 2]);
      isEntered(host, services[round % 2], container);
      isNotFound(services[(round + 1) % 2]);
      container.isRemoved();
      isNotFound(services[round % 2]);
      isNotFound(name);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_container_that_was_renamed_is_seen_by_who_may_see_the_new_name(Engine engine) {
    String service = "dbgt-renamed-" + engine.scheme();
    String hidden = "dbgt-hidden-" + engine.scheme();
    String seen = "dbgt-seen-" + engine.scheme();
    Container container = replica(engine, hidden, service);
    for (int round = 0; round < ROUNDS; round++) {
      isHidden(host, service);
      container.isRenamed(seen);
      var _ = host.bob().runs(service + " uts -- hostname").prints(hidden + "\n").isRecorded();
      container.isRenamed(hidden);
    }
    // It keeps a list once it was the engine's, which is not so while other tests start containers.
    Patience.until(
        "whoever looks at no file again misses that a container was renamed",
        () -> {
          Ran before = blind.bob().runs(service + " uts -- hostname");
          container.isRenamed(seen);
          Ran after = blind.bob().runs(service + " uts -- hostname");
          container.isRenamed(hidden);
          return !after.isDbgsFailure() && after.end().equals(before.end());
        });
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_container_that_was_restarted_or_stopped_is_so_at_once(Engine engine) {
    String service = "dbgt-ends-" + engine.scheme();
    Container container = replica(engine, "dbgt-ending-" + engine.scheme(), service);
    isEntered(host, service, container);
    Patience.sleeps(SETTLED);
    isEntered(host, service, container);
    container.restarts();
    isEntered(host, service, container);
    container.stops();
    var _ = host.ann().runs(service + " net -- ss -tlnH").fails(DBG_FAILED, "is not running");
    container.isRemoved();
    isNotFound(service);
  }

  private static void isEntered(Host host, String service, Container container) {
    host.ann()
        .runs(service + " net -- ss -tlnH")
        .exits(0)
        .leaves("intent")
        .says("/target/id", container.id())
        .says("/target/pid", container.pid());
  }

  /** Equal refusals are recorded once. */
  private static void isHidden(Host host, String service) {
    var _ =
        host.bob()
            .runs(service + " uts -- hostname")
            .exits(REFUSED)
            .says("no container of that name");
  }

  private static void isNotFound(String name) {
    var _ = host.ann().runs(name + " net -- ss -tlnH").fails(DBG_FAILED, "no container");
  }
}
