package dev.dbg.resolve.containerd;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The strings, messages and varints in a message in the wire format of Protocol Buffers; other
 * numbers are skipped. A message that ends within a field, or that nests groups, is malformed; its
 * bytes are not copied more often than once for each level that is read.
 */
public final class ProtobufFields {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  static final int LENGTH = 2;
  private static final int FIXED32 = 5;
  private static final int LONGEST_VARINT = 10;

  /** A field of two bytes takes forty here, and an image brings as many labels as it likes. */
  private static final int MOST_FIELDS = 1 << 14;

  private final byte[] bytes;
  private final Map<Integer, List<byte[]>> values = new HashMap<>();
  private final Map<Integer, Long> numbers = new HashMap<>();
  private int at;

  private ProtobufFields(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Parses a message.
   *
   * @throws IOException if it is malformed
   */
  public static ProtobufFields of(byte[] bytes) throws IOException {
    ProtobufFields fields = new ProtobufFields(bytes);
    for (int i = 0; fields.at < bytes.length; i++) {
      if (i == MOST_FIELDS) {
        throw new IOException("its Protocol Buffers message has too many fields");
      }
      fields.readField();
    }
    return fields;
  }

  private void readField() throws IOException {
    long tag = varint();
    int field = (int) (tag >>> 3);
    switch ((int) (tag & 7)) {
      case VARINT -> numbers.put(field, varint());
      case FIXED64 -> at = end(8);
      case LENGTH -> {
        long length = varint();
        int from = at;
        at = end(length);
        values
            .computeIfAbsent(field, f -> new ArrayList<>())
            .add(Arrays.copyOfRange(bytes, from, at));
      }
      case FIXED32 -> at = end(4);
      default -> throw new IOException("its Protocol Buffers message has a field of no known type");
    }
  }

  private int end(long length) throws IOException {
    if (length < 0 || length > bytes.length - at) {
      throw new IOException("its Protocol Buffers message ends within a field");
    }
    return at + (int) length;
  }

  private long varint() throws IOException {
    long number = 0;
    for (int i = 0; i < LONGEST_VARINT; i++) {
      if (at == bytes.length) {
        throw new IOException("its Protocol Buffers message ends within a number");
      }
      byte next = bytes[at++];
      number |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return number;
      }
    }
    throw new IOException("its Protocol Buffers message has a number of more than 64 bits");
  }

  /** A string; empty if it is missing. As in Protocol Buffers, the last one counts. */
  public String text(int field) {
    List<byte[]> all = all(field);
    return all.isEmpty() ? "" : new String(all.getLast(), StandardCharsets.UTF_8);
  }

  /** A varint; 0 if it is missing. */
  long number(int field) {
    return numbers.getOrDefault(field, 0L);
  }

  /** A message; one without fields if it is missing. */
  ProtobufFields message(int field) throws IOException {
    return of(all(field).isEmpty() ? new byte[0] : all(field).getLast());
  }

  /** All bytes or messages of a repeated field. */
  public List<byte[]> all(int field) {
    return values.getOrDefault(field, List.of());
  }

  /** A map of strings: messages with a key and a value. */
  public Map<String, String> map(int field) throws IOException {
    Map<String, String> map = new HashMap<>();
    for (byte[] entry : all(field)) {
      ProtobufFields pair = of(entry);
      map.put(pair.text(1), pair.text(2));
    }
    return map;
  }
}
