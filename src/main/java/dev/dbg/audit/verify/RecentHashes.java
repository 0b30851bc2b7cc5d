package dev.dbg.audit.verify;

/**
 * The hashes of the last 65,536 records. This is how far back a copy is recognized as such, and how
 * far back a seal may point.
 *
 * <p>For one thread.
 */
final class RecentHashes {
  private static final int REMEMBERED = 1 << 16;

  private final String[] hashes = new String[REMEMBERED];
  private final long[] numbers = new long[REMEMBERED];

  void put(long seq, String hash) {
    int slot = slot(seq);
    hashes[slot] = hash;
    numbers[slot] = seq;
  }

  /** Empty if it is not known. */
  String of(long seq) {
    int slot = slot(seq);
    String hash = hashes[slot];
    return hash != null && numbers[slot] == seq ? hash : "";
  }

  private static int slot(long seq) {
    return (int) (seq % REMEMBERED);
  }
}
