package dev.dbg.audit.verify;

import dev.dbg.audit.verify.ChainCheck.LinePlace;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers of missing records, until they are found elsewhere in the log. At most 10,000 ranges
 * are kept.
 *
 * <p>For one thread.
 */
final class Gaps {
  private static final int MOST = 10_000;

  /** By the first missing number. */
  private final TreeMap<Long, Gap> gaps = new TreeMap<>();

  private long seen;

  /**
   * A range up to {@code to}, the place of the record behind it, and whether that is the first of
   * its file.
   */
  private record Gap(long to, LinePlace behind, boolean atFile) {}

  void add(long from, long to, LinePlace behind, boolean atFile) {
    if (gaps.size() < MOST) {
      gaps.put(from, new Gap(to, behind, atFile));
      seen += from == 1 ? 0 : 1;
    }
  }

  /** A record of this number was found; returns whether it was missing. */
  boolean fill(long seq) {
    Map.Entry<Long, Gap> gap = gaps.floorEntry(seq);
    if (gap == null || gap.getValue().to < seq) {
      return false;
    }
    Gap whole = gap.getValue();
    long from = gap.getKey();
    gaps.remove(from);
    if (from < seq) {
      gaps.put(from, new Gap(seq - 1, whole.behind, whole.atFile));
    }
    if (seq < whole.to) {
      gaps.put(seq + 1, new Gap(whole.to, whole.behind, whole.atFile));
    }
    return true;
  }

  /** How many gaps between records there were, including those filled since. */
  long seen() {
    return seen;
  }

  /** The number of the first record after those missing from the beginning. */
  long first() {
    Gap beginning = gaps.get(1L);
    return beginning == null ? 1 : beginning.to + 1;
  }

  /** Reports what is missing; if {@code beginningForgiven}, retention removed the beginning. */
  void tell(Verification.Findings findings, boolean beginningForgiven) {
    gaps.forEach(
        (from, gap) -> {
          if (from != 1 || !beginningForgiven) {
            findings.add(
                gap.atFile ? Kind.SEGMENT_MISSING : Kind.REMOVED,
                gap.behind,
                from == gap.to
                    ? "record %d, which preceded it, is missing".formatted(from)
                    : "records %d to %d, which preceded it, are missing".formatted(from, gap.to));
          }
        });
  }
}
