package dev.dbg.nativetests.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.measure.Times;
import dev.dbg.nativetests.scene.measure.Whole;
import dev.dbg.nativetests.scene.user.Operator;
import dev.dbg.nativetests.scene.words.Packet;
import dev.dbg.serve.AlteredServe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Group members to whom no rule permits anything send requests without end. Operators with work to
 * do lose none of their sessions, what dbgd does for the others is bounded, and its log names who
 * floods.
 */
@Tag("native")
@Tag("whole")
final class MembersFloodTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-*"]
      namespaces = ["net"]
      tools = ["ss", "act"]
      """;

  private static final int SECONDS = Whole.orPart(8, 3);
  private static final int TIMES = Whole.orPart(40, 20);

  @RegisterExtension static final Host host = Host.with(POLICY);

  /** There are 40 at once, and one more every second. */
  private static final int FEW = 60;

  @RegisterExtension static final Host strict = host.slowToAnswer();

  @RegisterExtension static final Host unpaced = host.inWhich(AlteredServe.Unpaced.class);

  @BeforeAll
  static void start() {
    host.docker().starts("dbgt-flooded");
  }

  private static String[] words(String line, int length) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    int room = length;
    while (room > 0) {
      words.add("x".repeat(Math.min(room, 30_000)));
      room -= 30_000;
    }
    return words.toArray(new String[0]);
  }

  private static byte[] request(String line, int length) {
    return Packet.request(words(line, length));
  }

  static Stream<Arguments> floods() {
    byte[] tiny = Packet.request(Stream.generate(() -> "a").limit(13_000).toArray(String[]::new));
    return Stream.of(
        Arguments.of("huge lines", 32, "wait", request("dbgt-flooded net -- ss", 63_000)),
        Arguments.of("many tiny words", 200, "wait", tiny),
        Arguments.of("huge, nobody reads", 32, "deaf", request("dbgt-x net -- ss", 63_000)),
        Arguments.of("refused", 200, "wait", request("dbgt-flooded net -- ss -tlnH", 0)),
        Arguments.of("refused, and gone", 32, "close", request("dbgt-flooded net -- ss", 0)),
        Arguments.of("explain", 200, "wait", request("explain dbgt-other net -- ss", 0)),
        Arguments.of("malformed", 200, "wait", Packet.ofLength(request("version", 0), 9)),
        Arguments.of("audit", 32, "wait", request("audit -n 1000", 0)),
        Arguments.of("ps", 32, "wait", request("ps", 0)),
        Arguments.of("help", 32, "deaf", request("help", 0)));
  }

  private static Running floods(Host at, Operator who, int clients, String how, byte[] packet) {
    return who.startsProgramReading(
            packet,
            "flood",
            "with",
            at.socket().toString(),
            Integer.toString(clients),
            Integer.toString(SECONDS),
            how)
        .prints("flooding");
  }

  /**
   * Each of these sessions has to succeed. The times are for people: no verdict depends on them.
   */
  private static void works(Operator bob, Host at) {
    Ran ran =
        bob.startsProgram(
                "flood",
                "time",
                Integer.toString(TIMES),
                at.installed().client().toString(),
                "dbgt-flooded",
                "net",
                "--",
                "ss",
                "-tlnH")
            .endsWithinMinutes(2)
            .exits(0);
    List<Long> times = new ArrayList<>();
    for (String line : ran.lines()) {
      assertEquals("0", line.split(" ", -1)[1], ran::toString);
      times.add(Long.parseLong(line.split(" ", -1)[0]));
    }
    assertEquals(TIMES, times.size());
    System.err.println("  sessions meanwhile: " + Times.of(times));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void other_operators_work_on_during_a_flood(String what, int clients, String how, byte[] packet) {
    Running session = host.bob().starts("dbgt-flooded net -- act wait").prints("waiting");
    System.err.printf("%s, 2 x %d%n", what, clients);
    List<Running> floods =
        Stream.of(host.ann(), host.cal())
            .map(who -> floods(host, who, clients, how, packet))
            .toList();
    works(host.bob(), host);
    for (Running flood : floods) {
      System.err.println("  " + flood.endsWithinMinutes(2).exits(0).out().strip());
    }

    // The limit is -Xmx64m, plus memory outside the heap.
    assertTrue(Processes.resident(host.daemon().pid()) < 200_000_000);
    session.gets("TERM").ends().diesBy(15);
    host.audit().keepsItsChain();
  }

  /** Asks without end, and reads each answer. */
  private static Running asks(Host at) throws IOException {
    Path request = at.directory().resolve("request");
    Files.write(request, request("explain dbgt-flooded net -- ss -tlnH", 3000));
    String file = request.toString();
    return at.ann().startsProgram("flood", "ask", at.socket().toString(), "10000", file, file);
  }

  private static long answers(Running asking) {
    return 2 * asking.printed().lines().count();
  }

  @Test
  void a_pace_is_kept_and_it_is_said_who_exceeds_it() throws IOException {
    Running asking = asks(strict);

    Patience.until(
        "it is said",
        () ->
            strict
                .daemon()
                .log()
                .lines()
                .anyMatch(
                    line ->
                        line.contains("dbgt-ann (uid ") && line.contains("exceeds dbgd's limits")));
    assertTrue(answers(asking) <= FEW, () -> answers(asking) + " answers");
    Ran _ = asking.gets("KILL").ends();
  }

  @Test
  void without_a_pace_there_is_no_such_limit() throws IOException {
    Running asking = asks(unpaced);

    Patience.until("there are more answers", () -> answers(asking) > FEW);
    Ran _ = asking.gets("KILL").ends();
  }

  /** Bob floods nothing, so that his refusal has a record of its own. */
  @Test
  void a_line_of_sixty_thousand_bytes_is_served() {
    host.bob()
        .runsProgram(
            request("dbgt-flooded ipc -- ss", 60_000),
            "speak",
            host.socket().toString(),
            "send",
            "0")
        .leaves("denied")
        .says("/operator/user", "dbgt-bob");
  }
}
