package dev.dbg.resolve.containerd;

import dev.dbg.kernel.socket.StreamConnection;
import dev.dbg.model.RawText;
import dev.dbg.model.Shortened;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A request to a shim, by TTRPC as PROTOCOL.md of github.com/containerd/ttrpc describes it: a frame
 * is ten bytes (length, stream, type, flags) and a message.
 */
final class Ttrpc {
  private static final int HEADER = 10;
  private static final byte REQUEST = 1;
  private static final byte RESPONSE = 2;

  /** A client's streams have odd numbers. There is one request on a connection. */
  private static final int STREAM = 1;

  /** The protocol's limit is 4 MiB; the answers that dbgd asks for have some hundred bytes. */
  private static final int LONGEST = 1 << 16;

  private static final int NOT_FOUND = 5;

  private Ttrpc() {}

  /**
   * Calls a method.
   *
   * @return the response message; empty if the server knows no such object
   * @throws IOException if the server does not answer in the connection's time, if its answer is
   *     malformed or too long, or if it refuses the call
   */
  static Optional<byte[]> call(
      StreamConnection server, String service, String method, ProtobufMessage request)
      throws IOException {
    byte[] message =
        new ProtobufMessage().with(1, service).with(2, method).with(3, request).bytes();
    server.send(
        ByteBuffer.allocate(HEADER + message.length)
            .putInt(message.length)
            .putInt(STREAM)
            .put(REQUEST)
            .put((byte) 0)
            .put(message)
            .array());
    ByteBuffer header = ByteBuffer.wrap(server.receiveExactly(HEADER));
    int length = header.getInt();
    if (length < 0 || length > LONGEST) {
      throw new IOException("its answer has more than %d bytes".formatted(LONGEST));
    }
    if (header.getInt() != STREAM || header.get() != RESPONSE) {
      throw new IOException("it does not answer what it was asked");
    }
    return answer(ProtobufFields.of(server.receiveExactly(length)));
  }

  private static Optional<byte[]> answer(ProtobufFields response) throws IOException {
    if (response.value(1).isPresent()) {
      ProtobufFields status = ProtobufFields.of(response.value(1).get());
      if (status.number(1) == NOT_FOUND) {
        return Optional.empty();
      }
      if (status.number(1) != 0) {
        throw new IOException("it refuses: " + Shortened.of(RawText.printable(status.text(2))));
      }
    }
    return Optional.of(response.value(2).orElse(new byte[0]));
  }
}
