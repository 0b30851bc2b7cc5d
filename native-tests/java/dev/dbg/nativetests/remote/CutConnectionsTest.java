package dev.dbg.nativetests.remote;

import static dev.dbg.nativetests.scene.machine.Ran.DBG_FAILED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.host.Sshd;
import dev.dbg.nativetests.scene.log.AuditRecord;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.machine.World;
import dev.dbg.nativetests.scene.measure.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whoever of the parties of a line for another host is killed, and after whichever frame, nothing
 * of it stays: neither the tool, nor a process of dbg's or ssh's on either side.
 */
@ResourceLock(Sshd.LOGINS)
@Tag("native")
@Tag("whole")
final class CutConnectionsTest {
  private static final String EXITED_0 = "Exited[status=0]";
  private static final int SSH_FAILED = 255;

  /** To the tool's first bytes, in each direction: a greeting, a packet, and they. */
  private static final int FRAMES_TO_DATA = 3;

  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  private static Sshd sshd;

  /** Between its sshd and dbg stdio is a relay that cuts the connection, as a file says. */
  private static Sshd cutting;

  private static Path cut;

  @BeforeAll
  static void start() {
    var _ = host.docker().starts("dbgt-cut");
    sshd = Sshd.of(host, host.ann());
    cut = World.get().file("cut-at");
    cutting = Sshd.obeying(host, host.bob(), "%s %s dbg stdio".formatted(host.program("cut"), cut));
  }

  @AfterAll
  static void stop() {
    sshd.close();
    cutting.close();
  }

  private static Path dbg() {
    return host.installed().client();
  }

  /** The processes of dbg that this class has started: its own, and those on the other side. */
  private static List<Long> ofDbg() {
    return Stream.concat(
            stdio().stream(),
            Processes.executing(dbg()).stream()
                .filter(pid -> Processes.commandLine(pid).contains("dbgt-cut")))
        .toList();
  }

  private static List<Long> stdio() {
    return host.processes().startedAs("dbg", "stdio");
  }

  private static List<Long> client() {
    return ofDbg().stream()
        .filter(pid -> !stdio().contains(pid))
        .filter(pid -> !ofDbg().contains(Processes.parent(pid)))
        .toList();
  }

  private static List<Long> courier() {
    return ofDbg().stream().filter(pid -> client().contains(Processes.parent(pid))).toList();
  }

  static Stream<Arguments> parties() {
    List<Named<Supplier<List<Long>>>> parties =
        List.of(
            Named.of("the client", CutConnectionsTest::client),
            Named.of("the courier", CutConnectionsTest::courier),
            Named.of("ssh", () -> sshd.clients()),
            Named.of("sshd", () -> sshd.sessions()),
            Named.of("dbg stdio", CutConnectionsTest::stdio));
    return parties.stream()
        .flatMap(
            party ->
                Stream.of("act wait", "act flood", "act cling", "act copy")
                    .map(tool -> Arguments.of(party, tool)));
  }

  @ParameterizedTest
  @MethodSource("parties")
  void nothing_stays_when_one_of_them_is_killed(Supplier<List<Long>> party, String tool) {
    Running dbg =
        host.ann().atPipe().startsScript(sshd.line("dbgt-cut uts -- " + tool + " >/dev/null"));
    Patience.until("the tool runs", () -> !host.processes().tools().isEmpty(), dbg);
    Patience.until("it is there", () -> !party.get().isEmpty(), dbg);
    Processes.signal("KILL", party.get());

    Ran ran = dbg.ends();
    assertNotEquals(EXITED_0, ran.end(), ran::toString);
    nothingStays(ran);
  }

  private static void nothingStays(Ran ran) {
    nothingStays(ran, sshd);
  }

  private static void nothingStays(Ran ran, Sshd server) {
    Patience.until("the tool has ended", () -> host.processes().tools().isEmpty(), ran);
    Patience.until("dbg has ended", () -> ofDbg().isEmpty(), ran);
    Patience.until("ssh has ended", () -> server.clients().isEmpty(), ran);
    Patience.until("sshd has ended", () -> server.sessions().isEmpty(), ran);
  }

  /** The directions, and after how many half frames the connection is cut. */
  static Stream<Arguments> cuts() {
    return Stream.of("in", "out")
        .flatMap(
            direction ->
                IntStream.rangeClosed(0, 2 * FRAMES_TO_DATA)
                    .mapToObj(halves -> Arguments.of(direction, halves)));
  }

  private static void cutsAt(String direction, int halves) throws IOException {
    Files.writeString(cut, direction + " " + halves);
  }

  private static void isTold(Ran ran) {
    ran.exits(SSH_FAILED);
    assertTrue(
        ran.err().matches("(?s).*dbg: 127.0.0.1: .*the connection (is|was) cut.*"), ran::err);
  }

  /** What has begun has an end on record, however it came. */
  private static void isOnRecord(Ran ran) {
    for (AuditRecord intent : ran.all("intent")) {
      var _ = host.audit().waitsFor("result", intent.text("/session"));
    }
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void a_line_that_is_cut_in_or_after_any_frame_ends_on_both_sides(String direction, int halves)
      throws IOException {
    cutsAt(direction, halves);
    Running dbg = host.bob().atPipe().startsScript(cutting.line("dbgt-cut uts -- act copy"));
    Ran ran = dbg.endsReading("to be copied\n".getBytes(UTF_8));
    isTold(ran);
    nothingStays(ran, cutting);
    isOnRecord(ran);
    boolean hasBegun = direction.equals("out") ? halves > 2 : halves == 2 * FRAMES_TO_DATA;
    assertTrue(!hasBegun || ran.all("intent").size() == 1, ran::toString);
  }

  /** Its frames to dbg: the greeting, the streams, the output, both ends, and the status. */
  @ParameterizedTest
  @ValueSource(ints = {4, 5, 6, 7, 8, 9, 10, 11, 12, 13})
  void a_status_is_that_of_a_line_whose_output_is_whole(int halves) throws IOException {
    cutsAt("out", halves);
    Ran ran = host.bob().runsScript(cutting.line("dbgt-cut uts -- act say out"));
    if (ran.end().equals(EXITED_0)) {
      ran.prints("out\n");
    } else {
      isTold(ran);
    }
    assertTrue(ran.end().equals(EXITED_0) || halves < 12, ran::toString);
    assertTrue(!ran.end().equals(EXITED_0) || halves >= 10, ran::toString);
    nothingStays(ran, cutting);
    isOnRecord(ran);
    assertEquals(1, ran.all("intent").size(), ran::toString);
  }

  @Test
  void a_cut_connection_is_told() {
    Running dbg = host.ann().startsScript(sshd.line("dbgt-cut uts -- act wait")).prints("waiting");
    Processes.signal("KILL", sshd.sessions());
    nothingStays(dbg.ends().exits(SSH_FAILED).says("the connection is cut"));
  }

  @Test
  void an_operator_is_let_go_when_the_host_does_not_answer_any_more() {
    Running dbg =
        host.ann().startsScript(sshd.line("dbgt-cut uts -- act cling")).prints("clinging");
    List<Long> stopped = stdio();
    assertEquals(1, stopped.size());
    stopped.forEach(pid -> Processes.signal("STOP", pid));
    Ran ran = dbg.gets("INT").ends().exits(DBG_FAILED).says("no answer for 15 seconds");
    stopped.forEach(pid -> Processes.signal("CONT", pid));
    nothingStays(ran);
  }

  @Test
  void an_operator_is_let_go_while_ssh_still_connects() {
    try (Sshd silent = Sshd.obeying(host, host.bob(), "sleep 300")) {
      for (int signal : List.of(2, 15)) {
        Running dbg = host.bob().startsScript(silent.line("dbgt-cut uts -- act wait"));
        Patience.until("ssh has connected", () -> !silent.sessions().isEmpty(), dbg);
        dbg.gets(signal == 2 ? "INT" : "TERM").ends().diesBy(signal);
        Patience.until("ssh has ended", () -> silent.clients().isEmpty());
      }
    }
  }
}
