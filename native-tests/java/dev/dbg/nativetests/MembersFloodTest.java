package dev.dbg.nativetests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.nativetests.scene.Container;
import dev.dbg.nativetests.scene.Host;
import dev.dbg.nativetests.scene.Operator;
import dev.dbg.nativetests.scene.Packet;
import dev.dbg.nativetests.scene.Patience;
import dev.dbg.nativetests.scene.Processes;
import dev.dbg.nativetests.scene.Ran;
import dev.dbg.nativetests.scene.Running;
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
 * do neither lose their sessions nor wait much longer, and dbgd's log names who floods.
 */
@Tag("native")
final class MembersFloodTest {
  private static final String POLICY =
      """
      [[rule]]
      who = ["user:dbgt-bob"]
      containers = ["dbgt-*"]
      namespaces = ["net"]
      tools = ["ss", "act"]
      """;

  /** A machine that does other work as well is sometimes this slow, in microseconds. */
  private static final long FLOOR = 40_000;

  /**
   * Clients that do not wait for an answer connect some 30,000 times a second, and need two
   * processors for that. A session wakes other threads and processes eight times, each of which
   * then waits for a processor; the command that root runs does so once.
   */
  private static final long FLOOR_WITHOUT_PROCESSORS = 2 * FLOOR;

  private static final int SECONDS = 8;
  private static final int TIMES = 120;

  @RegisterExtension static final Host host = Host.with(POLICY);

  @RegisterExtension
  static final Host unpaced =
      host.inWhich("serve/RequestRate.java", "if (due <= now) {", "if (due <= now || due > now) {");

  private static Container container;

  @BeforeAll
  static void start() {
    container = host.docker().starts("dbgt-flooded");
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

  /**
   * Times measured at once: of bob's sessions, each of which has to succeed, and of the same
   * command that root runs without dbg, which competes with the flood's own processes as well.
   */
  private record Both(Times bobs, Times roots) {
    /** The factor by which a flood slows root down. */
    private static double burden(Both before, Both during, int percent) {
      return (double) during.roots.below(percent) / before.roots.below(percent);
    }

    boolean isLittleLongerThan(Both before, long floor) {
      return isLittleLonger(before, 50, floor)
          && isLittleLonger(before, 95, 2 * floor)
          && isLittleLonger(before, 99, 5 * floor);
    }

    private boolean isLittleLonger(Both before, int percent, long floor) {
      double factor = Math.max(3, 2 * burden(before, this, percent));
      return bobs.below(percent) <= Math.max((double) floor, factor * before.bobs.below(percent));
    }
  }

  private static Both both(Host at) {
    String times = Integer.toString(TIMES);
    String pid = Long.toString(container.pid());
    Running roots =
        at.root()
            .startsProgram(
                "flood",
                "time",
                times,
                "/usr/bin/nsenter",
                "-t",
                pid,
                "-n",
                "/usr/bin/ss",
                "-tlnH");
    Running bobs =
        at.bob()
            .startsProgram(
                "flood",
                "time",
                times,
                at.client().toString(),
                "dbgt-flooded",
                "net",
                "--",
                "ss",
                "-tlnH");
    return new Both(times(bobs), times(roots));
  }

  private static Times times(Running timed) {
    Ran ran = timed.endsWithinMinutes(2).exits(0);
    List<Long> all = new ArrayList<>();
    for (String line : ran.lines()) {
      assertEquals("0", line.split(" ", -1)[1], ran::toString);
      all.add(Long.parseLong(line.split(" ", -1)[0]));
    }
    return Times.of(all);
  }

  private static Both during(Host at, int clients, String how, byte[] packet) {
    List<Running> floods = new ArrayList<>();
    for (Operator who : List.of(at.ann(), at.cal())) {
      floods.add(
          who.startsProgramReading(
              packet,
              "flood",
              "with",
              at.socket().toString(),
              Integer.toString(clients),
              Integer.toString(SECONDS),
              how));
    }
    floods.forEach(flood -> flood.prints("flooding"));
    Both during = both(at);
    for (Running flood : floods) {
      System.err.println("  " + flood.endsWithinMinutes(2).exits(0).out().strip());
    }
    return during;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void who_has_work_to_do_waits_little_longer(String what, int clients, String how, byte[] packet) {
    Both before = both(host);
    Running session = host.bob().starts("dbgt-flooded net -- act wait").prints("waiting");
    Both during = during(host, clients, how, packet);

    System.err.printf("%s, 2 x %d: before %s; during %s%n", what, clients, before, during);
    long floor = how.equals("close") ? FLOOR_WITHOUT_PROCESSORS : FLOOR;
    assertTrue(
        during.isLittleLongerThan(before, floor),
        () -> "before %s; during %s".formatted(before, during));
    // The limit is -Xmx64m, plus memory outside the heap.
    assertTrue(Processes.resident(host.daemonPid()) < 200_000_000);
    session.gets("TERM").ends().diesBy(15);
    host.keepsItsChain();
  }

  @Test
  void it_is_said_who_floods() {
    Both _ = during(host, 32, "wait", request("dbgt-flooded net -- ss", 0));

    Patience.until(
        "it is said",
        () ->
            host.log()
                .lines()
                .anyMatch(
                    line ->
                        line.contains("dbgt-ann (uid ") && line.contains("exceeds dbgd's limits")));
  }

  @Test
  void without_a_pace_others_wait() {
    Both _ = both(unpaced); // right after its start it is slow
    Both before = both(unpaced);
    Both during =
        during(unpaced, 32, "wait", request("explain dbgt-flooded net -- ss -tlnH", 3000));

    System.err.printf("unpaced: before %s; during %s%n", before, during);
    assertTrue(
        during.bobs().below(95) > 2 * before.bobs().below(95),
        () -> "before %s; during %s".formatted(before, during));
  }

  @Test
  void a_line_of_sixty_thousand_bytes_is_served() {
    host.ann()
        .runsProgram(
            request("dbgt-flooded net -- ss", 60_000),
            "speak",
            host.socket().toString(),
            "send",
            "0")
        .leaves("denied")
        .says("/operator/user", "dbgt-ann");
  }
}
