package dev.dbg.resolve.containerd;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A message in the wire format of Protocol Buffers, while it is built. Only the two kinds of fields
 * that dbgd sends: numbers, and bytes of a known length.
 */
public final class ProtobufMessage {
  private static final int VARINT = 0;
  private static final int LENGTH = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** Adds a string. */
  public ProtobufMessage with(int field, String text) {
    return with(field, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a message. */
  public ProtobufMessage with(int field, ProtobufMessage message) {
    return with(field, message.bytes());
  }

  /** Adds bytes. */
  public ProtobufMessage with(int field, byte[] value) {
    varint(((long) field << 3) | LENGTH);
    varint(value.length);
    bytes.writeBytes(value);
    return this;
  }

  /** Adds a number. */
  public ProtobufMessage with(int field, long number) {
    varint(((long) field << 3) | VARINT);
    varint(number);
    return this;
  }

  private void varint(long number) {
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  public byte[] bytes() {
    return bytes.toByteArray();
  }
}
