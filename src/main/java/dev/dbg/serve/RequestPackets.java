package dev.dbg.serve;

import dev.dbg.kernel.KernelException;
import dev.dbg.kernel.socket.UnixConnection;
import dev.dbg.wire.MalformedPacket;
import java.time.Duration;
import java.util.OptionalInt;

/** The packets that a client sends before it is answered. */
final class RequestPackets {
  /** How long to wait for one; a client sends it immediately. */
  private static final Duration WITHIN = Duration.ofSeconds(5);

  private RequestPackets() {}

  /** The next packet's length in bytes; empty when none comes in time. */
  static OptionalInt await(UnixConnection connection) throws KernelException {
    connection.receiveWithin(WITHIN);
    try {
      return OptionalInt.of(connection.awaitPacket());
    } catch (KernelException e) {
      if (e.isTimeout()) {
        return OptionalInt.empty();
      }
      throw e;
    } finally {
      connection.receiveWithin(Duration.ZERO);
    }
  }

  static byte[] receive(UnixConnection connection, OptionalInt length)
      throws KernelException, MalformedPacket {
    if (length.isEmpty()) {
      throw new MalformedPacket("nothing came within %d s".formatted(WITHIN.toSeconds()));
    }
    UnixConnection.Packet packet =
        connection
            .receive(length.getAsInt())
            .orElseThrow(() -> new MalformedPacket("the client closed the connection"));
    if (packet.bringsDescriptors()) {
      throw new MalformedPacket(
          "descriptors came with it, and dbgd takes none: install dbg and dbgd of the same version");
    }
    if (packet.cut()) {
      throw new MalformedPacket(
          "it is larger than %d bytes".formatted(UnixConnection.LARGEST_PACKET));
    }
    return packet.bytes();
  }
}
