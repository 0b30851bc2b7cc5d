package dev.dbg.nativetests.identity;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.reader.AlteredReader;
import dev.dbg.resolve.user.AlteredUsers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * For a container of a user's Podman that has not changed, nobody is asked and no reader started;
 * one that was renamed, restarted or ended is asked for in the very next session. A service that
 * does not run is not started.
 */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class HeardUsersTest {
  /** Longer than two changes of a file may have the same time. */
  private static final Duration SETTLED = Duration.ofMillis(200);

  private static final int SWAPS = 10;

  private static final String POLICY =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["podman://dbgt-una/*"]
      namespaces = ["net", "uts"]
      tools = ["ss", "hostname", "look"]
      """;

  @RegisterExtension static final Host host = hearing();

  /** It does not look whether the list of containers has changed. */
  @RegisterExtension static final Host blind = hearing().inWhich(AlteredUsers.Blind.class);

  /** It does not look whether the process is still there. */
  @RegisterExtension static final Host inert = hearing().inWhich(AlteredUsers.Inert.class);

  /** It does not look whether there is a service now. */
  @RegisterExtension static final Host deaf = hearing().inWhich(AlteredUsers.Deaf.class);

  /** It asks a service for which systemd listens. */
  @RegisterExtension static final Host waking = hearing().inWhich(AlteredReader.Waking.class);

  private static Host hearing() {
    return Host.with(POLICY).withAnsweringEngines();
  }

  private static HostUser una;

  @BeforeAll
  static void come() {
    una = HostUser.called("dbgt-una");
  }

  @AfterAll
  static void go() {
    una.close();
  }

  @BeforeEach
  void start() {
    una.podman().startsService();
  }

  @AfterEach
  void end() {
    una.podman().endsService();
    hasNoUnits();
  }

  private static Container starts(String name, String... options) {
    Container container = una.podman().starts("dbgt-heard-" + name, options);
    Patience.sleeps(SETTLED);
    return container;
  }

  private static void becomes(Host at, String way, String name) {
    Patience.until(name + " is " + way, () -> way(at, name).equals(way));
  }

  private static String way(Host at, String name) {
    return at.ann().runs(name + " net -- ss -tlnH").exits(0).leaves("intent").text("/target/way");
  }

  private static String hostname(Host at, String name) {
    return at.ann().runs(name + " uts -- hostname").exits(0).out().strip();
  }

  private static List<Long> readers() {
    String uid = una.does("id", "-u").strip();
    return host.processes().readers().stream()
        .filter(reader -> Processes.isOf(uid, reader))
        .toList();
  }

  /** As the user's systemd makes it for podman.socket, which starts the service. */
  private static void isSystemds() {
    String _ = una.does("chmod", "0660", una.runtime("podman/podman.sock").toString());
  }

  private static void hasService() {
    String units = una.runtime("systemd/units").toString();
    String _ = una.does("mkdir", "-p", units);
    String _ = una.does("ln", "-sfn", "0", units + "/invocation:podman.service");
  }

  private static void hasNoUnits() {
    String _ = una.does("rm", "-rf", una.runtime("systemd").toString());
  }

  @Test
  void a_container_that_has_not_changed_is_known_without_a_reader() {
    Container web = starts("web", "--label=team=dns");
    becomes(host, "known", web.name());
    readers().forEach(reader -> Processes.signal("KILL", reader));
    Patience.until("the readers are gone", () -> readers().isEmpty());
    una.podman().endsService();

    for (String name : List.of(web.name(), web.id(), "podman://dbgt-una/" + web.name())) {
      host.ann()
          .runs(name + " net -- ss -tlnH")
          .sees(nsenter(web, "-n", "ss", "-tlnH"))
          .leaves("intent")
          .says("/target/way", "known")
          .says("/target/owner", "dbgt-una")
          .says("/target/id", web.id())
          .says("/target/name", web.name())
          .says("/target/pid", web.pid());
    }
    assertEquals(List.of(), readers());
  }

  @Test
  void the_session_after_a_change_of_names_enters_what_has_the_name_now() {
    Container one = starts("swap", "--hostname=one");
    String name = one.name();
    Container two = starts("swap-other", "--hostname=two");
    becomes(host, "known", name);
    becomes(blind, "known", name);

    for (int swap = 1; swap <= SWAPS; swap++) {
      boolean isTwos = swap % 2 == 1;
      Container old = isTwos ? one : two;
      Container now = isTwos ? two : one;
      old.isRenamed(name + "-third");
      now.isRenamed(name);
      old.isRenamed(name + "-other");
      assertEquals(isTwos ? "two" : "one", hostname(host, name), "after a swap");
      if (isTwos) {
        assertNotEquals("two", hostname(blind, name));
      }
    }
  }

  @Test
  void a_container_that_was_restarted_is_entered_at_once_and_known_again() {
    Container container = starts("again");
    becomes(host, "known", container.name());
    container.restarts();

    host.ann()
        .runs(container.name() + " net -- look namespaces")
        .exits(0)
        .leaves("intent")
        .says("/target/pid", container.pid());
    becomes(host, "known", container.name());
  }

  @Test
  void a_container_that_was_stopped_is_said_not_to_run() {
    Container container = starts("stopped");
    becomes(host, "known", container.name());
    becomes(inert, "known", container.name());
    container.stops();

    Ran _ =
        host.ann()
            .runs(container.name() + " net -- ss -tlnH")
            .fails(DBG_FAILED, container.name() + " is not running");
    inert
        .ann()
        .runs(container.name() + " net -- ss -tlnH")
        .fails(DBG_FAILED, "was restarted or ended just now");
  }

  @Test
  void a_service_that_systemd_would_start_is_not_asked_until_it_runs() {
    Container container = starts("asleep");
    isSystemds();
    becomes(host, "disk", container.name());
    becomes(deaf, "disk", container.name());
    // The service has heard nothing of the others, and this one is answered by it.
    becomes(waking, "known", container.name());

    hasService();
    Patience.sleeps(SETTLED);
    becomes(host, "known", container.name());
    assertEquals("disk", way(deaf, container.name()));
  }
}
