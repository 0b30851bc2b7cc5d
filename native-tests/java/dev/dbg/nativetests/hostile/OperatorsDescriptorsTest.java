package dev.dbg.nativetests.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.socket.AlteredSockets;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Machine;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.words.Packet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Descriptors that an operator has opened stay with the operator. A file on an operator's own file
 * system holds up nobody else, and on a socket of the operator nothing is written as root.
 */
@Tag("native")
@Tag("whole")
final class OperatorsDescriptorsTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** Permits what a kernel before 6.16 lets clients do. */
  @RegisterExtension
  static final Host letting = Host.with(Host.EVERYTHING).inWhich(AlteredSockets.Letting.class);

  /** On such a kernel, a dbgd that receives packets without checking them first. */
  @RegisterExtension
  static final Host taking =
      Host.with(Host.EVERYTHING).inWhich(AlteredSockets.Letting.class, AlteredSockets.Taking.class);

  /** The same, with four connections for a user. */
  @RegisterExtension static final Host narrow = letting.limitedTo("sessions-per-user = 1");

  private static final String LINE = "dbgt-held net -- ss -tlnH";

  private static final String STAY = "control groups whose tools are killed and held stay: 4, ";

  private static Path mountpoint;
  private static Path fuse;

  @BeforeAll
  static void start() throws IOException {
    host.docker().starts("dbgt-descriptors");
    host.docker().starts("dbgt-held");
    fuse = Machine.makesFuseDevice(host.directory());
    mountpoint = Files.createDirectory(host.directory().resolve("clogged"));
    Machine.chowns(mountpoint, host.ann().name());
  }

  @Test
  void a_file_that_is_never_read_holds_up_its_operator_alone() {
    Running clogged =
        host.ann()
            .startsProgram(
                "clog",
                fuse.toString(),
                mountpoint.toString(),
                host.installed().client().toString(),
                "dbgt-descriptors",
                "net",
                "--",
                "act",
                "copy")
            .prints("server ");
    Patience.until("the tool runs", () -> !host.processes().startedAs("act", "copy").isEmpty());

    for (int i = 0; i < 20; i++) {
      host.bob().runs("dbgt-descriptors net -- ss -tlnH").exits(0);
    }

    assertEquals(List.of(), held(host.daemon().pid()));
    frees(clogged);
  }

  @Test
  void a_descriptor_that_dbgd_would_close_last_is_not_sent() {
    Running lending = lends(host);

    lending.prints("not sent: Operation not permitted");
    assertEquals(List.of(), held(host.daemon().pid()));
    host.bob().runs("dbgt-descriptors net -- ss -tlnH").exits(0);
    frees(lending);
  }

  @Test
  void on_an_older_kernel_it_holds_up_a_process_that_nobody_waits_for() {
    Running lending = lends(letting).prints("lent");
    Patience.until("it is disposed of", () -> !disposing(letting).isEmpty());

    assertEquals(List.of(), held(letting.daemon().pid()));
    for (int i = 0; i < 20; i++) {
      letting.bob().runs("dbgt-descriptors net -- ss -tlnH").exits(0);
    }
    frees(lending);
    Patience.until("nothing of it is left", () -> disposing(letting).isEmpty());
  }

  /** Nothing else limits how many there are of those that have no place. */
  @Test
  void on_an_older_kernel_all_that_are_turned_away_hold_up_one_process() {
    List<Running> watching = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      watching.add(narrow.ann().starts("sessions --watch").prints("SESSION"));
    }
    narrow.ann().runs("version").says("you have 4");
    List<Running> lending = List.of(lends(narrow), lends(narrow), lends(narrow));

    Patience.until(
        "it waits at one, and two wait for it", () -> waiting(narrow).equals(List.of(2)));
    assertEquals(List.of(), held(narrow.daemon().pid()));
    assertEquals(List.of(), disposing(narrow));
    narrow.bob().runs("tools").exits(0);
    lending.forEach(OperatorsDescriptorsTest::frees);
    Patience.until("all are closed", () -> waiting(narrow).equals(List.of(0)));
    watching.forEach(one -> one.gets("INT").ends());
  }

  /** How many connections each process for those that were turned away has, besides dbgd's. */
  private static List<Integer> waiting(Host at) {
    return Processes.startedAs("dbg-enter", "closer").stream()
        .filter(pid -> Processes.parent(pid) == at.daemon().pid())
        .map(Processes::descriptorLinks)
        .map(links -> (int) links.stream().filter(to -> to.startsWith("socket:")).count() - 1)
        .toList();
  }

  @Test
  void a_dbgd_that_takes_it_is_held() {
    Running lending = lends(taking).prints("lent");

    Patience.until("a thread is held", () -> !held(taking.daemon().pid()).isEmpty());
    frees(lending);
    Patience.until("it is free", () -> held(taking.daemon().pid()).isEmpty());
  }

  /** Sends it while dbgd is stopped, so that dbgd gets the last reference to the open file. */
  private static Running lends(Host to) {
    Processes.signal("STOP", to.daemon().pid());
    try {
      Running lending =
          host.ann()
              .startsProgram(
                  "clog",
                  fuse.toString(),
                  mountpoint.toString(),
                  host.program("speak").toString(),
                  to.socket().toString(),
                  "lend",
                  "1");
      return lending.prints("lent");
    } finally {
      Processes.signal("CONT", to.daemon().pid());
    }
  }

  /**
   * Of the operator's end of a pipe splice(2) makes a lock for which the tool waits, dead or not.
   */
  @Test
  void tools_whose_pipes_an_operator_holds_keep_nobody_else_out_of_the_container() {
    List<Running> all = holdsFour();

    host.bob().runs(LINE).exits(0);
    assertEquals(List.of(), held(host.daemon().pid()));
    letsGo(all);
    Patience.until("they are gone", () -> host.ann().runs(LINE).err().isEmpty());
  }

  private static List<Running> holdsFour() {
    List<Running> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          host.ann()
              .startsProgramReading(
                  Packet.request("dbgt-held", "net", "--", "act", "flood"),
                  "speak",
                  host.socket().toString(),
                  "clutch",
                  "500")
              .prints("clutching"));
    }
    Patience.until(
        "they are held", () -> host.ann().runs(LINE).err().contains("4 of your tools were killed"));
    return all;
  }

  private static void letsGo(List<Running> all) {
    all.forEach(holding -> holding.gets("KILL"));
    all.forEach(Running::ends);
  }

  @Test
  void a_dbgd_starts_and_stops_while_tools_are_held() {
    List<Running> all = holdsFour();
    host.daemon().stops();
    assertTrue(host.daemon().log().contains(STAY), host.daemon().log());
    host.daemon().starts();
    assertTrue(host.daemon().log().contains(STAY), host.daemon().log());
    host.bob().runs(LINE).exits(0);

    host.daemon().stops();
    letsGo(all);
    host.daemon().starts();
    assertFalse(host.daemon().log().contains(STAY), host.daemon().log());
  }

  private static void frees(Running clogged) {
    String said = clogged.printed();
    long server = Long.parseLong(said.replaceFirst("(?s).*server (\\d+).*", "$1"));
    Processes.signal("KILL", server);
    var _ = clogged.ends();
  }

  /** The threads of a process that are in uninterruptible sleep at two looks. */
  private static List<Long> held(long pid) {
    List<Long> held = Processes.uninterruptible(pid);
    // A busy disk holds a thread for a while.
    for (int looks = 1; looks < 10 && !held.isEmpty(); looks++) {
      Patience.sleeps(Duration.ofMillis(300));
      held = Processes.uninterruptible(pid).stream().filter(held::contains).toList();
    }
    return held;
  }

  private static List<Long> disposing(Host at) {
    return Processes.startedAs("dbg-enter", "slow-close").stream()
        .filter(pid -> Processes.parent(pid) == at.daemon().pid())
        .filter(pid -> !Processes.uninterruptible(pid).isEmpty())
        .toList();
  }

  /** journald identifies the sender by these credentials alone. */
  @Test
  void a_socket_of_the_operators_hears_that_it_is_the_operator_who_writes() {
    for (String namespaces : List.of("net", "pid", "net,pid")) {
      Ran ran =
          host.ann()
              .runsProgram(
                  new byte[0],
                  "witness",
                  host.installed().client().toString(),
                  "dbgt-descriptors",
                  namespaces,
                  "--",
                  "act",
                  "print",
                  "64");
      assertTrue(ran.out().startsWith("uid %s: ".formatted(host.ann().uid())), ran::toString);
      assertFalse(ran.out().contains("uid 0:"), ran::toString);
    }
  }

  @Test
  void without_dbg_such_a_socket_hears_roots_word() {
    String said = Machine.runsProgram("witness", "echo", "mine").exits(0).out();

    assertEquals("uid 0: mine\n\n", said);
  }
}
