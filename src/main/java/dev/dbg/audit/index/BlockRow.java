package dev.dbg.audit.index;

import java.nio.ByteBuffer;

/**
 * What an index says of one block: two Bloom filters of the terms in it, the times and the numbers
 * of its records. Its size does not depend on the block's text.
 *
 * <p>The terms that an operator can choose freely, such as the name of a container that does not
 * exist, have a filter of their own. A flood of them fills that one, for the blocks of the flood.
 */
final class BlockRow {
  /** Terms that dbgd and the kernel choose: operators and sessions. */
  static final int GIVEN = 0;

  /** Terms that may be typed. */
  static final int TYPED = 1;

  static final int SIZE = 1064;

  /** Some line can't be judged by terms: the block is always read. */
  static final int UNCLEAR = 1;

  /** A session ends here whose beginning is not in this segment. */
  static final int ENDS_EARLIER = 2;

  private static final int FLAGS = 0;
  private static final int OLDEST = 8;
  private static final int NEWEST = 16;
  private static final int FIRST = 24;
  private static final int LAST = 32;
  private static final int FILTERS = 40;
  private static final int FILTER = 512;
  private static final int HASHES = 4;

  /** A filter has two to the power of this bits. */
  private static final int BITS = 12;

  private final ByteBuffer bytes;

  BlockRow(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** A block without records. */
  static BlockRow empty() {
    BlockRow row = new BlockRow(ByteBuffer.allocate(SIZE));
    row.bytes.putLong(OLDEST, Long.MAX_VALUE).putLong(NEWEST, Long.MIN_VALUE);
    row.bytes.putLong(FIRST, Long.MAX_VALUE).putLong(LAST, Long.MIN_VALUE);
    return row;
  }

  ByteBuffer bytes() {
    return bytes.duplicate().clear();
  }

  void flag(int flag) {
    bytes.putInt(FLAGS, bytes.getInt(FLAGS) | flag);
  }

  boolean has(int flag) {
    return (bytes.getInt(FLAGS) & flag) != 0;
  }

  /** Takes the time, in seconds since the epoch, and the number of a record. */
  void record(long time, long number) {
    bytes.putLong(OLDEST, Math.min(oldest(), time)).putLong(NEWEST, Math.max(newest(), time));
    bytes.putLong(FIRST, Math.min(first(), number)).putLong(LAST, Math.max(last(), number));
  }

  long oldest() {
    return bytes.getLong(OLDEST);
  }

  long newest() {
    return bytes.getLong(NEWEST);
  }

  long first() {
    return bytes.getLong(FIRST);
  }

  long last() {
    return bytes.getLong(LAST);
  }

  void add(int filter, long term) {
    for (int i = 0; i < HASHES; i++) {
      int bit = bit(term, i);
      int at = FILTERS + filter * FILTER + bit / Byte.SIZE;
      bytes.put(at, (byte) (bytes.get(at) | (1 << (bit % Byte.SIZE))));
    }
  }

  /** Whether the block may have a term; false is certain. */
  boolean mayHave(int filter, long term) {
    for (int i = 0; i < HASHES; i++) {
      int bit = bit(term, i);
      int at = FILTERS + filter * FILTER + bit / Byte.SIZE;
      if ((bytes.get(at) & (1 << (bit % Byte.SIZE))) == 0) {
        return false;
      }
    }
    return true;
  }

  private static int bit(long term, int i) {
    return (int) (term >>> (BITS * i)) & (FILTER * Byte.SIZE - 1);
  }
}
