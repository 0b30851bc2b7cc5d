package dev.dbg.nativetests.runtimes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dbg.nativetests.scene.engine.Engine;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.nativetests.scene.user.HostUser;
import dev.dbg.nativetests.scene.user.UserEngine;
import dev.dbg.resolve.engine.AlteredEngines;
import dev.dbg.session.AlteredSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a container is. The oracles are {@code docker inspect} and the kernel's files. */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
@ResourceLock(AlteredSession.SlowToAsk.GOES_ON)
final class ContainersStatusTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["dbgt-how-*", "podman://dbgt-una/*", "pid://*"]
      except = ["label:vault"]
      tools = ["status"]
      user-switch = true

      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-*"]
      namespaces = ["net", "mnt", "pid", "uts"]
      tools = ["@network", "@files", "@processes"]
      """;

  private static final List<String> KINDS =
      List.of("cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts");

  private static final long OWN = ProcessHandle.current().pid();

  @RegisterExtension static final Host host = Host.with(POLICY).withAnsweringEngines();

  private static final Path GOES_ON = Path.of(AlteredSession.SlowToAsk.GOES_ON);

  /** A directory that dbgd makes when it has decided, and waits. */
  private static final Path DECIDED = Path.of(AlteredSession.SlowToAsk.DECIDED);

  @RegisterExtension
  static final Host waiting = Host.with(POLICY).inWhich(AlteredSession.SlowToAsk.class);

  @RegisterExtension
  static final Host askingByName = waiting.inWhich(AlteredEngines.AskingByName.class);

  private static Engine engine(String scheme) {
    return scheme.equals("docker") ? host.docker() : host.podman();
  }

  private static JsonNode status(String name) {
    return json(host.ann().runs("status --json " + name).exits(0).isRecorded().out());
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String said(Engine engine, Container container, String field) {
    return engine.client(List.of("inspect", "--format", "{{" + field + "}}", container.id()));
  }

  private static Set<String> shared(long pid) {
    Set<String> shared = new TreeSet<>();
    for (String kind : KINDS) {
      if (Processes.link(pid, "ns/" + kind).equals(Processes.link(OWN, "ns/" + kind))) {
        shared.add(kind);
      }
    }
    return shared;
  }

  private static Set<String> words(JsonNode list) {
    Set<String> words = new TreeSet<>();
    list.forEach(word -> words.add(word.asText()));
    return words;
  }

  /** A file of the control group that Docker and Podman have made for the container. */
  private static long figure(Container container, String controller, String... files) {
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc/%d/cgroup".formatted(container.pid())))) {
        String[] fields = line.split(":", 3);
        String hierarchy = fields[1].isEmpty() ? "." : fields[1];
        for (String file : files) {
          Path path = Path.of("/sys/fs/cgroup", hierarchy, fields[2], file);
          if ((hierarchy.equals(".") || hierarchy.contains(controller)) && Files.exists(path)) {
            return Long.parseLong(Files.readString(path).strip());
          }
        }
      }
      throw new AssertionError("no " + List.of(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  void a_status_agrees_with_inspect_and_the_kernel(String scheme) throws IOException {
    Engine engine = engine(scheme);
    Path source = Files.createDirectories(host.directory().resolve("source-" + scheme));
    Container container =
        engine.starts(
            "dbgt-how-" + scheme,
            List.of(
                "--memory=64m",
                "--pids-limit=50",
                "--restart=on-failure:3",
                "--read-only",
                "--uts=host",
                "--env=TOKEN=dbgt-s3cret",
                "--label=key=dbgt-s3cret",
                "--volume=" + source + ":/data:ro"),
            "/act",
            "say",
            "dbgt-s3cret",
            ".");

    Ran text = host.ann().runs("status " + container.name()).exits(0).isRecorded();
    JsonNode now = status(container.name());
    assertEquals(container.id(), now.at("/id").asText());
    assertEquals(said(engine, container, ".State.Status"), now.at("/state").asText());
    assertEquals(said(engine, container, ".State.StartedAt"), now.at("/started").asText());
    assertEquals(said(engine, container, ".Image"), now.at("/image_id").asText());
    assertEquals("on-failure", now.at("/restart_policy").asText());
    assertEquals(3, now.at("/restarts_most").asInt());
    assertEquals(shared(container.pid()), words(now.at("/shared")));
    assertTrue(words(now.at("/shared")).contains("uts"));
    assertEquals(
        figure(container, "memory", "memory.max", "memory.limit_in_bytes"),
        now.at("/memory_limit").asLong());
    assertTrue(now.at("/memory_used").asLong() > 0, now::toString);
    assertEquals(figure(container, "pids", "pids.max"), now.at("/processes_limit").asLong());
    assertEquals(figure(container, "pids", "pids.current"), now.at("/processes_used").asLong());
    assertEquals("/data", now.at("/mounts/0/destination").asText());
    assertEquals(source.toString(), now.at("/mounts/0/source").asText());
    assertEquals("ro", now.at("/mounts/0/mode").asText());
    assertTrue(now.at("/exit_status").isMissingNode(), now::toString);
    assertTrue(now.at("/read_only").asBoolean(), now::toString);
    assertTrue(now.at("/oom_killed").isMissingNode(), now::toString);
    assertEquals(0, now.at("/oom_kills").asInt(-1), now::toString);
    assertFalse((text.out() + now).contains("s3cret"), text::out);
    assertTrue(text.out().contains("state              running\n"), text::out);

    container.stops(); // It does not heed SIGTERM.
    Patience.until("it has ended", () -> said(engine, container, ".State.Pid").equals("0"));
    JsonNode after = status(container.name());
    assertEquals(said(engine, container, ".State.Status"), after.at("/state").asText());
    assertEquals(said(engine, container, ".State.ExitCode"), after.at("/exit_status").asText());
    assertEquals(9, after.at("/signal").asInt());
    assertEquals(said(engine, container, ".State.FinishedAt"), after.at("/finished").asText());
    assertEquals(64 << 20, after.at("/memory_limit").asLong());
    assertTrue(after.at("/memory_used").isMissingNode());
    assertTrue(words(after.at("/shared")).contains("uts"), after::toString);
  }

  /** A crash loop: each answer is of one moment of it. */
  @Test
  void of_one_that_starts_again_and_again_it_says_how_often() {
    Container container =
        host.docker()
            .starts("dbgt-how-loop", List.of("--restart=on-failure:40"), "/act", "exit", "7");
    Patience.until(
        "it was started again",
        () -> Integer.parseInt(said(host.docker(), container, ".RestartCount")) > 0);

    Patience.until(
        "it was down when asked",
        () -> {
          JsonNode now = status(container.name());
          assertTrue(now.at("/restarts").asInt() > 0, now::toString);
          return isDown(now, "7", "false");
        });
  }

  /** Its engine says at each start that it was not killed. */
  @Test
  void of_one_for_which_memory_runs_out_again_and_again_it_is_not_denied() {
    Container container =
        host.docker()
            .starts(
                "dbgt-how-oom",
                List.of("--restart=on-failure:40", "--memory=16m", "--memory-swap=16m"),
                "/act",
                "hog",
                "64");

    Patience.until("it was down when asked", () -> isDown(status(container.name()), "137", "true"));
  }

  /**
   * Whether it is down, and so ended; of an end before the one that runs, nothing is said. An
   * engine may tell that memory ran out a moment before it tells the end.
   */
  private static boolean isDown(JsonNode now, String exit, String killed) {
    boolean down = !now.at("/state").asText().equals("running");
    String said = now.at("/oom_killed").asText();
    assertEquals(down ? exit : "", now.at("/exit_status").asText(), now::toString);
    assertTrue(down || !said.equals("false"), now::toString);
    return down && said.equals(killed);
  }

  /** One of its processes, and it runs on. */
  @Test
  void what_the_kernel_has_killed_for_want_of_memory_is_counted() {
    Container container =
        host.docker()
            .starts(
                "dbgt-how-worker",
                List.of("--memory=16m", "--memory-swap=16m"),
                "/act",
                "say",
                "on",
                ".")
            .prints("waiting");
    assertEquals(0, status(container.name()).at("/oom_kills").asInt(-1));

    Ran worker =
        Command.of(host.docker().words(List.of("exec", container.id(), "/act", "hog", "64"))).run();

    assertFalse(worker.out().contains("taken"), worker::toString);
    JsonNode now = status(container.name());
    assertEquals("running", now.at("/state").asText());
    assertEquals(1, now.at("/oom_kills").asInt(), now::toString);
  }

  @Test
  void of_one_that_could_not_be_started_it_is_said_who_reads_why() {
    String image = said(host.docker(), host.docker().starts("dbgt-how-beside"), ".Config.Image");
    String name = "dbgt-how-absent";
    String id = host.docker().client(List.of("create", "--name", name, image, "/dbgt-s3cret"));
    Ran start = Command.of(host.docker().words(List.of("start", id))).run();
    Ran told = host.ann().runs("status " + name);
    String _ = host.docker().client(List.of("rm", id));

    assertTrue(start.err().contains("s3cret"), start::err);
    String line = "start_error        yes: root types docker inspect " + id.substring(0, 12);
    assertTrue(told.exits(0).out().contains(line + "\n"), told::out);
    assertFalse(told.out().contains("s3cret"), told::out);
  }

  @Test
  void only_a_rule_that_names_status_permits_it() {
    Container container = host.docker().starts("dbgt-how-plain");

    host.bob().runs("status " + container.name()).isRefused("no rule lets dbgt-bob run status");
    host.bob().runs(container.name() + " -- status").isRefused("no rule lets dbgt-bob run status");
    host.ann().runs(container.name() + " -- status").exits(0);
    host.ann().runs("--reason before status " + container.name()).exits(0);
    host.ann().runs(container.name() + " net -- status").isRefused("status does not work with net");
    host.ann().runs("-t " + container.name() + " -- status").isRefused("status draws nothing");
    host.ann().runs("-u 9:9 " + container.name() + " -- status").isRefused("leave out -u");
    assertTrue(host.ann().runs("tools " + container.name()).out().contains("status"));
    assertFalse(host.bob().runs("tools " + container.name()).out().contains("status"));
    host.ann().runs("explain " + container.name() + " -- status --json").exits(0);
  }

  @Test
  void a_status_outside_of_the_rule_is_refused_as_missing() {
    Container vault = host.docker().starts("dbgt-how-vault", "--label", "vault=");
    Container other = host.docker().starts("dbgt-unasked");
    String missing = host.ann().runs("status dbgt-how-nowhere").exits(126).errWithoutQuestion();

    for (boolean running : List.of(true, false)) {
      for (String name :
          List.of(
              vault.name(),
              "docker://" + vault.name(),
              vault.id(),
              vault.id().substring(0, 12),
              other.name(),
              other.id())) {
        Ran ran = host.ann().runs("status " + name).isRefused("no container of that name");
        assertEquals(missing, ran.errWithoutQuestion());
      }
      if (running) {
        vault.isKilled();
        other.isKilled();
      }
    }
  }

  /** Of one that was removed, and made again under its name, nothing is told. */
  @Test
  void a_status_is_read_by_the_id_that_was_decided_on() throws IOException {
    replacedMeanwhile(waiting).fails(125, "was removed just now");
    assertTrue(replacedMeanwhile(askingByName).exits(0).out().contains("/vault"));
  }

  private static Ran replacedMeanwhile(Host asked) throws IOException {
    String name = "dbgt-how-replaced";
    boolean _ = Files.deleteIfExists(GOES_ON);
    boolean _ = Files.deleteIfExists(DECIDED);
    Container meant = host.docker().starts(name, List.of(), "/act", "exit", "0");
    Patience.until("it has ended", () -> said(host.docker(), meant, ".State.Pid").equals("0"));
    Running running = asked.ann().starts("status " + name);
    Patience.until("dbgd has decided", () -> Files.exists(DECIDED));
    String _ = host.docker().client(List.of("rm", meant.id()));
    Path source = Files.createDirectories(host.directory().resolve("vault"));
    Container _ = host.docker().starts(name, "--label", "vault=", "--volume", source + ":/vault");
    Path _ = Files.createFile(GOES_ON);
    Ran ran = running.ends();
    String _ = host.docker().client(List.of("rm", "--force", name));
    boolean _ = Files.deleteIfExists(GOES_ON);
    boolean _ = Files.deleteIfExists(DECIDED);
    return ran;
  }

  @Test
  void control_sequences_in_a_status_are_drawn() throws IOException {
    Path source = Files.createDirectories(host.directory().resolve("source\u001b]0;mine\u0007"));
    Container container =
        host.docker().starts("dbgt-how-escapes", "--volume", source + ":/data\u001b[31m");

    String shown = host.ann().atTerminal().runs("status " + container.name()).exits(0).out();
    String piped = host.ann().runs("status " + container.name()).exits(0).out();
    String json = host.ann().runs("status --json " + container.name()).exits(0).out();

    for (String printed : List.of(shown, piped, json)) {
      assertFalse(printed.contains("\u001b]0;") || printed.contains("\u001b[31m"), printed);
      assertTrue(printed.contains("]0;mine"), printed);
    }
  }

  /** Of what its runtime is not asked for the kernel alone says how it is. */
  @Test
  void of_a_bare_process_it_is_told_what_the_kernel_says() {
    Container container = host.docker().starts("dbgt-how-bare", "--pid=host");

    JsonNode now = status("pid://" + container.pid());

    assertEquals(shared(container.pid()), words(now.at("/shared")));
    assertTrue(words(now.at("/shared")).contains("pid"));
    Instant started = Instant.parse(now.at("/started").asText());
    Instant said = Instant.parse(said(host.docker(), container, ".State.StartedAt"));
    assertTrue(Duration.between(started, said).abs().compareTo(Duration.ofMinutes(1)) < 0);
    assertEquals(figure(container, "pids", "pids.current"), now.at("/processes_used").asLong());
    host.ann().runs("status pid://" + container.pid()).says("").exits(0);
  }

  /** A user's engine could say anything. */
  @Test
  void a_users_engine_is_not_asked() {
    try (HostUser una = HostUser.called("dbgt-una")) {
      UserEngine engine = una.podman();
      engine.startsService();
      Container container = engine.starts("dbgt-how-users", "--env", "TOKEN=dbgt-s3cret");
      String name = "podman://dbgt-una/" + container.name();

      Ran text = host.ann().runs("status " + name).exits(0);
      assertTrue(text.out().contains("dbgd asks no user's engine for a status"), text::out);
      assertEquals(shared(container.pid()), words(status(name).at("/shared")));
      assertEquals(
          Processes.status(container.pid(), "Uid").split("\t", 2)[0],
          status(name).at("/user").asText());
      container.isKilled();
      host.ann()
          .runs("status " + name)
          .fails(125, "dbgd asks no user's engine for a status: root types sudo -u dbgt-una");
      engine.endsService();
    }
  }
}
