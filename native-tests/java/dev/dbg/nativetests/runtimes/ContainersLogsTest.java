package dev.dbg.nativetests.runtimes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.AlteredKernel;
import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.resolve.engine.AlteredEngines;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a container wrote. The oracles are {@code docker logs} and {@code podman logs}. */
@Tag("native")
@Tag("whole")
@ResourceLock(AlteredSession.SlowToAsk.GOES_ON)
final class ContainersLogsTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-log-*"]
      except = ["label:vault"]
      tools = ["logs"]
      user-switch = true

      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["pid://*", "unit://*"]
      namespaces = ["uts"]
      tools = ["logs", "hostname"]

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-*"]
      namespaces = ["net", "mnt", "pid", "uts"]
      tools = ["@network", "@files", "@processes"]
      """;

  private static final int INTERRUPT = 2;
  private static final int TERMINATE = 15;

  @RegisterExtension static final Host host = Host.with(POLICY);

  private static final Path GOES_ON = Path.of(AlteredSession.SlowToAsk.GOES_ON);

  /** A directory that dbgd makes when it has decided, and waits. */
  private static final Path DECIDED = Path.of(AlteredSession.SlowToAsk.DECIDED);

  @RegisterExtension static final Host waiting = host.inWhich(AlteredSession.SlowToAsk.class);

  @RegisterExtension
  static final Host askingByName = waiting.inWhich(AlteredEngines.AskingLogByName.class);

  @RegisterExtension
  static final Host holdingThePipe = host.inWhich(AlteredKernel.HoldingThePipe.class);

  private static Engine engine(String scheme) {
    return scheme.equals("docker") ? host.docker() : host.podman();
  }

  private static Engine engineOf(Container container) {
    return engine(container.name().contains("podman") ? "podman" : "docker");
  }

  private static void agrees(Container container, String... options) {
    Ran theirs = engineOf(container).logs(container, options);
    Ran ours =
        host.ann()
            .runs(Stream.concat(Stream.of("logs", container.name()), Stream.of(options)).toList())
            .exits(0);
    ours.prints(theirs.bytes());
    assertEquals(theirs.err(), ours.err());
    ours.isRecorded();
  }

  static Stream<List<String>> keptSomehow() {
    return Stream.of(
        List.of("docker", "json-file"),
        List.of("docker", "local"),
        List.of("docker", "json-file", "--tty"),
        List.of("podman", "k8s-file"),
        List.of("podman", "k8s-file", "--tty"));
  }

  @ParameterizedTest
  @MethodSource("keptSomehow")
  void it_is_what_the_engine_prints_on_both_streams_running_or_not(List<String> how) {
    String name = "dbgt-log-" + String.join("", how);
    List<String> options = new ArrayList<>(List.of("--log-driver", how.get(1)));
    options.addAll(how.subList(2, how.size()));
    Container container =
        engine(how.getFirst())
            .starts(
                name,
                options,
                "/act",
                "say",
                "one",
                "!two",
                "\u001b]0;three\u0007",
                "!" + "x".repeat(40_000),
                "!four",
                "five",
                ".")
            .prints("waiting");

    agrees(container);
    agrees(container, "--tail", "3");
    agrees(container, "--tail", "0");
    agrees(container, "--since", "1h");
    agrees(container, "--since", "2026-01-01T00:00:00Z");
    agrees(container, "--timestamps");
    agrees(container, "--tail", "2", "-t");
    if (how.getFirst().equals("docker")) { // Podman loses the last digits.
      Ran timed = host.ann().runs("logs -t --tail 2 " + container.name()).exits(0);
      agrees(container, "--since", timed.out().split(" ", 2)[0]);
    }
    container.isKilled();
    agrees(container);
    agrees(container, "-f");
    agrees(container, "--tail", "1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"json-file", "local"})
  void rotated_files_are_read_too(String driver) {
    Container container =
        host.docker()
            .starts(
                "dbgt-log-rotated-" + driver,
                List.of(
                    "--log-driver", driver, "--log-opt", "max-size=20k", "--log-opt", "max-file=3"),
                "/act",
                "print",
                "200000");
    Patience.until(
        "it has ended",
        () -> host.docker().client(List.of("inspect", container.id())).contains("\"exited\""));

    agrees(container);
    agrees(container, "--tail", "700");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void following_ends_when_the_container_does(String scheme) {
    Container container =
        engine(scheme)
            .starts(
                "dbgt-log-ends-" + scheme,
                List.of(),
                "/act",
                "say",
                "one",
                "+",
                "+",
                "+",
                "+",
                "!two",
                "+",
                "three");

    Ran ran = host.ann().runs("logs -f " + container.name()).exits(0);

    assertEquals("one\nthree\n", ran.out());
    assertEquals("two\n", ran.err());
  }

  /** It is what {@code dbg audit} takes for it. In Kiritimati it is fourteen hours later. */
  @Test
  void a_time_is_on_the_operators_clock() {
    Container container =
        host.docker()
            .starts("dbgt-log-clock", List.of(), "/act", "say", "one", ".")
            .prints("waiting");
    LocalDateTime there = LocalDateTime.now(ZoneOffset.ofHours(14)).minusMinutes(5);
    String line = "$DBG logs %s --since %s".formatted(container.name(), there);

    host.ann().runsScript("TZ=Pacific/Kiritimati " + line).exits(0).prints("one\nwaiting\n");
    host.ann().runsScript("TZ=UTC " + line).exits(0).prints("");
  }

  /** Whoever is gone, nothing that dbgd has opened for it stays. */
  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void following_ends_with_its_operator_with_an_order_and_with_its_time(String scheme)
      throws Exception {
    Container container =
        engine(scheme)
            .starts("dbgt-log-follow-" + scheme, List.of(), "/act", "say", "one", ".")
            .prints("waiting");
    host.ann().runs("logs " + container.name()).exits(0);
    Path descriptors = Path.of("/proc", Long.toString(host.daemon().pid()), "fd");
    long before = connections(descriptors);

    Running typed = host.ann().starts("logs -f " + container.name()).prints("waiting");
    Ran _ = typed.gets("INT").ends().diesBy(INTERRUPT);
    host.audit().last("result").says("/outcome/signal", INTERRUPT);

    Running killed = host.ann().starts("logs -f " + container.name()).prints("waiting");
    String session = host.audit().last("intent").text("/session");
    host.root().runs("kill " + session).exits(0);
    Ran _ = killed.ends().says("ended by root with dbg kill").diesBy(TERMINATE);

    host.ann().runs("logs -f --timeout 1s " + container.name()).exits(124);

    Patience.until("the connections are closed", () -> connections(descriptors) <= before);
  }

  /** Where splice(2) waits for the engine, it holds the pipe, and who reads that is in state D. */
  @Test
  void a_follower_of_a_silent_log_can_be_killed() {
    Container container =
        host.docker()
            .starts("dbgt-log-idle", List.of(), "/act", "say", "one", ".")
            .prints("waiting");

    String line = "logs -f " + container.name();
    Ran _ = host.ann().starts(line).prints("waiting").gets("INT").ends().diesBy(INTERRUPT);
    Running stuck = holdingThePipe.ann().starts(line);
    Patience.until(
        "the tool cannot be killed",
        () ->
            holdingThePipe.processes().tools().stream()
                .anyMatch(ContainersLogsTest::waitsForThePipe));
    stuck.gets("INT");
    container.isKilled();
    Ran _ = stuck.ends();
  }

  /** It may have begun to read before the pipe was held: so it stops, and reads again. */
  private static boolean waitsForThePipe(long tool) {
    if (Processes.state(tool) == 'D') {
      return true;
    }
    Processes.signal("STOP", tool);
    Processes.signal("CONT", tool);
    return false;
  }

  private static long connections(Path descriptors) {
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.map(ContainersLogsTest::link).filter(link -> link.startsWith("socket:")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String link(Path fd) {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void a_driver_that_cannot_be_read_is_named() {
    Container container =
        host.docker().starts("dbgt-log-none", List.of("--log-driver", "none"), "/act", "wait");

    Ran ran = host.ann().runs("logs " + container.name()).exits(1).isRecorded();

    ran.prints("").says("logs: the engine answers", "logging driver does not support reading");
  }

  @Test
  void only_a_rule_that_names_logs_permits_it() {
    Container container =
        host.docker()
            .starts("dbgt-log-plain", List.of(), "/act", "say", "plain", ".")
            .prints("waiting");

    host.bob().runs("logs " + container.name()).isRefused("no rule lets dbgt-bob run logs");
    host.bob().runs(container.name() + " -- logs").isRefused("no rule lets dbgt-bob run logs");
    host.ann().runs(container.name() + " -- logs").exits(0).prints("plain\nwaiting\n");
    host.ann().runs(container.name() + " net -- logs").isRefused("logs does not work with net");
    host.ann().runs("-t " + container.name() + " -- logs").isRefused("logs draws nothing");
    host.ann().runs("-u 9:9 " + container.name() + " -- logs").isRefused("leave out -u");
    assertTrue(host.ann().runs("tools " + container.name()).out().contains("logs"));
    assertTrue(host.ann().runs("tools").out().contains("logs"));
    assertFalse(host.bob().runs("tools " + container.name()).out().contains("logs"));
    host.ann().runs("explain " + container.name() + " -- logs -f").exits(0);
  }

  /** By its name, a part of its id, or what the operator may see of nothing at all. */
  @Test
  void a_log_outside_of_the_rule_is_refused_as_missing() {
    Container vault =
        host.docker()
            .starts(
                "dbgt-log-vault", List.of("--label", "vault="), "/act", "say", "of-the-vault", ".");
    Container other =
        host.docker().starts("dbgt-unlogged", List.of(), "/act", "say", "of-another", ".");
    String missing = host.ann().runs("logs dbgt-log-nowhere").exits(126).errWithoutQuestion();

    for (boolean running : List.of(true, false)) {
      for (String name :
          List.of(
              vault.name(),
              "docker://" + vault.name(),
              vault.id(),
              vault.id().substring(0, 12),
              other.name(),
              other.id(),
              other.id().substring(0, 4))) {
        Ran ran = host.ann().runs("logs " + name).isRefused("no container of that name");
        assertEquals(missing, ran.errWithoutQuestion());
      }
      if (running) {
        vault.isKilled();
        other.isKilled();
      }
    }
  }

  @Test
  void a_log_is_read_by_the_id_that_was_decided_on() throws IOException {
    takesItsPlace(waiting, "its own\nwaiting\n");
    takesItsPlace(askingByName, "another's\nwaiting\n");
  }

  private static void takesItsPlace(Host asked, String prints) throws IOException {
    String name = "dbgt-log-taken";
    boolean _ = Files.deleteIfExists(GOES_ON);
    boolean _ = Files.deleteIfExists(DECIDED);
    Container meant =
        host.docker().starts(name, List.of(), "/act", "say", "its own", ".").prints("waiting");
    host.docker()
        .starts("dbgt-vault", List.of("--label", "vault="), "/act", "say", "another's", ".")
        .prints("waiting");
    Running running = asked.ann().starts("logs " + name);
    Patience.until("dbgd has decided", () -> Files.exists(DECIDED));
    meant.isRenamed("dbgt-log-before");
    String _ = host.docker().client(List.of("rename", "dbgt-vault", name));
    Path _ = Files.createFile(GOES_ON);
    running.ends().exits(0).prints(prints);
    String _ = host.docker().client(List.of("rm", "--force", "dbgt-log-before", name));
    boolean _ = Files.deleteIfExists(GOES_ON);
    boolean _ = Files.deleteIfExists(DECIDED);
  }

  @Test
  void control_sequences_in_a_log_are_drawn() {
    Container container =
        host.docker()
            .starts("dbgt-log-escapes", List.of(), "/act", "say", "\u001b]0;mine\u0007", ".")
            .prints("waiting");

    String shown = host.ann().atTerminal().runs("logs " + container.name()).exits(0).out();

    assertFalse(shown.contains("\u001b]0;"), shown);
    assertTrue(shown.contains("]0;mine"), shown);
  }

  @Test
  void where_there_is_no_log_it_is_said_what_to_type() {
    host.ann()
        .runs("logs pid://" + host.daemon().pid())
        .fails(125, "dbg reads no log of pid://", "lsof shows where");
    host.docker().starts("dbgt-log-one");
    host.ann()
        .runs("logs -p dbgt-log-one")
        .fails(125, "docker keeps one log of all starts of a container: leave out -p");
  }

  @Test
  void it_is_recorded_how_much_was_read() {
    Container container =
        host.docker().starts("dbgt-log-much", List.of(), "/act", "say", "x".repeat(1000), ".");
    container.prints("waiting");

    Ran ran = host.ann().runs("logs " + container.name()).exits(0);

    long bytes = Long.parseLong(ran.leaves("result").text("/outcome/log_bytes"));
    assertTrue(bytes > 1000 && bytes < 2000, () -> bytes + " bytes: " + ran);
    host.ann().runs("logs --record " + container.name()).exits(126);
  }
}
