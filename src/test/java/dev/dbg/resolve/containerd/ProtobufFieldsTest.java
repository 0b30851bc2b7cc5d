package dev.dbg.resolve.containerd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtobufFieldsTest {
  @Test
  void what_is_written_is_read() throws Exception {
    byte[] bytes =
        new ProtobufMessage()
            .with(1, "name")
            .with(3, 300)
            .with(16, Long.MAX_VALUE)
            .with(5, new ProtobufMessage().with(1, "a").with(2, "b"))
            .with(5, new ProtobufMessage().with(1, "c").with(2, "d"))
            .bytes();

    ProtobufFields fields = ProtobufFields.of(bytes);

    assertEquals("name", fields.text(1));
    assertEquals(Map.of("a", "b", "c", "d"), fields.map(5));
    assertEquals("", fields.text(7));
    assertEquals(List.of(), fields.all(9));
  }

  /** Each of two bytes, and of forty in memory. */
  @Test
  void a_message_of_a_great_many_empty_fields_is_not_read() {
    byte[] bytes = HexFormat.of().parseHex("0a00".repeat(500_000));

    assertThrows(IOException.class, () -> ProtobufFields.of(bytes));
  }

  /** Fields of 32 and 64 bits, which dbgd asks for nowhere. */
  @Test
  void unknown_fields_are_skipped() throws Exception {
    byte[] bytes = HexFormat.of().parseHex("0d01020304" + "110102030405060708" + "1a0161");

    assertEquals("a", ProtobufFields.of(bytes).text(3));
  }

  @ParameterizedTest
  @CsvSource({
    "08, within a number",
    "0880, within a number",
    "08ffffffffffffffffffff01, more than 64 bits",
    "0a, within a number",
    "0a05 61, within a field",
    "0affffffff0f, within a field",
    "0affffffffffffffffff01, within a field",
    "0a8080808008, within a field",
    "0d010203, within a field",
    "1101, within a field",
    "0b, no known type",
    "0e00, no known type"
  })
  void a_malformed_message_is_refused(String hex, String why) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));

    IOException refusal = assertThrows(IOException.class, () -> ProtobufFields.of(bytes));

    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal::getMessage);
  }

  @Test
  void any_bytes_are_a_message_or_malformed() {
    Random random = new Random(13);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      try {
        int _ = ProtobufFields.of(bytes).map(1).size();
      } catch (IOException e) {
        assertTrue(
            String.valueOf(e.getMessage()).startsWith("its Protocol Buffers message"),
            e::getMessage);
      }
    }
  }
}
