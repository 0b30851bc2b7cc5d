package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static dev.dbg.nativetests.scene.machine.Ran.REFUSED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.nativetests.scene.engine.Pods.PodOptions;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.OwnApiServer;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A line for a pod, through a cluster's API server and the operator's own kubectl. */
@Tag("native")
@Tag("whole")
final class ClusterLinesTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-ann"]
      containers = ["k8s://dbgt-prod/*"]
      namespaces = ["net", "uts"]
      tools = ["hostname", "act", "ss", "missing"]
      """;

  private static final String POD = "k8s://dbgt-prod/dbgt-line/app ";
  private static final Pattern SOCKET = Pattern.compile("--unix-socket=(\\S+)/s");
  private static final int MUCH = 5_000_000;

  /** What the streams of a line may keep, and a program that keeps nothing. */
  private static final long FEW_BYTES = 14L << 20;

  @RegisterExtension
  static final Host host = Host.with(POLICY).asking(own -> own.containerd().settings());

  private static OwnApiServer cluster;
  private static Path directory;

  /** The words of each kubectl. */
  private static Path said;

  @BeforeAll
  static void start() throws IOException {
    host.containerd().pods().starts("dbgt-prod", "dbgt-line", PodOptions.NONE).starts("app");
    cluster = OwnApiServer.of(host, host.ann().name());
    cluster.has("dbgt-prod", "dbgt-line", "uid-of-dbgt-line");
    directory = Files.createTempDirectory("dbgt-kubectl");
    said = Files.createFile(directory.resolve("said"));
    Files.createSymbolicLink(directory.resolve("kubectl-dbg"), host.installed().client());
    Machine.writesProgram(
        directory.resolve("kubectl"),
        "#!/bin/sh\necho \"$@\" >>%s\nexec /usr/bin/kubectl \"$@\"\n".formatted(said));
    String _ = Command.must("chmod", "0777", directory.toString(), said.toString());
  }

  @AfterAll
  static void stop() {
    cluster.close();
    Command.removes(directory);
  }

  @AfterEach
  void nothing_is_left() {
    Patience.until("kubectl has ended", () -> proxies().isEmpty());
    for (Path itsOwn : directories()) {
      Patience.until(itsOwn + " is gone", () -> !Files.exists(itsOwn));
    }
  }

  /** Those of the sockets of each kubectl proxy that was started. */
  private static List<Path> directories() {
    Matcher socket = SOCKET.matcher(Command.must("cat", said.toString()));
    return socket.results().map(found -> Path.of(found.group(1))).toList();
  }

  /** Those that run. */
  private static List<String> proxies() {
    List<Path> its = directories();
    String running = Command.must("sh", "-c", "pgrep -af -- '[k]ubectl.*--unix-socket=' || :");
    return running
        .lines()
        .filter(line -> its.stream().anyMatch(itsOwn -> line.contains("=" + itsOwn + "/s")))
        .toList();
  }

  private static String sh(String line) {
    return "export PATH=%s:/usr/bin:/bin; ".formatted(directory) + cluster.onIt() + line;
  }

  private static Ran runs(String words) {
    return host.ann().runsScript(sh("exec $DBG " + words));
  }

  private static JsonNode last() {
    return cluster.created().getLast();
  }

  @Test
  void a_session_is_an_object_with_the_words_of_the_line() {
    runs("--reason 'INC \"7\" \u00e4' " + POD + "uts -- act say no '\\' 'a\"b'")
        .exits(0)
        .prints("no\n\\\na\"b\n")
        .isRecorded();
    JsonNode spec = last().get("spec");
    assertEquals(
        List.of(
            "--reason",
            "INC \"7\" \u00e4",
            POD.strip(),
            "uts",
            "--",
            "act",
            "say",
            "no",
            "\\",
            "a\"b"),
        spec.get("command").valueStream().map(JsonNode::asText).toList());
    assertEquals("INC \"7\" \u00e4", spec.get("reason").asText());
    assertEquals("dbgt-line", spec.get("pod").asText());
    assertEquals("uid-of-dbgt-line", spec.get("podUID").asText());
    assertEquals("node1", spec.get("nodeName").asText());
    assertTrue(spec.get("keyHash").asText().matches("[0-9a-f]{64}"));
    assertEquals("dbg.dev/v1alpha1", last().get("apiVersion").asText());
    JsonNode owner = last().at("/metadata/ownerReferences/0");
    assertEquals(
        "uid-of-dbgt-line Pod v1",
        "%s %s %s"
            .formatted(
                owner.get("uid").asText(),
                owner.get("kind").asText(),
                owner.get("apiVersion").asText()));
    assertFalse(cluster.present().isEmpty(), "the agent removes what has begun, not the plugin");
  }

  /** su leaves the variables of whoever typed it. */
  @Test
  void no_variable_says_where_the_socket_of_kubectl_proxy_is() throws IOException {
    Path own = Files.createTempDirectory("dbgt-own");
    try {
      String _ = Command.must("chown", host.ann().name(), own.toString());
      int before = directories().size();
      host.ann()
          .runsScript(
              sh("export XDG_RUNTIME_DIR=%1$s TMPDIR=%1$s; exec $DBG ".formatted(own))
                  + POD
                  + "uts -- act say no")
          .exits(0)
          .prints("no\n");
      List<Path> made = directories().subList(before, directories().size());
      assertEquals(1, made.size());
      assertEquals(Path.of("/tmp"), made.getFirst().getParent());
    } finally {
      Command.removes(own);
    }
  }

  /** The agent hears nothing before: the object's name is in the first line that it gets. */
  @Test
  void the_way_to_the_agent_is_made_while_the_object_is() {
    String create = "POST /apis/dbg.dev/v1alpha1/namespaces/dbgt-prod/debugsessions";
    int before = cluster.asked().size();
    cluster.holds(create);
    Running dbg = host.ann().startsScript(sh("exec $DBG " + POD + "uts -- hostname"));
    Patience.until(
        "the way is asked for",
        () ->
            cluster.asked().stream()
                .skip(before)
                .anyMatch(request -> request.contains("/portforward")));
    cluster.goesOn(create);
    dbg.ends().exits(0).prints("dbgt-line\n");
  }

  @Test
  void kubectl_dbg_is_the_same_line() {
    for (String line :
        List.of(
            "kubectl dbg dbgt-line uts -- hostname",
            "kubectl dbg -n dbgt-prod dbgt-line -c app uts -- hostname",
            "kubectl dbg --context elsewhere --namespace=dbgt-prod pod/dbgt-line/app hostname",
            "kubectl dbg --as=carol --as-group dev --as-group ops dbgt-line -capp uts hostname",
            "KUBECONFIG= kubectl dbg -n dbgt-prod --kubeconfig \"$OWN\" dbgt-line uts -- hostname")) {
      host.ann()
          .runsScript(sh("unset DBG_HOST; OWN=$KUBECONFIG; " + line))
          .exits(0)
          .prints("dbgt-line\n");
    }
    host.ann().runsScript(sh("kubectl dbg shell -c app dbgt-line uts </dev/null")).exits(0);
    assertEquals("shell k8s://dbgt-prod/dbgt-line/app uts", words());
    host.ann().runsScript(sh("kubectl dbg tools dbgt-line")).exits(0);
    assertEquals("tools k8s://dbgt-prod/dbgt-line", words());
    host.ann().runsScript(sh("kubectl dbg --reason why status dbgt-line"));
    assertEquals("status --reason why k8s://dbgt-prod/dbgt-line", words());
    assertEquals("why", last().at("/spec/reason").asText());
    var _ = host.ann().runsScript(sh("kubectl dbg")).exits(0).says();
    var _ = host.ann().runsScript(sh("kubectl dbg -n")).exits(DBG_FAILED).says("-n needs a value");
  }

  private static String words() {
    return String.join(
        " ", last().at("/spec/command").valueStream().map(JsonNode::asText).toList());
  }

  @ParameterizedTest
  @CsvSource({"act exit 0,0", "act exit 7,7", "act exit 255,255", "missing it,127", "ss -K,126"})
  void the_status_is_the_tool_s(String tool, int status) {
    var _ = runs(POD + "net -- " + tool).exits(status);
  }

  @Test
  void the_streams_stay_apart_and_a_signal_ends_the_line() {
    Ran ran = runs(POD + "uts -- act say out '!err'").exits(0).prints("out\n");
    assertEquals("err\n", ran.err());
    var _ = runs(POD + "uts -- act die 9").diesBy(9);
    Running dbg = host.ann().startsScript(sh("exec $DBG " + POD + "uts -- act wait"));
    dbg.prints("waiting").gets("TERM").ends().diesBy(15).leaves("result");
  }

  @Test
  void much_passes_both_ways_unchanged() throws IOException {
    byte[] much = new byte[MUCH];
    new Random(1).nextBytes(much);
    Path file = host.directory().resolve("much");
    Files.write(file, much);
    var _ =
        host.ann()
            .reading(file)
            .runsScript(sh("exec $DBG " + POD + "uts -- act copy"))
            .exits(0)
            .prints(much);
  }

  @Test
  void a_reader_that_takes_nothing_fills_no_memory() {
    Running dbg =
        host.ann()
            .startsScript(
                sh("$DBG " + POD + "uts -- act flood | (read -r line; echo got; sleep 300)"));
    dbg.prints("got");
    Patience.sleeps(Duration.ofSeconds(3));
    List<Long> all = host.processes().executing(host.installed().client());
    // The client, its courier, the way, and dbg stdio.
    assertTrue(all.size() >= 4, all::toString);
    host.processes().haveLittleUnread(all, FEW_BYTES, dbg);
  }

  @ParameterizedTest
  @ValueSource(strings = {"client", "courier", "way"})
  void when_a_part_is_killed_all_ends(String which) {
    Running dbg = host.ann().startsScript(sh("exec $DBG " + POD + "uts -- act wait"));
    dbg.prints("waiting");
    assertEquals(1, proxies().size(), proxies()::toString);
    long client = dbg.pid();
    long courier = child(client);
    Processes.signal(
        "KILL",
        switch (which) {
          case "client" -> client;
          case "courier" -> courier;
          default -> child(courier);
        });
    var _ = dbg.ends();
    Patience.until("the tool has ended", () -> host.processes().tools().isEmpty());
  }

  private static long child(long pid) {
    return Long.parseLong(Command.must("pgrep", "-o", "-P", Long.toString(pid)));
  }

  @Test
  void keys_and_sizes_of_a_terminal_reach_the_tool() {
    Running dbg =
        host.ann()
            .atTerminal()
            .startsScript(sh("stty rows 23 cols 77; exec $DBG -t " + POD + "uts -- act watch"))
            .prints("23 rows, 77 columns");
    dbg.types("\u0003").ends().exits(130).leaves("result");
  }

  @Test
  void the_shell_is_this_host_s_and_each_of_its_lines_is_a_session() {
    int before = cluster.created().size();
    runs("shell -c 'hostname; act exit 3' " + POD + "uts").exits(3).prints("dbgt-line\n");
    assertEquals(before + 3, cluster.created().size());
  }

  @Test
  void a_shell_stays_in_the_cluster_in_which_it_began_and_says_which() throws IOException {
    Path own = directory.resolve("own");
    String other =
        """
        cp $KUBECONFIG %1$s; export KUBECONFIG=%1$s
        kubectl config set-cluster absent --server http://127.0.0.1:1
        kubectl config set-context absent --cluster absent
        """
            .formatted(own);
    String switches = "hostname; here kubectl config use-context absent; hostname";
    for (String began : List.of("exec $DBG shell", "unset DBG_HOST; kubectl dbg shell")) {
      Ran ran =
          host.ann()
              .runsScript(sh(other + "echo '" + switches + "' | (" + began + " " + POD + "uts)"))
              .exits(0);
      assertTrue(ran.out().endsWith("dbgt-line\nSwitched to context \"absent\".\ndbgt-line\n"));
    }
    host.ann()
        .atTerminal()
        .startsScript(sh("exec $DBG shell " + POD + "uts"))
        .prints("tools in kube://user@test/cluster:1 " + POD.strip())
        .types("exit\n")
        .ends()
        .exits(0);
  }

  /** They are for the cluster of the shell, and would take the credential of another one there. */
  @Test
  void a_program_of_this_host_gets_no_option_of_kubectl_from_the_shell() {
    String line = "kubectl dbg --kubeconfig $OWN --as carol -n dbgt-prod shell dbgt-line/app uts";
    Ran ran =
        host.ann()
            .runsScript(
                sh("unset DBG_HOST; OWN=$KUBECONFIG; unset KUBECONFIG; echo here env | " + line))
            .exits(0);
    assertTrue(ran.out().contains("DBG_KUBECTL=\n"), ran::toString);
    assertFalse(ran.out().contains("carol") || ran.out().contains("KUBECONFIG="), ran::toString);
  }

  @Test
  void tab_makes_no_session() {
    int before = cluster.created().size();
    runs("completion --line -- " + POD + "-- ss").exits(0).prints("");
    host.ann().runsScript(sh("DBG_TAB=1 exec $DBG " + POD + "uts -- hostname")).exits(0).prints("");
    assertEquals(before, cluster.created().size());
  }

  @Test
  void a_line_without_a_pod_is_refused_before_anything_is_started() {
    int before = cluster.asked().size();
    for (String line :
        List.of("ps", "audit", "dbgt-line uts -- hostname", "--each all -- hostname")) {
      var _ = runs(line).exits(DBG_FAILED).says("a line needs a pod", "kubectl get debugsessions");
    }
    for (String wrong :
        List.of("k8s://x", "k8s://a/../b", "k8s://a/b/c/d", "k8s://A/b", "k8s:///b")) {
      var _ = runs(wrong + " uts -- hostname").exits(DBG_FAILED).says("the target is not k8s://");
    }
    var _ = runs(POD + "uts -- act say \"$(printf '\\377')\"").exits(DBG_FAILED).says("not UTF-8");
    var _ = runs("version").exits(0);
    assertEquals(before, cluster.asked().size());
  }

  @Test
  void a_refusal_of_the_node_is_dbgd_s_own() {
    runs(POD + "net -- ss -K").exits(REFUSED).says("dbg: refused: ").leaves("denied");
  }
}
