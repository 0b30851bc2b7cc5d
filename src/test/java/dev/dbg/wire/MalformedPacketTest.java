package dev.dbg.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that is not exactly a packet is refused, and only {@link MalformedPacket} is thrown.
 */
class MalformedPacketTest {
  private static final int COUNT_IN_REQUEST_EMPTY = 16;

  @ParameterizedTest
  @ValueSource(strings = {"request-line", "request-empty", "request-window", "request-bytes"})
  void every_truncation_of_a_request_is_refused(String name) throws Exception {
    byte[] whole = Golden.packet(name);
    for (int length = 0; length < whole.length; length++) {
      refused(Arrays.copyOf(whole, length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"request-line", "request-empty", "request-window", "request-bytes"})
  void a_byte_after_a_request_is_refused(String name) throws Exception {
    byte[] whole = Golden.packet(name);
    assertEquals("1 bytes follow its end", refused(Arrays.copyOf(whole, whole.length + 1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"signal", "window"})
  void every_truncation_of_what_is_said_is_refused_and_so_is_a_longer_one(String name)
      throws Exception {
    byte[] whole = Golden.packet(name);
    for (int length = 0; length <= whole.length + 4; length++) {
      byte[] packet = Arrays.copyOf(whole, length);
      if (length != whole.length) {
        assertThrows(MalformedPacket.class, () -> Packets.said(packet));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      ints = {1, 1000, Integer.MAX_VALUE / 4 + 1, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void a_count_that_cannot_be_is_refused_before_memory_is_taken(int count) throws Exception {
    byte[] packet = Golden.packet("request-empty");
    ByteBuffer.wrap(packet).putInt(packet.length - 4, count);
    assertEquals("it promises %d arguments and is too short".formatted(count), refused(packet));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1 << 30, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void a_string_that_cannot_fit_is_refused_before_memory_is_taken(int length) throws Exception {
    byte[] packet = Golden.packet("request-line");
    ByteBuffer.wrap(packet).putInt(11, length);
    assertEquals("a string of %d bytes does not fit in it".formatted(length), refused(packet));
  }

  @Test
  void a_string_that_eats_the_one_after_it_is_refused() throws Exception {
    byte[] packet = Golden.packet("request-line");
    ByteBuffer.wrap(packet).putInt(11, packet.length - 15);
    refused(packet);
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 16, 128, 255})
  void a_terminal_that_is_none_of_the_three_is_refused(int mask) throws Exception {
    byte[] packet = Golden.packet("request-line");
    packet[6] = (byte) mask;
    assertEquals("it says 0x%02x of its three descriptors".formatted(mask), refused(packet));
  }

  @Test
  void a_nul_byte_in_any_string_is_refused() throws Exception {
    byte[] whole = Golden.packet("request-line");
    for (int place : new int[] {15, 24, 29, 37, whole.length - 1}) {
      byte[] packet = whole.clone();
      for (int at = place; at < whole.length; at++) {
        if (whole[at] > ' ') {
          packet[at] = 0;
          break;
        }
      }
      assertEquals("a string holds a NUL byte", refused(packet));
    }
  }

  @Test
  void every_other_type_is_refused() throws Exception {
    byte[] packet = Golden.packet("request-empty");
    for (int type = 0; type < 256; type++) {
      if (type != Packets.REQUEST) {
        packet[0] = (byte) type;
        assertEquals("its type is 0x%02x, not 0x01".formatted(type), refused(packet));
      }
    }
  }

  @Test
  void every_other_version_is_refused_with_advice() throws Exception {
    byte[] packet = Golden.packet("request-empty");
    for (int version = 0; version < 256; version++) {
      if (version != Packets.VERSION) {
        packet[1] = (byte) version;
        assertEquals(
            "it is of version %d, and dbgd speaks 3: install dbg and dbgd of the same version"
                .formatted(version),
            refused(packet));
      }
    }
  }

  @Test
  void a_request_is_no_signal_and_a_signal_no_request() throws Exception {
    byte[] request = Golden.packet("request-empty");
    assertThrows(MalformedPacket.class, () -> Packets.said(request));
    refused(Golden.packet("signal"));
  }

  @Test
  void damaged_requests_are_read_or_refused_and_never_anything_else() throws Exception {
    Random random = new Random(42);
    byte[] whole = Golden.packet("request-line");
    for (int i = 0; i < 20_000; i++) {
      byte[] packet = whole.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        packet[random.nextInt(packet.length)] = (byte) random.nextInt();
      }
      try {
        assertEquals(true, Packets.request(packet).arguments().size() <= COUNT_IN_REQUEST_EMPTY);
      } catch (MalformedPacket e) {
        assertEquals(false, e.message().isEmpty());
      }
    }
  }

  private static String refused(byte[] packet) {
    return assertThrows(MalformedPacket.class, () -> Packets.request(packet)).message();
  }
}
