package dev.dbg.nativetests.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.kernel.socket.AlteredSockets;
import dev.dbg.nativetests.scene.host.Host;
import dev.dbg.nativetests.scene.machine.Processes;
import dev.dbg.nativetests.scene.machine.Ran;
import dev.dbg.nativetests.scene.machine.Running;
import dev.dbg.nativetests.scene.measure.Patience;
import dev.dbg.nativetests.scene.words.Packet;
import dev.dbg.session.AlteredSession;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A malformed request is answered and recorded, and harms nobody else. */
@Tag("native")
@Tag("whole")
final class MalformedRequestsTest {
  @RegisterExtension static final Host host = Host.with(Host.EVERYTHING);

  /** Permits what a kernel before 6.16 lets clients do. */
  @RegisterExtension
  static final Host letting = Host.with(Host.EVERYTHING).inWhich(AlteredSockets.Letting.class);

  @RegisterExtension
  static final Host deep = Host.with(Host.EVERYTHING).inWhich(AlteredSession.Deep.class);

  /** What the descriptors that {@code speak} sends refer to; nothing of dbgd's does. */
  private static final String SENT = "/dev/zero";

  private static final byte[] GOOD = Packet.request("version");

  static Stream<Arguments> packets() {
    int words = GOOD.length - "version".length() - 8;
    return Stream.of(
        Arguments.of("nothing", new byte[0], "it has no header"),
        Arguments.of("one byte", Packet.ofLength(GOOD, 1), "it has no header"),
        Arguments.of("another version", Packet.with(GOOD, 1, 9), "it is of version 9"),
        Arguments.of("another type", Packet.with(GOOD, 0, 0x7f), "its type is 0x7f"),
        Arguments.of("an answer", Packet.with(GOOD, 0, 0x83), "its type is 0x83"),
        Arguments.of("a header", Packet.ofLength(GOOD, 2), "before it is complete"),
        Arguments.of("half a request", Packet.ofLength(GOOD, GOOD.length - 4), "does not fit"),
        Arguments.of(
            "more than a request", Packet.ofLength(GOOD, GOOD.length + 3), "3 bytes follow"),
        Arguments.of("a huge string", Packet.with(GOOD, 11, 0x7f), "does not fit in it"),
        Arguments.of("a negative length", Packet.with(GOOD, 11, 0xff), "does not fit in it"),
        Arguments.of(
            "many arguments", Packet.with(GOOD, words, 0x7f), "arguments and is too short"),
        Arguments.of(
            "less than none", Packet.with(GOOD, words, 0xff), "arguments and is too short"),
        Arguments.of("many variables", Packet.with(GOOD, 7, 0x7f), "variables and is too short"),
        Arguments.of("a fourth terminal", Packet.with(GOOD, 6, 8), "0x08 of its three descriptors"),
        Arguments.of("a NUL", Packet.with(GOOD, GOOD.length - 1, 0), "NUL byte"),
        Arguments.of("too much", Packet.ofLength(GOOD, 70_000), "larger than"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("packets")
  void a_malformed_request_is_answered_and_recorded(String what, byte[] packet, String why) {
    Ran ran = speaks(host, packet, 0);

    assertEquals(
        true, ran.out().contains("dbgd does not understand this request: "), ran::toString);
    assertEquals(true, ran.out().contains(why), ran::toString);
    assertEquals(true, ran.out().endsWith("exit 125\n"), ran::toString);
    ran.leaves("malformed").says("/operator/user", host.ann().name()).mentions("/why", why);
    host.bob().runs("tools").exits(0);
  }

  @Test
  void a_request_that_overflows_the_stack_is_answered_and_recorded() {
    deep.ann()
        .runs("-t -t dbgt-none -- ss")
        .exits(125)
        .leaves("malformed")
        .says("/operator/user", deep.ann().name())
        .mentions("/why", "all of a thread's stack");
    deep.ann().runs("tools").exits(0);
  }

  /** Since Linux 6.16 the kernel refuses to send them. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 60})
  void a_request_that_brings_descriptors_is_not_even_sent_or_is_refused(int descriptors) {
    Ran ran = speaks(host, GOOD, descriptors);

    assertEquals(
        true,
        ran.out().contains("not sent: Operation not permitted")
            || ran.out().contains("descriptors came with it, and dbgd takes none"),
        ran::toString);
    host.bob().runs("tools").exits(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 60})
  void on_an_older_kernel_it_is_refused_and_no_descriptor_gets_in(int descriptors) {
    Ran ran = speaks(letting, GOOD, descriptors);

    assertEquals(
        true, ran.out().contains("descriptors came with it, and dbgd takes none"), ran::toString);
    ran.leaves("malformed").mentions("/why", "descriptors came with it");
    letting.bob().runs("tools").exits(0);
    assertEquals(
        List.of(),
        Processes.descriptorLinks(letting.daemon().pid()).stream().filter(SENT::equals).toList());
    Patience.until(
        "the connection is closed",
        () ->
            Processes.startedAs("dbg-enter", "slow-close").stream()
                .noneMatch(child -> Processes.parent(child) == letting.daemon().pid()));
  }

  @Test
  void on_an_older_kernel_a_client_that_reads_late_gets_the_answer_all_the_same() {
    Ran ran =
        letting.ann().runsProgram(GOOD, "speak", letting.socket().toString(), "send", "1", "300");

    assertEquals(
        true, ran.out().contains("descriptors came with it, and dbgd takes none"), ran::toString);
  }

  @Test
  void the_same_request_unspoilt_is_served() {
    assertEquals(true, speaks(host, GOOD, 0).out().startsWith("dbg "));
    assertEquals(true, speaks(letting, GOOD, 0).out().startsWith("dbg "));
  }

  private static Ran speaks(Host at, byte[] packet, int descriptors) {
    return at.ann()
        .runsProgram(
            packet, "speak", at.socket().toString(), "send", Integer.toString(descriptors));
  }

  @Test
  void a_client_that_never_says_anything_is_given_up_and_recorded() {
    long before = host.audit().lastSeq();
    Running silent = host.bob().startsProgram("speak", host.socket().toString(), "hold", "1");
    silent.prints("holding 1");

    // Others who spoke before may be on record in between.
    Patience.until(
        "it is given up",
        () ->
            host.audit().eventsAfter(before, "malformed").stream()
                .anyMatch(record -> record.text("/why").contains("nothing came within")));
    silent.gets("KILL").ends();
  }

  @Test
  void two_hundred_silent_clients_of_one_user_do_not_keep_another_waiting() {
    long before = host.audit().count("malformed");
    long refused = host.audit().count("denied");
    Running crowd = host.ann().startsProgram("speak", host.socket().toString(), "hold", "200");
    crowd.prints("holding 200");

    host.bob().runs("tools").exits(0);
    assertEquals(
        before, host.audit().count("malformed"), "bob is answered after a silent one was given up");
    host.ann().runs("tools").exits(Ran.DBG_FAILED).says("the most for a user");
    Patience.until("that is on record", () -> host.audit().count("denied") > refused);
    host.audit()
        .last("denied")
        .says("/operator/user", host.ann().name())
        .mentions("/decision/why", "the most for a user");

    // The accepted clients are dropped and recorded, and then there is room again. Some have their
    // own records, the others are counted.
    Patience.until("they are given up", () -> host.audit().count("malformed") >= before + 10);
    Patience.until(
        "there is room",
        () -> host.ann().runs("tools").end().equals(host.bob().runs("version").exits(0).end()));
    crowd.gets("KILL").ends();
  }
}
