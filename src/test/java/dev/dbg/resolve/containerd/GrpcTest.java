package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.kernel.socket.StreamConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of something that listens where containerd should. */
class GrpcTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int END = 1;
  private static final int PADDED = 8;

  @TempDir Path directory;

  private static byte[] frame(int length, int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .putInt((length << 8) | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private static byte[] frame(int type, int flags, int stream, byte... payload) {
    return frame(payload.length, type, flags, stream, payload);
  }

  private static byte[] message(byte... message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  /** No answer that comes is late, however busy the machine is. */
  private Optional<byte[]> ask(boolean closes, byte[]... answers) throws IOException {
    return ask(Duration.ofMinutes(2), closes, answers);
  }

  private Optional<byte[]> ask(Duration within, boolean closes, byte[]... answers)
      throws IOException {
    try (HostileServer server = new HostileServer(directory, closes, answers);
        StreamConnection connection = server.connection(within)) {
      return Grpc.call(connection, "/s/M", Map.of(), new byte[0], Grpc.LONGEST_ANSWER);
    }
  }

  private void isRefused(String why, boolean closes, byte[]... answers) {
    IOException refusal = assertThrows(IOException.class, () -> ask(closes, answers));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
  }

  @Test
  void a_message_may_come_in_parts_with_other_frames_between_them() throws Exception {
    byte[] whole = message((byte) 1, (byte) 2, (byte) 3);
    byte[] second = {2, whole[5], whole[6], whole[7], 0, 0};

    assertArrayEquals(
        new byte[] {1, 2, 3},
        ask(
                false,
                frame(4, 0, 0),
                frame(HEADERS, 4, 1, (byte) 0x88),
                frame(DATA, 0, 1, new byte[] {0, 0, 0, 0, 3}),
                frame(6, 0, 0, new byte[8]),
                frame(99, 0, 0),
                frame(DATA, PADDED, 1, second),
                frame(HEADERS, 4 | END, 1, (byte) 0x88))
            .orElseThrow());
  }

  @Test
  void headers_alone_are_a_refusal() throws Exception {
    assertEquals(Optional.empty(), ask(false, frame(HEADERS, 4 | END, 1, (byte) 0x88)));
  }

  @Test
  void what_is_not_one_message_is_refused() {
    isRefused("not one message", false, frame(DATA, END, 1, new byte[] {0, 0}));
    isRefused("not one message", false, frame(DATA, END, 1, new byte[] {1, 0, 0, 0, 0}));
    isRefused("not one message", false, frame(DATA, END, 1, new byte[] {0, 0, 0, 0, 9, 1}));
    isRefused("not one message", false, frame(DATA, END, 1, new byte[] {0, 0, 0, 0, 1, 1, 1}));
  }

  @Test
  void what_is_not_http_2_is_refused() {
    isRefused("not HTTP/2", false, "HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.UTF_8));
    isRefused("not HTTP/2", false, frame(DATA, PADDED, 1, new byte[] {5, 1}));
    isRefused("not HTTP/2", false, frame(DATA, PADDED, 1));
    isRefused("ends the connection", false, frame(7, 0, 0, new byte[8]));
    isRefused("ends the connection", false, frame(3, 0, 1, new byte[4]));
    isRefused("too early", true, frame(200, DATA, 0, 1, new byte[10]));
  }

  @Test
  void a_long_answer_is_given_up() {
    byte[] full = frame(DATA, 0, 1, new byte[1 << 14]);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    for (int i = 0; i < 1100; i++) {
      many.writeBytes(full);
    }
    isRefused("more than 8388608 bytes", false, many.toByteArray());

    ByteArrayOutputStream empty = new ByteArrayOutputStream();
    for (int i = 0; i < (1 << 16) + 1; i++) {
      empty.writeBytes(frame(99, 0, 1));
    }
    isRefused("more than 65536 frames", false, empty.toByteArray());
  }

  @Test
  void silence_is_given_up() {
    IOException refusal = assertThrows(IOException.class, () -> ask(Duration.ofMillis(300), false));
    assertTrue(String.valueOf(refusal.getMessage()).contains("in time"), refusal::getMessage);
  }
}
