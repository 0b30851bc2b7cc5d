package dev.dbg.nativetests.runtimes;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.authorize.AlteredAuthorize;
import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.engine.Pods.Pod;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.target.Task;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.session.AlteredSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code dbg --wait}: a line that waits for the start of a container that does not run. */
@Tag("native")
@Tag("whole")
final class AwaitedStartsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-wait-*"]
      namespaces = ["net", "uts", "pid", "mnt"]
      tools = ["ss", "hostname", "strace", "act", "look", "tail"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["label:team=dns"]
      namespaces = ["uts"]
      tools = ["hostname"]

      [[rule]]
      who = ["user:dbgt-cal"]
      containers = ["k8s://dbgt-prod/*"]
      namespaces = ["uts"]
      tools = ["hostname"]
      """;

  private static final String WITHOUT_BOB = POLICY.replace("dbgt-bob", "dbgt-eve");

  private static final String WAITING = "waiting 120 s for the start of ";

  private static final int TIMED_OUT = 124;
  private static final int INTERRUPT = 2;
  private static final int HANG_UP = 1;
  private static final int KILL = 9;
  private static final int TERMINATE = 15;

  /** What the shell adds to the number of the signal that ended a program. */
  private static final int BY_SIGNAL = 128;

  /** Longer than any wait for another's look. */
  private static final Duration SOME_LOOKS = Duration.ofMillis(1500);

  /** A container that ends before the tool has begun is no failure: the next start is awaited. */
  private static final int MOST_STARTS = 10;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension static final Host kubelet = host.asking(own -> own.containerd().settings());

  @RegisterExtension static final Host narrow = host.limitedTo("sessions-per-user = 1");

  @RegisterExtension
  static final Host withoutPlaces = narrow.inWhich(AlteredSession.WithoutPlaces.class);

  @RegisterExtension static final Host unlisted = host.inWhich(AlteredSession.Unlisted.class);

  @RegisterExtension
  static final Host withOldRights = host.inWhich(AlteredSession.WithOldRights.class);

  @RegisterExtension static final Host askingForAll = host.inWhich(AlteredAuthorize.Asking.class);

  @RegisterExtension static final Host watchingOn = host.inWhich(AlteredSession.WatchingOn.class);

  @AfterEach
  void tidy() {
    for (Host each : List.of(host, withOldRights)) {
      each.config().writePolicy(POLICY);
      var _ = each.daemon().reloads();
    }
  }

  private static Engine engine(String scheme) {
    return scheme.equals("docker") ? host.docker() : host.podman();
  }

  private static Container stopped(String name, String... options) {
    Container container =
        engine(name.contains("podman") ? "podman" : "docker")
            .starts(name, List.of(options), "/act", "wait");
    container.isKilled();
    return container;
  }

  /** A line of a user's that waits, on record or not. */
  private static Running waits(Running line) {
    return line.prints(WAITING);
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void it_waits_until_the_container_starts_and_enters_that_one(String scheme) {
    Container container = stopped("dbgt-wait-" + scheme, "--hostname", "dbgt-awaited");
    Running dbg = waits(host.ann().starts("--wait=2m " + container.name() + " uts -- hostname"));
    dbg.prints(": " + container.name() + " is not running (");
    String session = listed(host.ann(), container.name()).text("/session");
    container.isStarted();

    Ran ran = dbg.ends().sees(nsenter(container, "-u", "hostname"));
    assertTrue(Long.parseLong(ran.leaves("intent").text("/waited_us")) > 0, ran::toString);
    ran.leaves("intent").says("/target/id", container.id()).says("/session", session);
  }

  /** What {@code dbg sessions} says of the line that waits for this name. */
  private static AuditRecord listed(Operator operator, String name) {
    return operator.runs("sessions --json").exits(0).lines().stream()
        .filter(line -> line.contains("\"container\":\"" + name + "\",\"state\":\"waiting\""))
        .map(AuditRecord::of)
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not listed"));
  }

  @Test
  void a_waiting_command_is_listed_and_ended_by_operator_and_root() {
    var _ = stopped("dbgt-wait-listed");
    for (Operator by : List.of(host.ann(), host.root())) {
      Running dbg = waits(host.ann().starts("--wait=2m dbgt-wait-listed net -- ss -tlnH"));
      AuditRecord line = listed(by, "dbgt-wait-listed").says("/operator", "dbgt-ann");
      String session = line.says("/tool", "ss").says("/id", "").text("/session");
      String table = by.runs("sessions").exits(0).out();
      assertTrue(
          table.matches("(?s).*dbgt-ann +dbgt-wait-listed +waiting +00:.* net -- ss -tlnH\n"),
          table);
      assertEquals("", host.bob().runs("sessions --json").exits(0).out());
      host.bob().runs("kill " + session).fails(DBG_FAILED, "no session");

      assertTrue(by.runs("kill " + session).exits(0).out().contains("dbgt-wait-listed, has ended"));

      AuditRecord kill = host.audit().last("kill").says("/killed/session", session);
      kill.says("/target/asked", "dbgt-wait-listed").says("/tool/name", "ss");
      String who = kill.text("/operator/user");
      dbg.ends().diesBy(TERMINATE).says("dbg: the wait was ended by " + who + " with dbg kill\n");
      host.audit()
          .waitsFor("denied", session)
          .says("/outcome/signal", TERMINATE)
          .says("/outcome/status", BY_SIGNAL + TERMINATE)
          .says("/ended/how", "kill")
          .says("/ended/user", who)
          .says("/ended/session", kill.text("/session"));
    }
    Running dbg = waits(unlisted.ann().starts("--wait=2m dbgt-wait-listed net -- ss -tlnH"));
    assertEquals("", unlisted.ann().runs("sessions --json").exits(0).out());
    var _ = dbg.gets("INT").ends();
  }

  /** As a kubelet does, the next attempt is another container. */
  @ParameterizedTest
  @ValueSource(strings = {"cal", "bob"})
  void a_pods_container_is_entered_at_its_next_attempt(String user) {
    String name = "dbgt-again-" + user;
    Pod pod =
        kubelet
            .containerd()
            .pods()
            .starts("dbgt-prod", name, PodOptions.NONE.labelled("team", "dns"));
    Task first = pod.starts("app");
    pod.stops(first);
    Operator operator = user.equals("cal") ? kubelet.cal() : kubelet.bob();
    assertEquals("", operator.runs(first.name() + " uts -- hostname").out());
    Running dbg =
        operator.startsUntilItPrints(WAITING, "--wait=2m " + first.name() + " uts -- hostname");

    Task second = pod.starts("app", 1, "/server");

    Ran ran = dbg.ends().exits(0).prints(name + "\n");
    ran.leaves("intent").says("/target/id", second.id());
    assertNotEquals(first.id(), second.id());
    pod.isRemoved();
  }

  @Test
  void a_container_that_runs_is_entered_at_once() {
    Container container = host.docker().starts("dbgt-wait-runs");
    Ran ran = host.ann().runs("--wait dbgt-wait-runs net -- ss -tlnH");
    ran.sees(nsenter(container, "-n", "ss", "-tlnH"));
    assertEquals("", ran.err());
    ran.leaves("intent").says("/waited_us", "");
  }

  @Test
  void one_that_does_not_run_is_said_to_be_waited_for() {
    var _ = stopped("dbgt-wait-said");
    host.ann()
        .runs("dbgt-wait-said net -- ss -tlnH")
        .fails(DBG_FAILED, "dbg --wait dbgt-wait-said -- TOOL waits for its next start");
  }

  @Test
  void one_that_is_made_meanwhile_is_entered() {
    Running dbg = waits(host.ann().starts("--wait=2m dbgt-wait-new uts -- hostname"));
    Container container = host.docker().starts("dbgt-wait-new", "--hostname", "dbgt-new");
    dbg.ends().sees(nsenter(container, "-u", "hostname"));
  }

  /** It lives for more than a second. */
  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void one_in_a_crash_loop_is_entered_while_it_lives(String scheme) {
    String name = "dbgt-wait-loop-" + scheme;
    var _ =
        engine(scheme)
            .starts(name, List.of("--restart=always"), "/act", "say", "@7171", "+", "+", "+", "+");
    Patience.until(
        "it is down",
        () -> host.ann().runs(name + " net -- ss -tlnH").err().contains("is not running"));

    for (int i = 0; i < MOST_STARTS; i++) {
      Ran ran = host.ann().starts("--wait=2m " + name + " net -- ss -tlnH").endsWithinMinutes(3);
      if (ran.out().contains("127.0.0.1:7171")) {
        ran.exits(0).isRecorded();
        return;
      }
    }
    throw new AssertionError(name + " was never entered");
  }

  @Test
  void its_first_process_is_traced_from_its_start() {
    Container container =
        host.docker().starts("dbgt-wait-traced", List.of(), "/act", "say", "~", "+", "traced");
    container.isKilled();
    Running dbg = waits(host.ann().starts("--wait=2m dbgt-wait-traced pid -- strace -f -p 1"));
    container.isStarted();
    // strace is in the container's pid namespace, and ends with it.
    assertTrue(dbg.ends().diesBy(KILL).isRecorded().err().contains("traced"));
  }

  @Test
  void its_file_is_followed_until_it_ends() {
    Container container = stopped("dbgt-wait-followed", "--hostname", "dbgt-followed");
    Running dbg = waits(host.ann().starts("--wait=2m dbgt-wait-followed -- tail -f /etc/hostname"));
    container.isStarted();
    dbg.prints("dbgt-followed");
    container.isKilled();
    dbg.ends().diesBy(KILL);
  }

  @Test
  void it_ends_when_its_time_is_over() {
    var _ = stopped("dbgt-wait-over");
    Ran ran = host.ann().runs("--wait=1s dbgt-wait-over net -- ss -tlnH");
    ran.fails(TIMED_OUT, "no start within 1 s: dbgt-wait-over is not running", "up to 10m");
    assertTrue(Long.parseLong(ran.leaves("denied").text("/waited_us")) >= 1_000_000);
  }

  @Test
  void an_interrupt_ends_it() {
    var _ = stopped("dbgt-wait-ended");
    Running dbg = waits(host.ann().starts("--wait=2m dbgt-wait-ended net -- ss -tlnH"));
    Ran ran = dbg.gets("INT").ends().diesBy(INTERRUPT);
    ran.leaves("denied")
        .says("/decision/why", "the client ended before the container started")
        .says("/outcome/signal", INTERRUPT)
        .says("/outcome/status", BY_SIGNAL + INTERRUPT);
  }

  @Test
  void a_client_that_is_stopped_and_resized_waits_on() {
    Container container = stopped("dbgt-wait-terminal");
    String line = "-t --wait=2m dbgt-wait-terminal pid -- look window";
    Running dbg = waits(host.ann().atTerminal().starts(line));
    // The process that was started is script(1).
    long client =
        host.processes()
            .startedOnceAs(Processes.shownOfClient(host.installed().client() + " " + line));
    Processes.signal("TSTP", client);
    Patience.until("the client is stopped", () -> Processes.state(client) == 'T');
    Processes.signal("CONT", client);
    Machine.resizes(Processes.link(client, "fd/0"), 17, 33);
    // It passes its terminal's size on while the container starts.
    Patience.sleeps(SOME_LOOKS);
    container.isStarted();
    dbg.prints("17 rows, 33 columns").ends().exits(0);
  }

  @Test
  void a_waiting_command_has_a_place_until_its_client_is_gone() {
    Container container = stopped("dbgt-wait-places");
    Container other = host.docker().starts("dbgt-wait-other");
    String line = other.name() + " net -- ss -tlnH";
    Running dbg = waits(narrow.ann().starts("--wait=2m " + container.name() + " net -- ss"));
    narrow.ann().runs(line).fails(DBG_FAILED, "you have 1 sessions");
    narrow.bob().runs(line).isRefused();
    var _ = dbg.gets("KILL").ends();
    Patience.until("the place is free", () -> narrow.ann().runs(line).err().isEmpty());

    Running unlimited = waits(withoutPlaces.ann().starts("--wait=2m dbgt-wait-places net -- ss"));
    withoutPlaces.ann().runs(line).exits(0);
    var _ = unlimited.gets("INT").ends();
  }

  @Test
  void rights_that_are_withdrawn_meanwhile_permit_nothing() {
    Container container = stopped("dbgt-wait-rights", "--label", "team=dns");
    String line = "--wait=2m " + container.name() + " uts -- hostname";
    Running ours = waits(host.bob().starts(line));
    Running theirs = waits(withOldRights.bob().starts(line));
    for (Host each : List.of(host, withOldRights)) {
      each.config().writePolicy(WITHOUT_BOB);
      each.daemon().reloads().says("/action", "load");
    }
    ours.ends().isRefused();
    container.isStarted();
    theirs.ends().exits(0);
  }

  @Test
  void a_wait_for_a_hidden_container_is_refused_as_missing() {
    var _ = host.docker().starts("dbgt-wait-hidden");
    Ran hidden = host.bob().runs("--wait=1s dbgt-wait-hidden uts -- hostname").isRefused();
    Ran missing = host.bob().runs("--wait=1s dbgt-wait-nothing uts -- hostname").isRefused();
    assertEquals(missing.err(), hidden.err().replace("-hidden", "-nothing"));
    assertEquals(
        missing.leaves("denied").text("/decision/detail"),
        hidden.leaves("denied").text("/decision/detail").replace("-hidden", "-nothing"));
    missing.says("waiting 1 s for the start of ").leaves("denied").says("/decision/kind", "rule");

    Running dbg = waits(host.bob().starts("--wait=2m dbgt-wait-hidden uts -- hostname"));
    Running other = waits(host.bob().starts("--wait=2m dbgt-wait-nothing uts -- hostname"));
    assertEquals(
        members(listed(host.bob(), "dbgt-wait-nothing")),
        members(listed(host.bob(), "dbgt-wait-hidden")));
    dbg.gets("INT").ends().diesBy(INTERRUPT).leaves("denied").says("/decision/kind", "rule");
    var _ = other.gets("INT").ends().diesBy(INTERRUPT);
  }

  private static List<String> members(AuditRecord listed) {
    return listed.json().propertyStream().map(Map.Entry::getKey).toList();
  }

  @Test
  void a_name_that_no_rule_could_match_is_refused_at_once() {
    Ran ran = host.ann().runs("--wait=2m docker://dbgt-other net -- ss -tlnH").isRefused();
    ran.leaves("denied").says("/waited_us", "");
  }

  static Stream<Host> both() {
    return Stream.of(host, askingForAll);
  }

  /** Its own container has lost its name to one that the operator may not know of. */
  @ParameterizedTest
  @MethodSource("both")
  void a_hidden_container_neither_answers_nor_ends_a_wait(Host at) {
    String name = at == host ? "dbgt-wait-name" : "dbgt-wait-asked";
    Container own = stopped(name, "--label", "team=dns", "--hostname", "dbgt-own");
    Running dbg = waits(at.bob().starts("--wait=2m %s uts -- hostname".formatted(name)));
    own.isRenamed(name + "-before");
    Container hidden = host.docker().starts(name, "--hostname", "dbgt-hidden");
    if (at == askingForAll) {
      dbg.ends().isRefused();
      return;
    }
    Patience.sleeps(SOME_LOOKS);
    hidden.isRemoved();
    own.isRenamed(name);
    own.isStarted();
    dbg.ends().sees(nsenter(own, "-u", "hostname")).leaves("intent").says("/target/id", own.id());
  }

  @Test
  void a_tool_that_has_waited_keeps_its_client() {
    Container container = stopped("dbgt-wait-long");
    String line = "--wait=2m dbgt-wait-long uts -- act fork 1";
    Running ours = waits(host.ann().starts(line));
    Running theirs = waits(watchingOn.ann().starts(line));
    container.isStarted();
    ours.prints("forked 1");
    theirs.ends().diesBy(HANG_UP);
    ours.gets("INT").ends().diesBy(INTERRUPT).isRecorded();
  }

  @Test
  void a_waiting_command_ends_when_dbgd_stops() {
    var _ = stopped("dbgt-wait-stop");
    Running dbg = waits(withOldRights.ann().starts("--wait=2m dbgt-wait-stop net -- ss"));
    withOldRights.daemon().stops();
    Ran ran = dbg.ends().exits(DBG_FAILED);
    assertTrue(
        ran.err().contains("dbgd is being stopped by its administrator: try again in a moment"),
        ran::toString);
    withOldRights.daemon().starts();
  }
}
