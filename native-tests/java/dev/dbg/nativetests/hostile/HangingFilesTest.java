package dev.dbg.nativetests.hostile;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.engine.Image;
import dev.dbg.nativetests.scene.host.Faults;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.target.Container;
import dev.dbg.session.AlteredSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A container whose file system never answers: fuse(4), served by the container itself. Its
 * sessions hang and end when their time is over; nobody else is affected.
 */
@Tag("native")
@Tag("whole")
final class HangingFilesTest {
  private static final int TIMED_OUT = 124;

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** Its INTENT is written when dbg-enter has long been held. */
  @RegisterExtension static final Host slow = host.slowToRecord();

  @RegisterExtension static final Host slowAndPatient = slow.inWhich(AlteredSession.Patient.class);

  private static int containers;

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-answers");
  }

  /** Starts a container that serves such a file system at this directory. */
  private static Container serving(String manner, String directory) {
    Image image = Image.named("hanging").has("/files/inside", "text\n");
    return host.docker()
        .starts(
            "dbgt-hanging-" + ++containers,
            image,
            List.of(
                "--cap-add=SYS_ADMIN", "--device=/dev/fuse", "--security-opt=apparmor=unconfined"),
            "/mute",
            manner,
            directory)
        .prints("mounted");
  }

  @Test
  void a_tool_that_waits_for_such_a_file_is_killed_when_its_time_is_over() {
    Container hanging = serving("deaf", "/files");

    host.ann()
        .runs("--timeout 1s " + hanging.name() + " mnt -- cat /files/inside")
        .exits(TIMED_OUT)
        .leaves("result")
        .says("/outcome/timeout", true);
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  /** The kernel keeps the tool until the container ends; dbg does not wait for that. */
  @Test
  void an_operator_is_let_go_when_the_kernel_does_not_let_the_tool_go() {
    Container hanging = serving("mute", "/files");

    // With a file as its input the tool has pipes, and no descriptor of the client that would stay
    // open as long as the tool does.
    Running dbg =
        host.ann()
            .reading(host.program("look"))
            .starts("--timeout 1s " + hanging.name() + " mnt -- cat /files/inside");
    try {
      dbg.ends().exits(TIMED_OUT).leaves("result").says("/outcome/timeout", true);
    } finally {
      hanging.isKilled();
    }
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  /**
   * Each keeps a process, a thread and descriptors, after its session and for as long as the
   * container likes.
   */
  @Test
  void a_container_that_holds_tools_is_not_entered_until_it_lets_them_go() {
    Container hanging = serving("mute", "/files");
    // Within its time each tool comes to the file, also on a busy machine.
    String line = "--timeout 10s " + hanging.name() + " mnt -- cat ";

    long before = recordedAsHeld();
    List<Running> held = new ArrayList<>();
    // Of those with a relay dbgd waits for the relay alone, which ends when it is killed.
    for (String how : List.of(line, line.replace(" mnt ", " mnt,pid "), "--record " + line)) {
      held.add(host.ann().reading(host.program("look")).starts(how + "/files/inside"));
    }
    held.add(host.ann().atTerminal().starts("-t " + line + "/files/inside"));
    try {
      held.forEach(dbg -> dbg.ends().exits(TIMED_OUT));
      assertEquals(before + 4, recordedAsHeld());

      host.ann().runs(line + "/etc/hosts").fails(DBG_FAILED, "4 of your tools were killed here");
      host.bob().runs(line + "/etc/hosts").exits(0);
      host.ann()
          .runs(line.replace(" mnt ", " net,mnt ") + "/etc/hosts")
          .fails(DBG_FAILED, "4 of your tools were killed here");
      host.ann().runs(hanging.name() + " net -- ss -tlnH").exits(0);
      host.ann().runs("dbgt-answers mnt -- ls /").exits(0);
    } finally {
      hanging.isKilled();
    }
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  private static long recordedAsHeld() {
    return host.audit().records().stream()
        .filter(record -> record.json().at("/outcome/held").asBoolean())
        .count();
  }

  /** dbg-enter goes to the directory while the INTENT is written, which fails. */
  @Test
  void an_operator_is_let_go_when_the_session_cannot_be_recorded_meanwhile() {
    Container hanging = serving("mute", "/files");
    try {
      whileNothingCanBeRecorded(slow, hanging).ends().exits(DBG_FAILED).says("Input/output error");
    } finally {
      hanging.isKilled();
    }
    Patience.until("no dbg-enter is left", () -> slow.processes().tools().isEmpty());
  }

  @Test
  void who_waits_for_a_held_process_is_not_let_go() {
    Container hanging = serving("mute", "/files");
    Running dbg = whileNothingCanBeRecorded(slowAndPatient, hanging);
    try {
      Patience.sleeps(Duration.ofSeconds(8));
      assertTrue(Processes.isAlive(dbg.pid()));
    } finally {
      hanging.isKilled();
    }
    var _ = dbg.ends().exits(DBG_FAILED);
  }

  private static Running whileNothingCanBeRecorded(Host at, Container hanging) {
    Running _ = Faults.on(at, at.audit().file(), "fdatasync:error=EIO");
    return at.ann()
        .reading(at.program("look"))
        .starts("-w /files/inside " + hanging.name() + " mnt -- cat /etc/hosts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"deaf", "mute"})
  void nobody_else_waits(String manner) {
    Container hanging = serving(manner, "/files");
    Running dbg = host.ann().starts(hanging.name() + " mnt -- cat /files/inside");
    Patience.until("the tool runs", () -> !host.processes().tools().isEmpty());

    host.bob().runs("dbgt-answers mnt,net -- ls /").exits(0).isRecorded();
    host.bob().runs(hanging.name() + " net -- ss -tlnH").exits(0).isRecorded();
    host.bob().runs("ps").exits(0);

    hanging.isKilled();
    var _ = dbg.ends();
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }

  /**
   * Where dbg mounts its own file systems: its mount covers the hanging one, which is never asked
   * anything.
   */
  @ParameterizedTest
  @ValueSource(strings = {"/dev/mqueue", "/dev/shm", "/proc", "/sys"})
  void a_hanging_file_system_below_a_mount_of_dbgs_is_not_asked(String directory) {
    Container hanging = serving("mute", directory);

    host.ann().runs("--timeout 1m " + hanging.name() + " mnt -- cat /files/inside").exits(0);
    host.ann().runs("--timeout 1m " + hanging.name() + " net -- ss -tlnH").exits(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"net -- ss -tlnH", "mnt -- cat /etc/hosts"})
  void names_that_never_come_end_with_the_session(String line) {
    Container hanging = serving("deaf", "/etc");

    host.ann().runs("--timeout 1s " + hanging.name() + " " + line).exits(TIMED_OUT);
    Patience.until("no tool is left", () -> host.processes().tools().isEmpty());
  }
}
