package dev.dbg.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A part of a log's text. Its buffer is filled again and again, since a new one for each part would
 * keep the collector busy, and has room for the rest of a line whose beginning is the part's end.
 *
 * <p>For one thread at a time.
 */
final class Block {
  /** The room behind the text. */
  static final int ROOM = LineReader.LONGEST;

  private byte[] bytes = new byte[0];
  private int from;
  private int to;

  byte[] bytes() {
    return bytes;
  }

  /** Where the text begins in {@link #bytes}. */
  int from() {
    return from;
  }

  /** Where it ends. */
  int to() {
    return to;
  }

  boolean isEmpty() {
    return from == to;
  }

  /** Makes room for a text of {@code length} bytes, which the caller then writes from 0 on. */
  byte[] cleared(int length) {
    if (bytes.length < length + ROOM) {
      bytes = new byte[length + ROOM];
    }
    from = 0;
    to = length;
    return bytes;
  }

  /** Fills it with {@code length} bytes of a file, or with fewer if the file ends. */
  void read(FileChannel file, long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(cleared(length), 0, length);
    while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {
      // Until the block is complete.
    }
    to = buffer.position();
  }

  /** Leaves out what is in front of {@code begin} and from {@code end} on. */
  void narrow(int begin, int end) {
    from = begin;
    to = end;
  }

  /** Appends the rest of a line, at most {@link #ROOM} bytes. */
  void append(byte[] rest) {
    if (bytes.length - to < rest.length) {
      bytes = Arrays.copyOf(bytes, to + rest.length);
    }
    System.arraycopy(rest, 0, bytes, to, rest.length);
    to += rest.length;
  }
}
