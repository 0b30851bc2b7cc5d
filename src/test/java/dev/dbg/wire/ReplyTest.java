package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A client that reads slowly, or not at all. */
class ReplyTest {
  /** Nothing here takes so long; without a limit it would take for ever. */
  private static final Duration FOREVER = Duration.ofMinutes(1);

  private static final String MUCH = "x".repeat(1 << 14);

  private static void fill(Reply reply) {
    for (int i = 0; i < 1000 && !reply.isUnheard(); i++) {
      reply.print(MUCH);
    }
  }

  @Test
  void a_client_that_reads_nothing_is_waited_for_no_longer_than_was_said() throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection daemon = pair.getFirst();
        UnixConnection _ = pair.getLast()) {
      Reply reply = new Reply(daemon);
      reply.waitAtMost(Duration.ofMillis(50));
      assertTimeoutPreemptively(FOREVER, () -> fill(reply));
      assertTrue(reply.isUnheard());
    }
  }

  /** It makes room again and again, a little later: no wait alone is too long. */
  @Test
  void all_waits_together_are_no_longer_than_was_said() throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection daemon = pair.getFirst();
        UnixConnection client = pair.getLast()) {
      client.receiveWithin(Duration.ofMillis(1));
      Reply reply = new Reply(daemon);
      Thread _ = Thread.ofPlatform().daemon().start(() -> readsSlowly(client));
      reply.waitAtMost(Duration.ofMillis(500));
      assertTimeoutPreemptively(FOREVER, () -> fill(reply));
      assertTrue(reply.isUnheard());
    }
  }

  private static void readsSlowly(UnixConnection client) {
    try {
      while (true) {
        Thread.sleep(50);
        for (int i = 0; i < 12; i++) {
          var _ = client.receive(UnixConnection.LARGEST_PACKET);
        }
      }
    } catch (KernelException | IllegalStateException | InterruptedException e) {
      // The test has ended and closed the connection.
    }
  }

  /** It is dbgd itself that rehearses: the streams' descriptors do not hide the end from it. */
  @Test
  void the_last_packet_tells_whether_a_session_succeeded() throws Exception {
    assertTrue(isSuccess(reply -> reply.exit(0)));
    assertFalse(isSuccess(reply -> reply.exit(1)));
    assertFalse(isSuccess(_ -> {}));
  }

  private static boolean isSuccess(Consumer<Reply> ended) throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection daemon = pair.getFirst();
        UnixConnection client = pair.getLast()) {
      Reply reply = new Reply(daemon);
      reply.handStreams(1, List.of(daemon.fd()));
      ended.accept(reply);
      // Nobody waits for more, neither while the other end is open nor after.
      Optional<UnixConnection.Packet> last = client.last();
      assertTrue(daemon.isClear());
      assertEquals(Optional.empty(), client.last());
      return Packets.isSuccess(last.orElseThrow().bytes());
    }
  }

  @Test
  void a_client_that_reads_gets_everything() throws Exception {
    List<UnixConnection> pair = UnixConnection.pair();
    try (UnixConnection daemon = pair.getFirst();
        UnixConnection client = pair.getLast()) {
      Reply reply = new Reply(daemon);
      reply.waitAtMost(FOREVER);
      reply.print("a");
      assertFalse(reply.isUnheard());
      byte[] packet = client.receive().orElseThrow().bytes();
      assertEquals('a', packet[packet.length - 1]);
    }
  }
}
