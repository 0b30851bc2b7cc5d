package dev.dbg.nativetests.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.user.HostUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/** What a user's engine says is read by a process with that user's rights. */
@Tag("native")
@Tag("whole")
@ResourceLock(HostUser.OF_THE_MACHINE)
final class UsersReaderTest {
  /** Of proc_pid_stat(5). */
  private static final int NICE = 19;

  /** CAP_SYS_CHROOT, of which the filter leaves no use: who has not got it cannot trace. */
  private static final String CHROOT = "0000000000040000";

  private static final String CONTAINERS =
      ".local/share/containers/storage/overlay-containers/containers.json";

  @RegisterExtension
  static final Host host =
      Host.with(
              """
              [[rule]]
              who = ["*"]
              containers = ["podman://*/*"]
              namespaces = ["net"]
              tools = ["ss"]
              """)
          .withAnsweringEngines();

  @RegisterExtension static final Host stopping = host.without("running-readers");

  private static HostUser una;

  @BeforeAll
  static void start() {
    una = HostUser.called("dbgt-una");
    una.writes(
        una.home(CONTAINERS), "[{\"id\":\"%s\",\"names\":[\"said\"]}]".formatted("a".repeat(64)));
    una.does("mkdir", "-p", una.runtime("containers").toString());
  }

  @AfterAll
  static void end() {
    una.close();
  }

  /** That of this user: others of this host may have one, too. */
  private static long reader() throws Exception {
    assertTrue(host.root().runs("ps -a").exits(0).out().contains("said"));
    for (long reader : host.processes().readers()) {
      if (Processes.isOf(una.does("id", "-u").strip(), reader)) {
        return reader;
      }
    }
    throw new AssertionError("no reader: " + host.processes().readers());
  }

  @Test
  void the_reader_has_the_rights_of_its_user_and_no_other() throws Exception {
    long reader = reader();
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertEquals(CHROOT, Processes.status(reader, set), set);
    }
    assertTrue(
        Processes.status(reader, "Uid")
            .matches("(%s\\s*){4}".formatted(una.does("id", "-u").strip())));
    assertEquals("", Processes.status(reader, "Groups"));
    assertEquals("0", Processes.stat(reader, NICE), "a session waits for it");
    assertEquals("1", Processes.status(reader, "NoNewPrivs"));
    assertEquals("2", Processes.status(reader, "Seccomp"));
    assertNotEquals(
        Files.readSymbolicLink(Path.of("/proc/self/ns/net")),
        Files.readSymbolicLink(Path.of("/proc", Long.toString(reader), "ns/net")));
  }

  private static boolean may(String command) {
    String said = una.does("sh", "-c", command + " >/dev/null 2>&1 && echo yes || echo no");
    return said.strip().equals("yes");
  }

  /** Who could trace it would be a process among dbgd's, with dbgd's place in the journal. */
  @Test
  void a_user_cannot_trace_their_reader() throws Exception {
    long reader = reader();
    assertFalse(may("cat /proc/%d/environ".formatted(reader)));
    assertFalse(may("ls /proc/%d/fd/".formatted(reader)));
    assertTrue(may("cat /proc/%d/status".formatted(reader)));
  }

  @Test
  void a_reader_that_is_killed_costs_one_answer() throws Exception {
    long reader = reader();
    Processes.signal("KILL", reader);
    assertNotEquals(reader, reader());
  }

  /** Until dbg-enter has executed Java, nothing but time tells that it was stopped. */
  @Test
  void a_reader_stopped_before_its_start_is_killed() {
    Running list = stopping.root().starts("ps -a");
    // dbgd kills it after two seconds. A busy machine may not show it before.
    Patience.until("it is stopped", () -> !stopped().isEmpty() || list.hasEnded());

    stopping.root().runs("audit -n 1").exits(0);
    list.ends().exits(0).says("no answer from");
    Patience.until("it is ended", () -> stopped().isEmpty());
    // It is left alone.
    stopping.root().starts("ps -a").ends().exits(0).says("no answer from");
    assertEquals(List.of(), stopped());
  }

  private static List<Long> stopped() {
    return stopping.processes().readers().stream().filter(pid -> Processes.isIn('T', pid)).toList();
  }
}
