package dev.dbg.nativetests.start;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Traces;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.BareProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A host that lacks something dbg needs: a session says in one line what failed, on what, with
 * which errno, and what to do; it leaves a record and nothing else. {@code dbg doctor} reports it
 * beforehand.
 */
@Tag("native")
@Tag("whole")
final class UnfitHostTest {
  private static final int NO_SUCH_TOOL = 127;
  private static final int SOMETHING_FAILS = 1;
  private static final int REFUSED = 126;

  private static final String POLICY =
      Host.EVERYTHING
          + """

          [[rule]]
          who = ["group:dbgt-ops"]
          containers = ["pid://*"]
          namespaces = ["net", "mnt", "pid", "ipc", "uts", "user", "cgroup", "time"]
          tools = ["look", "attempt", "orphan", "gone"]
          host-namespaces = true
          user-switch = true
          """;

  @RegisterExtension
  static final Host host = Host.with(Host.EVERYTHING).inOwnMounts().startedByTheClass();

  private static BareProcess target;

  @BeforeAll
  static void start() throws IOException {
    target = BareProcess.in("--net", "--uts", "--ipc", "--mount", "--user", "--map-root-user");
    host.config().writeTool("orphan", host.directory().resolve("orphan"), "");
    host.config().writeTool("gone", host.directory().resolve("gone"), "");
    host.config().writePolicy(POLICY);
  }

  @AfterAll
  static void end() {
    target.ends();
  }

  @AfterEach
  void stop() {
    host.daemon().stops();
  }

  /** This fails before the INTENT is written: the record is a refusal. */
  @ParameterizedTest
  @CsvSource({
    "open_tree, 5.2",
    "move_mount, 5.2",
    "mount_setattr, 5.12",
    "pidfd_open, 5.3",
    "setns, 5.8"
  })
  void what_a_kernel_too_old_to_begin_with_lacks_is_said(String call, String since) {
    host.daemon().startsOnKernelWithout(call);

    Ran ran = failsLeavingNothing("net,mnt,user -- look descriptors");

    ran.fails(DBG_FAILED, call, "(ENOSYS)", "Linux " + since + " or newer is needed");
    doctorSays("FAILS", "kernel ", call, "(ENOSYS)", "Linux " + since);
  }

  /** The last column: what fails, for each kind of namespace for which it is called. */
  @ParameterizedTest
  @CsvSource({
    "close_range, 5.9, uts close_range",
    "openat2, 5.6, net openat2 /etc/resolv.conf of the target;mnt openat2 /;pid openat2 /proc",
    "setns=0x10000000, 5.8, user setns user of the target"
  })
  void what_a_kernel_too_old_to_enter_lacks_is_said_and_is_the_result(
      String call, String since, String failures) {
    host.daemon().startsOnKernelWithout(call);

    Ran doctor = host.ann().runs("doctor").exits(SOMETHING_FAILS);
    for (String failure : failures.split(";", -1)) {
      String kind = failure.replaceFirst(" .*", "");
      String failed = failure.replaceFirst("[a-z]+ ", "");
      // The target has a user namespace of its own.
      failsLeavingNothing((kind.equals("mnt") ? "mnt,user" : kind) + " -- look descriptors")
          .isNotRun(DBG_FAILED, failed, "(ENOSYS)", "Linux " + since + " or newer is needed");
      String _ = line(doctor, "FAILS", "namespace ", kind, "(ENOSYS)", "Linux " + since);
    }
  }

  @Test
  void a_kernel_without_landlock_serves_all_but_mnt_with_pid_and_the_doctor_says_what_is_lost() {
    host.daemon().startsOnKernelWithout("landlock_create_ruleset");

    host.ann()
        .runs(target.name() + " mnt,pid,user -- look descriptors")
        .isNotRun(DBG_FAILED, "mnt together with pid needs Landlock", "Linux 5.13", "lsm=");
    host.ann().runs(target.name() + " net -- look descriptors").exits(0).isRecorded();
    Ran doctor = host.ann().runs("doctor");
    assertTrue(
        line(doctor, "degraded", "Landlock", "mnt can't be entered with pid", "only ids keep")
            .contains("5.13"));
  }

  @ParameterizedTest
  @CsvSource({
    "sys_admin, CAP_SYS_ADMIN, uts -- look descriptors, open_tree",
    "sys_chroot, CAP_SYS_CHROOT, uts -- look descriptors, setns"
  })
  void a_capability_that_dbgd_lacks_to_begin_with_is_named(
      String capability, String name, String line, String call) {
    host.daemon().startsWithoutCapability(capability);

    failsLeavingNothing(line)
        .fails(DBG_FAILED, call, "(EPERM)", "dbgd has no " + name, "CapabilityBoundingSet=");
    doctorSays("FAILS", "capability " + name, "CapabilityBoundingSet=");
  }

  @ParameterizedTest
  @CsvSource({
    "setgid, CAP_SETGID, uts, setgroups",
    "setpcap, CAP_SETPCAP, uts;pid, PR_CAPBSET_DROP",
    "setuid, CAP_SETUID, -u 7 uts, setresuid"
  })
  void a_capability_that_dbg_enter_lacks_is_named(
      String capability, String name, String lines, String call) {
    host.daemon().startsWithoutCapability(capability);
    for (String line : lines.split(";", -1)) {
      failsLeavingNothing(line + " -- look descriptors")
          .isNotRun(DBG_FAILED, call, "(EPERM)", "dbgd has no " + name, "CapabilityBoundingSet=");
    }
    doctorSays("FAILS", "capability " + name, "CapabilityBoundingSet=");
  }

  @Test
  void a_capability_of_a_tools_entry_that_dbgd_lacks_is_named_with_the_tool() {
    host.daemon().startsWithoutCapability("net_raw");

    failsLeavingNothing("net -- capable descriptors")
        .isNotRun(DBG_FAILED, "capset", "(EPERM)", "dbgd has no CAP_NET_RAW");
    doctorSays("FAILS", "tool ", "capable", "no CAP_NET_RAW to give");
    host.ann().runs(target.name() + " net -- look descriptors").exits(0);
  }

  /** The capability is for files with capabilities, which neither dbgd nor a tool writes. */
  @Test
  void without_the_capability_to_map_root_the_doctor_enters_all_namespaces() {
    host.daemon().startsWithoutCapability("setfcap");

    Ran doctor = host.ann().runs("doctor");

    String _ = line(doctor, "works", "namespace ", "user", "time");
    assertFalse(doctor.out().contains("degraded"), doctor::toString);
  }

  @Test
  void a_dbgd_that_cannot_tell_the_hosts_namespaces_does_not_start_and_names_the_capability() {
    Ran ran =
        host.installed()
            .startsAnotherWithoutCapability("sys_ptrace", host.config().file())
            .exits(DBG_FAILED)
            .says("cannot start", "/ns/net", "(EACCES)", "dbgd has no CAP_SYS_PTRACE");
    assertEquals(1, ran.err().lines().filter(said -> said.contains("cannot start")).count());
    host.daemon().starts();
  }

  @Test
  void when_descriptors_run_out_it_is_said_and_what_runs_goes_on() {
    host.daemon().startsWithDescriptors(85);
    doctorSays("FAILS", "limit descriptors", "of 85", "LimitNOFILE=");
    List<Running> sessions = new ArrayList<>();
    Ran failed = null;
    while (failed == null && sessions.size() < 8) {
      Running session = host.ann().starts(target.name() + " uts -- act wait");
      if (session.printsBeforeItEnds("waiting")) {
        sessions.add(session);
      } else {
        failed = session.ends();
      }
    }

    assertFalse(failed == null, "no session failed for want of descriptors");
    failed.exits(DBG_FAILED).says("descriptors", "LimitNOFILE= of dbgd.service");
    for (Running session : sessions) {
      Ran _ = session.gets("TERM").ends();
    }
    Patience.until("the tools have ended", () -> host.processes().tools().isEmpty());
    // dbgd releases what its sessions used a moment after their tools have ended.
    Patience.until(
        "there is room again",
        () ->
            host.ann().runs(target.name() + " uts -- act exit 0").end().equals("Exited[status=0]"));
  }

  @Test
  void a_tool_whose_library_is_missing_is_said_with_the_library() throws IOException {
    Path library = host.directory().resolve("libparent.so");
    Path source = Files.writeString(host.directory().resolve("parent.c"), "int parent;\n");
    Path main =
        Files.writeString(
            host.directory().resolve("orphan.c"),
            "extern int parent; int main(void) { return parent; }\n");
    Machine.compiles("-shared", "-fPIC", "-o", library.toString(), source.toString());
    Machine.compiles(
        "-o", host.directory().resolve("orphan").toString(), main.toString(), library.toString());
    Files.delete(library);
    host.daemon().starts();

    failsLeavingNothing("uts -- orphan x")
        .fails(REFUSED, "orphan at ", "its libraries cannot be loaded", "libparent.so", "install");
    doctorSays("FAILS", "tool ", "orphan", "libparent.so", "install");
  }

  @Test
  void a_tool_whose_file_goes_between_two_sessions_is_not_there() throws IOException {
    Path file = host.directory().resolve("gone");
    Files.copy(host.program("look"), file);
    assertTrue(file.toFile().setExecutable(true, false));
    host.daemon().starts();
    host.ann().runs(target.name() + " uts -- gone descriptors").prints("0\n1\n2\n");

    Files.delete(file);

    Patience.until(
        "dbgd has noticed",
        () -> host.ann().runs(target.name() + " uts -- gone descriptors").err().contains("gone"));
    failsLeavingNothing("uts -- gone descriptors")
        .fails(NO_SUCH_TOOL, "this host has no gone", file.toString(), "install it");
    doctorSays("FAILS", "tool ", "gone", "this host has no gone");
  }

  /** Runs a line that fails, and asserts that it leaves no more than a first run left. */
  private static Ran failsLeavingNothing(String line) {
    String user = line.startsWith("-u ") ? "-u 7 " : "";
    String whole = user + target.name() + " " + line.substring(user.length());
    Ran _ = host.ann().runs(whole);
    Traces before = Traces.of(host);
    Ran last = host.ann().runs(whole);
    for (int i = 0; i < 5; i++) {
      last = host.ann().runs(whole);
    }
    before.areNoMoreAt(host);
    assertEquals(1, last.err().lines().count(), last::toString);
    return last;
  }

  private static void doctorSays(String state, String... parts) {
    Ran doctor = host.ann().runs("doctor").exits(SOMETHING_FAILS);
    String _ = line(doctor, state, parts);
  }

  /** The doctor's line that contains all of these. */
  private static String line(Ran doctor, String state, String... parts) {
    return doctor.lines().stream()
        .filter(line -> line.startsWith(state) && List.of(parts).stream().allMatch(line::contains))
        .findFirst()
        .orElseThrow(
            () ->
                new AssertionError(
                    "no line with %s %s: %s".formatted(state, List.of(parts), doctor)));
  }
}
