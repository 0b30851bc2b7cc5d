package dev.dbg.nativetests.limits;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A tool that takes all it can get: processes, memory, its reader's patience. */
@Tag("native")
@Tag("whole")
final class FloodsTest {
  private static final String POLICY = Host.EVERYTHING.replace("\"act\"", "\"act\", \"lonely\"");

  private static final int SIGPIPE = 13;

  /** A host where a session's control group allows plenty of everything. */
  @RegisterExtension
  static final Host host =
      Host.with(Host.EVERYTHING).limitedTo("processes = 1000", "memory = \"8G\"");

  @RegisterExtension static final Host forking = host.without("seccomp");

  @RegisterExtension static final Host boundless = host.without("limits");

  private static Container container;

  @BeforeAll
  static void start() throws IOException {
    container = host.docker().starts("dbgt-floods");
    for (Host each : new Host[] {host, forking}) {
      each.config().writeTool("lonely", each.program("act"), "");
      each.config().writePolicy(POLICY);
      var _ = each.daemon().reloads();
    }
  }

  /** Returns what {@code act} prints before it waits, and ends it. */
  private static String said(Host at, String line) {
    Running tool = at.ann().starts(line).prints("waiting");
    return tool.gets("INT").ends().lines().getFirst();
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "pid", "pid,mnt,net"})
  void a_tool_starts_no_process_unless_its_entry_says_so(String namespaces) {
    String line = "dbgt-floods " + namespaces + " -- lonely fork 500";

    assertTrue(said(forking, line).equals("forked 500"));
    assertTrue(said(host, line).equals("forked 0"));
    Patience.until(
        "no process is left", () -> Processes.startedAs("lonely", "fork", "500").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "pid"})
  void a_tool_gets_no_more_memory_than_a_tool_needs(String namespaces) {
    String line = "dbgt-floods " + namespaces + " -- act allocate 2500";

    assertTrue(number(said(host, line)) < 2100);
    assertTrue(number(said(boundless, line)) == 2500);
  }

  private static long number(String said) {
    return Long.parseLong(said.substring(said.lastIndexOf(' ') + 1));
  }

  /** The reader reads nothing: the tool waits, and nobody else does. */
  @ParameterizedTest
  @ValueSource(strings = {"net", "pid"})
  void a_reader_that_does_not_read_keeps_nobody_else_waiting(String namespaces) throws IOException {
    Path goes = Path.of("/run/dbgt-reader-goes-" + namespaces);
    String reader = "(until [ -e %s ]; do sleep 0.1; done)".formatted(goes);
    Running dbg =
        host.ann().startsInto(reader, "--timeout 15s dbgt-floods " + namespaces + " -- act flood");
    Patience.until("it runs", () -> host.processes().startedAs("act", "flood").size() == 1);

    host.bob().runs("dbgt-floods net,mnt -- ls /").exits(0).isRecorded();
    host.bob().runs("dbgt-floods pid -- look namespaces").exits(0).isRecorded();

    Patience.until("it is ended", () -> host.processes().startedAs("act", "flood").isEmpty());
    var _ = Files.createFile(goes);
    dbg.ends().exits(124).leaves("result").says("/outcome/timeout", true);
    Files.delete(goes);
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "pid"})
  void a_reader_that_has_gone_ends_the_tool(String namespaces) {
    host.ann()
        .startsInto("true", "dbgt-floods " + namespaces + " -- act flood")
        .ends()
        .leaves("result")
        .says("/outcome/signal", SIGPIPE);
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  @Test
  void a_tool_that_prints_a_hundred_megabytes_leaves_the_daemon_as_small_as_it_was() {
    long pid = host.daemon().pid();
    // What any session needs is there then.
    host.ann().runs("dbgt-floods pid -- act print 1").exits(0);
    long before = Processes.resident(pid);

    host.ann().runs("dbgt-floods pid -- act print 100000000").exits(0);

    Patience.until("it is small again", () -> Processes.resident(pid) - before < 10_000_000);
  }

  /**
   * Shows that the flood is real: nothing stops the tool that nsenter runs. It has a pid namespace,
   * so that all of it ends together: a process that is being forked may miss a signal to its group.
   */
  @Test
  void nsenters_tool_starts_as_many_processes_as_it_likes() {
    assertTrue(
        Patience.withEnough(
                seconds ->
                    nsenter(
                            container,
                            "-n",
                            "timeout",
                            "--signal=KILL",
                            Integer.toString(seconds),
                            "unshare",
                            "--pid",
                            "--fork",
                            "--kill-child",
                            "act",
                            "fork",
                            "3000")
                        .out(),
                out -> out.contains("forked"))
            .contains("forked 3000"));
  }
}
