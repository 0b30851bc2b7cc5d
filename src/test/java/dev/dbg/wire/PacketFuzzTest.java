package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dbg.model.RawText;
import java.nio.ByteBuffer;
import java.util.List;

/** Any bytes from the socket are either a packet, which encodes to the same bytes, or malformed. */
class PacketFuzzTest {
  @FuzzTest(maxDuration = "15s")
  void bytes_are_a_packet_or_malformed(byte[] bytes) {
    try {
      Request request = Packets.request(bytes);
      assertArrayEquals(bytes, written(request), "there is one way to write a request");
      RawText.printable(String.join(" ", request.arguments()))
          .chars()
          .forEach(c -> assertFalse(Character.isISOControl(c)));
    } catch (MalformedPacket e) {
      assertFalse(e.message().isEmpty());
    }
    try {
      ByteBuffer told = ByteBuffer.wrap(bytes);
      switch (Packets.said(bytes)) {
        case Packets.Signal signal -> assertEquals(signal.number(), told.getInt(2));
        case Packets.Window window -> {
          assertEquals(window.size().rows(), Short.toUnsignedInt(told.getShort(2)));
          assertEquals(window.size().columns(), Short.toUnsignedInt(told.getShort(4)));
        }
      }
    } catch (MalformedPacket e) {
      assertFalse(e.message().isEmpty());
    }
  }

  private static byte[] written(Request request) {
    List<byte[]> variables =
        request.environment().entrySet().stream()
            .map(variable -> RawText.encode(variable.getKey() + "=" + variable.getValue()))
            .toList();
    byte[] directory = RawText.encode(request.directory());
    List<byte[]> arguments = request.arguments().stream().map(RawText::encode).toList();
    int length = 4 + directory.length + size(variables) + size(arguments);
    ByteBuffer packet = ByteBuffer.allocate(2 + 2 + 2 + 1 + length);
    packet.put((byte) Packets.REQUEST).put((byte) Packets.VERSION);
    packet
        .putShort((short) request.window().rows())
        .putShort((short) request.window().columns())
        .put((byte) request.terminals().stream().mapToInt(number -> 1 << number).sum());
    put(packet, variables);
    packet.putInt(directory.length).put(directory);
    put(packet, arguments);
    return packet.array();
  }

  private static int size(List<byte[]> strings) {
    return 4 + strings.stream().mapToInt(string -> 4 + string.length).sum();
  }

  private static void put(ByteBuffer packet, List<byte[]> strings) {
    packet.putInt(strings.size());
    strings.forEach(string -> packet.putInt(string.length).put(string));
  }
}
