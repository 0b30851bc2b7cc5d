package dev.dbg.nativetests.policy;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.policy.rule.AlteredRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs that dbg ships as tools of its own: environ and threads. */
@Tag("native")
@Tag("whole")
final class OwnToolsTest {
  private static final String RULE =
      """
      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-own-tools*"]
      namespaces = ["net", "mnt", "pid"]
      tools = ["environ", "threads", "attempt", "quits"]

      [[rule]]
      who = ["group:dbgt-ops"]
      containers = ["dbgt-own-tools-open"]
      namespaces = ["pid"]
      tools = ["environ"]
      [rule.arguments.environ]
      options = ["--show-secrets"]
      """;

  @RegisterExtension static final Host host = Host.with("");

  /** Every rule permits what only a rule should permit that names it. */
  @RegisterExtension
  static final Host careless = Host.with("").inWhich(AlteredRules.Careless.class);

  @RegisterExtension static final Host unfiltered = Host.with("").without("seccomp");

  private static final List<String> SECRET =
      List.of("--user", "1000:1000", "--env", "DB_PASSWORD=hunter2", "--env", "MODE=fast");

  private static Container container;

  @BeforeAll
  static void start() throws IOException {
    for (Host each : List.of(host, careless, unfiltered)) {
      each.config().writeTool("quits", each.program("attempt"), "capabilities = [\"KILL\"]");
      each.config().writePolicy(RULE);
      each.daemon().reloads().says("/action", "load");
    }
    container = host.docker().starts("dbgt-own-tools", SECRET, "/server");
    host.docker().starts("dbgt-own-tools-open", SECRET, "/server");
  }

  @Test
  void the_environment_of_another_users_process_is_shown_without_its_secrets() {
    Ran ran = host.ann().runs("dbgt-own-tools pid -- environ 1").exits(0).isRecorded();
    assertTrue(ran.lines().contains("MODE=fast"), ran::toString);
    assertTrue(ran.lines().contains("DB_PASSWORD=***"), ran::toString);
    assertFalse(ran.toString().contains("hunter2"), ran::toString);
    host.ann().runs("dbgt-own-tools pid -- environ 1 DB_PASSWORD").prints("DB_PASSWORD=***\n");
  }

  @Test
  void only_a_rule_that_names_the_option_shows_secrets() {
    String line = " pid -- environ --show-secrets 1 DB_PASSWORD";
    host.ann().runs("dbgt-own-tools" + line).isRefused("does not permit --show-secrets");
    host.ann().runs("dbgt-own-tools-open" + line).prints("DB_PASSWORD=hunter2\n");
    careless.ann().runs("dbgt-own-tools" + line).prints("DB_PASSWORD=hunter2\n");
  }

  @Test
  void a_java_machine_prints_its_threads_to_its_own_output_and_goes_on() throws IOException {
    Container java = machine("dbgt-own-tools-java");
    List<String> before = java.changes();
    host.ann().runs("dbgt-own-tools-java pid -- threads 1").exits(0).isRecorded();
    java.prints("Full thread dump");
    assertEquals(before, java.changes());
    host.ann().runs("dbgt-own-tools-java pid -- threads 1").exits(0);
  }

  @Test
  void nothing_else_is_sent_the_signal() throws IOException {
    Container java = machine("dbgt-own-tools-others");
    for (List<String> line :
        List.of(
            List.of("/usr/bin/sleep", "600"),
            List.of(home() + "/bin/java", "-Xrs", "-Xmx64m", "/jvm/Sleep.java"))) {
      Running other = java.starts(line.toArray(String[]::new));
      String pid = other(java, line.getFirst());
      host.ann().runs("dbgt-own-tools-others pid -- threads " + pid).exits(1);
      assertTrue(ProcessHandle.of(other.pid()).orElseThrow().isAlive(), line::toString);
      nsenter(java, "-p", "-m", "/usr/bin/kill", "-QUIT", pid).exits(0);
      Ran _ = other.ends();
    }
  }

  /** The id, in the container, of the process beside the first one that runs this program. */
  private static String other(Container java, String program) {
    String script =
        "for p in /proc/[0-9]*; do [ ${p#/proc/} = 1 ] || [ \"$(readlink $p/exe)\" != \"$(readlink -f "
            + program
            + ")\" ] || echo ${p#/proc/}; done";
    List<String> found = new ArrayList<>();
    Patience.until(
        program + " runs",
        () -> found.addAll(nsenter(java, "-p", "-m", "/usr/bin/dash", "-c", script).lines()));
    return found.getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"go-on", "quit-told", "quit-all", "kill"})
  void the_kill_capability_permits_no_signal_but_sigquit(String what) {
    host.ann().runs("dbgt-own-tools pid -- quits " + what + " 1").prints("EPERM\n").isRecorded();
  }

  @Test
  void the_capability_permits_the_signal_in_the_containers_pid_namespace_only() {
    host.ann().runs("dbgt-own-tools pid -- quits quit 1").prints("done\n").isRecorded();
    host.ann().runs("dbgt-own-tools pid -- attempt quit 1").prints("EPERM\n");
    String outside = " net -- quits quit " + container.pid();
    host.ann().runs("dbgt-own-tools" + outside).prints("ESRCH\n");
    unfiltered.ann().runs("dbgt-own-tools pid -- quits go-on 1").prints("done\n");
  }

  private static String home() {
    return System.getProperty("java.home");
  }

  /** A Java machine of the host's in a container, with a program that sleeps. */
  private static Container machine(String name) throws IOException {
    Path directory = Files.createDirectories(host.directory().resolve("jvm"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(
        directory.resolve("Sleep.java"),
        """
        void main() throws Exception {
          IO.println("ready");
          Thread.sleep(600_000);
        }
        """);
    Container java =
        host.docker()
            .starts(
                name,
                List.of(
                    "--user=1000:1000",
                    "--volume=/usr:/usr:ro",
                    "--volume=/usr/lib:/lib:ro",
                    "--volume=/usr/lib64:/lib64:ro",
                    "--volume=%s:%s:ro".formatted(home(), home()),
                    "--volume=%s:/jvm:ro".formatted(directory)),
                home() + "/bin/java",
                "-Xmx64m",
                "/jvm/Sleep.java");
    return java.prints("ready");
  }
}
