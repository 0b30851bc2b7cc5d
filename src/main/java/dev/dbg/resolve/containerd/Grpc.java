package dev.dbg.resolve.containerd;

import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.Uid;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * A request by gRPC, with the little of HTTP/2 that one request on a connection needs, RFC 9113.
 *
 * <p>The answer's headers are not read, so there is no HPACK decoder: a server of gRPC sends a
 * message if the call succeeded, and else only headers, with the status. What the status was is not
 * known then.
 */
public final class Grpc {
  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;

  private static final int END_STREAM = 0x1;
  private static final int ACK = 0x1;
  private static final int END_HEADERS = 0x4;
  private static final int PADDED = 0x8;

  private static final int SETTINGS_HEADER_TABLE_SIZE = 1;
  private static final int SETTINGS_ENABLE_PUSH = 2;
  private static final int SETTINGS_INITIAL_WINDOW_SIZE = 4;

  private static final int HEADER = 9;
  private static final int STREAM = 1;

  /** The default of SETTINGS_MAX_FRAME_SIZE. */
  private static final int LONGEST_FRAME = 1 << 14;

  /** Of a message: whether it is compressed, and its length. */
  private static final int PREFIX = 5;

  /** The most bytes of any answer, which is held up to four times. */
  static final int LONGEST_ANSWER = 1 << 23;

  /** So that the server never waits for more of it, and what is too long is seen at once. */
  private static final int WINDOW = LONGEST_ANSWER + LONGEST_FRAME;

  /** Frames of any type; an answer of the longest size has a thousand, if they are full. */
  private static final int MOST_FRAMES = 1 << 16;

  private final StreamConnection server;
  private final int longest;
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();

  private Grpc(StreamConnection server, int longest) {
    this.server = server;
    this.longest = longest;
  }

  /**
   * Calls a method of root's server.
   *
   * @param method {@code /SERVICE/METHOD}
   * @param metadata further headers, of at most 127 ASCII characters each
   * @param longest the most bytes of the answer
   * @return the response message; empty if the server refuses the call
   * @throws IOException if root does not listen at the socket, or if the server does not answer in
   *     time, or answers more, or what is not HTTP/2
   */
  public static Optional<byte[]> call(
      Path socket,
      String method,
      Map<String, String> metadata,
      byte[] request,
      Duration within,
      int longest)
      throws IOException {
    long deadline = System.nanoTime() + within.toNanos();
    try (StreamConnection server = StreamConnection.connect(socket, deadline)) {
      if (!server.peer().equals(Uid.ROOT)) {
        throw new IOException("uid %s listens there, not root".formatted(server.peer()));
      }
      return call(server, method, metadata, request, longest);
    }
  }

  static Optional<byte[]> call(
      StreamConnection server,
      String method,
      Map<String, String> metadata,
      byte[] request,
      int longest)
      throws IOException {
    Grpc call = new Grpc(server, longest);
    call.send(headers(method, metadata), request);
    return call.receive();
  }

  private void send(byte[] headers, byte[] message) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(PREFACE);
    out.writeBytes(frame(SETTINGS, 0, 0, settings()));
    byte[] more = ByteBuffer.allocate(4).putInt(WINDOW).array();
    out.writeBytes(frame(WINDOW_UPDATE, 0, 0, more));
    out.writeBytes(frame(HEADERS, END_HEADERS, STREAM, headers));
    ByteBuffer body = ByteBuffer.allocate(PREFIX + message.length);
    body.put((byte) 0).putInt(message.length).put(message).flip();
    while (body.hasRemaining()) {
      byte[] part = new byte[Math.min(body.remaining(), LONGEST_FRAME)];
      body.get(part);
      out.writeBytes(frame(DATA, body.hasRemaining() ? 0 : END_STREAM, STREAM, part));
    }
    server.send(out.toByteArray());
  }

  private static byte[] settings() {
    return ByteBuffer.allocate(18)
        .putShort((short) SETTINGS_HEADER_TABLE_SIZE)
        .putInt(0)
        .putShort((short) SETTINGS_ENABLE_PUSH)
        .putInt(0)
        .putShort((short) SETTINGS_INITIAL_WINDOW_SIZE)
        .putInt(WINDOW)
        .array();
  }

  private static byte[] headers(String method, Map<String, String> metadata) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    header(block, ":method", "POST");
    header(block, ":scheme", "http");
    header(block, ":path", method);
    header(block, ":authority", "localhost");
    header(block, "content-type", "application/grpc");
    header(block, "te", "trailers");
    metadata.forEach((name, value) -> header(block, name, value));
    return block.toByteArray();
  }

  /** A literal without indexing and without Huffman's code, RFC 7541, section 6.2.2. */
  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String text : new String[] {name, value}) {
      block.write(text.length());
      block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(HEADER + payload.length)
        .putInt((payload.length << 8) | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private Optional<byte[]> receive() throws IOException {
    DataInputStream in = new DataInputStream(new BufferedInputStream(server.input()));
    try {
      for (int frames = 0; frames < MOST_FRAMES; frames++) {
        int first = in.readInt();
        int length = first >>> 8;
        if (length > LONGEST_FRAME) {
          throw new IOException("its answer is not HTTP/2, or a frame of it is too long");
        }
        int flags = in.readByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        if (isLast(first & 0xFF, flags, stream, payload)) {
          return message();
        }
      }
    } catch (EOFException e) {
      throw new IOException("it ends its answer too early", e);
    }
    throw new IOException("its answer has more than %d frames".formatted(MOST_FRAMES));
  }

  /** Takes a frame, and returns whether the answer ends with it. */
  private boolean isLast(int type, int flags, int stream, byte[] payload) throws IOException {
    boolean acknowledges = (flags & ACK) != 0;
    switch (type) {
      case SETTINGS -> {
        if (!acknowledges) {
          server.send(frame(SETTINGS, ACK, 0, new byte[0]));
        }
      }
      case PING -> {
        if (!acknowledges) {
          server.send(frame(PING, ACK, 0, payload));
        }
      }
      case RST_STREAM, GOAWAY -> throw new IOException("it ends the connection");
      case DATA -> add(flags, payload);
      default -> {
        // Headers are not read; what is unknown is ignored.
      }
    }
    return stream == STREAM && (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
  }

  private void add(int flags, byte[] payload) throws IOException {
    int from = (flags & PADDED) == 0 ? 0 : 1;
    int padding = from == 0 || payload.length == 0 ? 0 : Byte.toUnsignedInt(payload[0]);
    int length = payload.length - from - padding;
    if (length < 0) {
      throw new IOException("its answer is not HTTP/2");
    }
    if (answer.size() + length > longest) {
      throw new IOException("its answer has more than %d bytes".formatted(longest));
    }
    answer.write(payload, from, length);
  }

  private Optional<byte[]> message() throws IOException {
    ByteBuffer all = ByteBuffer.wrap(answer.toByteArray());
    if (all.remaining() == 0) {
      return Optional.empty();
    }
    if (all.remaining() < PREFIX || all.get() != 0 || all.getInt() != all.remaining()) {
      throw new IOException("its answer is not one message of gRPC");
    }
    byte[] message = new byte[all.remaining()];
    all.get(message);
    return Optional.of(message);
  }
}
