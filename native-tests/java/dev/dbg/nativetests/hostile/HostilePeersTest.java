package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.target.Nsenter.nsenter;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.enter.AlteredEnter;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Command;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.toolroot.AlteredToolRoot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What processes of a container can do to a session in it: processes of a container that sees all
 * of the host's processes, which is the most that a container can see, and of one that sees only
 * its own.
 */
@Tag("native")
@Tag("whole")
final class HostilePeersTest {
  private static final String POLICY = Host.EVERYTHING.replace("\"act\"", "\"act\", \"victim\"");

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  @RegisterExtension
  static final Host writable = Host.with(Host.EVERYTHING).inWhich(AlteredToolRoot.Writable.class);

  @RegisterExtension
  static final Host withWritableHelper =
      Host.with(Host.EVERYTHING).inWhich(AlteredEnter.WritableHelper.class);

  @RegisterExtension static final Host leaking = Host.with(Host.EVERYTHING).without("close-range");

  @RegisterExtension
  static final Host powerful = Host.with(Host.EVERYTHING).without("capabilities");

  private static Container container;
  private static Container seesAll;
  private @Nullable Running tool;

  @BeforeAll
  static void start() throws IOException {
    container = host.docker().starts("dbgt-tracing", "--cap-add=SYS_PTRACE");
    seesAll = host.docker().starts("dbgt-sees-all", "--pid=host");
    for (Host each : List.of(host, writable)) {
      String _ = Command.must("cp", "-p", each.program("act").toString(), victim(each).toString());
      each.config().writeTool("victim", victim(each), "");
      each.config().writePolicy(POLICY);
      var _ = each.daemon().reloads();
    }
  }

  private static Path victim(Host of) {
    return of.directory().resolve("victim");
  }

  /** Starts a tool that waits, and returns its pid. */
  private long waiting(Host at, String where, String name) {
    tool = at.ann().starts(where + " -- " + name + " wait").prints("waiting");
    return at.processes().startedOnceAs(name, "wait");
  }

  @AfterEach
  void end() {
    if (tool != null && !tool.hasEnded()) {
      var _ = tool.gets("INT").ends();
    }
  }

  /** CVE-2019-5736. */
  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt"})
  void the_hosts_tool_is_not_overwritten_through_proc_exe(String namespaces) throws IOException {
    byte[] whole = Files.readAllBytes(host.program("act"));

    overwriting(host, namespaces).prints("EROFS\n").ends();
    assertArrayEquals(whole, Files.readAllBytes(victim(host)));

    overwriting(writable, namespaces).prints("done\n").ends();
    assertEquals("overwritten\n", Files.readString(victim(writable)));
    Files.write(victim(writable), whole);
  }

  /**
   * A container can see dbg-enter only while it keeps dbg-enter busy: here with an /etc that never
   * answers.
   */
  @Test
  void dbgs_own_helper_is_not_overwritten_either() throws IOException {
    Container keeps =
        host.docker()
            .starts(
                "dbgt-keeps",
                List.of(
                    "--cap-add=SYS_ADMIN",
                    "--device=/dev/fuse",
                    "--security-opt=apparmor=unconfined"),
                "/mute",
                "deaf",
                "/etc")
            .prints("mounted");
    // Docker can start nothing in a container without an /etc: the attack comes from another
    // container.
    Container attacks = host.docker().starts("dbgt-attacks", "--pid=host", "--cap-add=SYS_PTRACE");
    byte[] whole = Files.readAllBytes(host.installed().helper());

    overwritingHelper(host, keeps, attacks).prints("EROFS\n").ends();
    assertArrayEquals(whole, Files.readAllBytes(host.installed().helper()));

    overwritingHelper(withWritableHelper, keeps, attacks).prints("done\n").ends();
    assertEquals("overwritten\n", Files.readString(withWritableHelper.installed().helper()));
  }

  private static Running overwritingHelper(Host at, Container keeps, Container attacks) {
    Running dbg = at.ann().starts("--timeout 20s " + keeps.name() + " net -- ss -tlnH");
    Patience.until("dbg-enter waits", () -> at.processes().isEntering());
    long pid = at.processes().tools().getFirst();
    Running attack = attacks.starts("/attack", "overwrite", Long.toString(pid)).prints("holding");
    // It executes the same file, which cannot be written meanwhile; the session ends with it.
    at.processes().endsKeeper();
    var _ = dbg.ends();
    return attack;
  }

  private Running overwriting(Host at, String namespaces) {
    long pid = waiting(at, "dbgt-sees-all " + namespaces, "victim");
    Running attack = seesAll.starts("/attack", "overwrite", Long.toString(pid)).prints("holding");
    end();
    return attack;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/shadow", "/root", "/home", "/tmp", "/boot"})
  void the_hosts_files_are_not_below_the_tools_root(String path) {
    BareProcess bare = BareProcess.in("--uts", "setpriv", "--bounding-set=-all", "--inh-caps=-all");
    String below = "/proc/%d/root" + path;
    seesAll.executes("/attempt", "read", below.formatted(bare.pid())).prints("done\n");
    bare.ends();

    long pid = waiting(host, "dbgt-sees-all net", "act");

    seesAll.executes("/attempt", "read", below.formatted(pid)).prints("ENOENT\n");
  }

  /** CVE-2024-21626, checked from outside: the tool itself cannot hide its descriptors. */
  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "net,mnt,uts,ipc"})
  void the_tool_holds_three_descriptors_and_stands_at_its_root(String namespaces) {
    long pid = waiting(host, "dbgt-tracing " + namespaces, "act");
    assertEquals(List.of(0, 1, 2), Processes.descriptors(pid));
    assertEquals("/", Processes.link(pid, "cwd"));
    end();

    assertTrue(
        Processes.descriptors(waiting(leaking, "dbgt-tracing " + namespaces, "act")).size() > 3);
  }

  /**
   * CVE-2016-9962: a process outside the container's pid namespace cannot be traced from inside.
   */
  @ParameterizedTest
  @ValueSource(strings = {"net", "mnt", "net,mnt,uts,ipc"})
  void without_pid_no_process_of_a_session_is_seen_in_the_container(String namespaces) {
    Running watch = watching();
    for (int i = 0; i < 30; i++) {
      host.ann().runs("dbgt-tracing " + namespaces + " -- act exit 0").exits(0);
    }

    assertEquals(List.of("watching"), watch.ends().exits(0).lines());
  }

  /**
   * CVE-2016-9962: a process created there is created as the tool, and has no more rights than the
   * tool.
   */
  @ParameterizedTest
  @ValueSource(strings = {"pid", "pid,net", "pid,mnt", "pid,mnt,net,uts,ipc"})
  void with_pid_no_visible_process_has_rights_or_descriptors(String namespaces) {
    List<String> seen = new ArrayList<>();
    // The watch looks for two seconds: a busy machine may run nothing in them.
    Patience.until(
        "a tool is seen",
        () -> {
          seen.addAll(seenOf(host, namespaces));
          return seen.stream().anyMatch(line -> line.contains("name=act "));
        });
    for (String line : seen) {
      assertTrue(line.contains(" caps=0000000000000000 "), line);
      assertTrue(line.contains(" java=0 "), line);
      assertFalse(line.contains(" secret=open"), line);
      assertFalse(line.contains(" 0=/"), line);
    }
    Patience.until(
        "one with rights is seen",
        () ->
            seenOf(powerful, namespaces).stream()
                .anyMatch(line -> !line.contains(" caps=0000000000000000 ")));
  }

  private static List<String> seenOf(Host at, String namespaces) {
    Running watch = watching();
    for (int i = 0; i < 20; i++) {
      at.ann().runs("dbgt-tracing " + namespaces + " -- act exit 0").exits(0);
    }
    return watch.ends().exits(0).lines().stream()
        .filter(line -> line.startsWith("name="))
        .filter(line -> !line.contains("name=runc"))
        .toList();
  }

  /**
   * The terminal is the operator's. A process that can see the tool could otherwise write to the
   * terminal or read from it. dbgd gets no descriptor of it.
   */
  @Test
  void with_pid_the_container_cannot_reach_the_operators_terminal() {
    assertEquals("no terminal\n", painted(host));
  }

  private String painted(Host at) {
    tool = at.ann().atTerminal().starts("dbgt-tracing pid -- act wait").prints("waiting");
    String painted = container.executes("/attack", "paint", "act").exits(0).out();
    end();
    return painted;
  }

  /**
   * Shows that the watch works: the process that nsenter starts joins with all of root's rights.
   */
  @Test
  void a_tool_that_nsenter_runs_with_pid_can_be_traced() {
    Patience.until(
        "one is traced",
        () -> {
          Running watch = watching();
          for (int i = 0; i < 30; i++) {
            nsenter(container, "-p", "look", "directory").exits(0);
          }
          return watch.ends().exits(0).lines().stream()
              .anyMatch(line -> line.contains("mem=open java=0 secret=open"));
        });
  }

  private static Running watching() {
    return container.starts("/attack", "watch", "2000", "/etc/shadow").prints("watching");
  }
}
