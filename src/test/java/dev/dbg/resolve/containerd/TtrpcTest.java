package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.socket.StreamConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of something that listens where a shim should. */
class TtrpcTest {
  private static final Duration SHORT = Duration.ofSeconds(1);

  @TempDir Path directory;

  private static byte[] frame(int length, int stream, int type, byte[] message) {
    return ByteBuffer.allocate(10 + message.length)
        .putInt(length)
        .putInt(stream)
        .put((byte) type)
        .put((byte) 0)
        .put(message)
        .array();
  }

  private static byte[] response(ProtobufMessage message) {
    return frame(message.bytes().length, 1, 2, message.bytes());
  }

  private Optional<byte[]> ask(boolean closes, byte[]... answers) throws IOException {
    try (HostileServer server = new HostileServer(directory, closes, answers);
        StreamConnection connection = server.connection(SHORT)) {
      return Ttrpc.call(connection, "service", "Method", new ProtobufMessage().with(1, "id"));
    }
  }

  private void isRefused(String why, boolean closes, byte[]... answers) {
    IOException refusal = assertThrows(IOException.class, () -> ask(closes, answers));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
  }

  @Test
  void the_response_is_returned() throws Exception {
    byte[] state = new ProtobufMessage().with(3, 42).bytes();

    assertArrayEquals(
        state, ask(true, response(new ProtobufMessage().with(2, state))).orElseThrow());
  }

  @Test
  void a_status_is_no_response() throws Exception {
    ProtobufMessage notFound = new ProtobufMessage().with(1, 5).with(2, "not found");

    assertEquals(Optional.empty(), ask(true, response(new ProtobufMessage().with(1, notFound))));
  }

  @Test
  void what_the_server_says_is_printed_without_its_control_characters() {
    ProtobufMessage status = new ProtobufMessage().with(1, 13).with(2, "bad\u001b[31m\nnews");
    IOException refusal =
        assertThrows(
            IOException.class, () -> ask(true, response(new ProtobufMessage().with(1, status))));

    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith("it refuses: bad"), refusal::getMessage);
    assertTrue(
        String.valueOf(refusal.getMessage()).chars().noneMatch(c -> c < ' '), refusal::getMessage);
  }

  @Test
  void a_long_answer_is_not_read() {
    isRefused("more than 65536 bytes", false, frame(65537, 1, 2, new byte[0]));
    isRefused("more than 65536 bytes", false, frame(-1, 1, 2, new byte[0]));
    isRefused("more than 65536 bytes", false, frame(Integer.MAX_VALUE, 1, 2, new byte[0]));
  }

  @Test
  void an_answer_to_something_else_is_refused() {
    isRefused("what it was asked", false, frame(0, 3, 2, new byte[0]));
    isRefused("what it was asked", false, frame(0, 1, 3, new byte[0]));
  }

  @Test
  void an_answer_that_ends_early_or_never_ends_is_given_up() {
    isRefused("too early", true, new byte[4]);
    isRefused("too early", true, frame(100, 1, 2, new byte[50]));
    long start = System.nanoTime();
    assertThrows(IOException.class, () -> ask(false, frame(100, 1, 2, new byte[50])));
    assertThrows(IOException.class, () -> ask(false));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(5).toNanos());
  }

  @Test
  void a_malformed_message_is_refused() {
    isRefused("Protocol Buffers", false, frame(2, 1, 2, new byte[] {0x0a, 0x05}));
  }
}
