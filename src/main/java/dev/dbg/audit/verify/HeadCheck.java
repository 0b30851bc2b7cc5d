package dev.dbg.audit.verify;

import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the heads that were kept. A head is a hash, which covers all records before its own. So
 * the last one that is found vouches for everything up to it.
 *
 * <p>For one thread.
 */
final class HeadCheck {
  /** Those that were not found yet, by hash. */
  private final Map<String, Claim> missing = new LinkedHashMap<>();

  private @Nullable KeptHead last;

  /** A head that is a record of the log, or that a seal of a removed segment covers. */
  record KeptHead(long seq, String time) {}

  HeadCheck(List<Claim> heads) {
    heads.forEach(head -> missing.put(head.hash(), head));
  }

  boolean isSought(String hash) {
    return missing.containsKey(hash);
  }

  /** Notes that a record, present or covered by a seal, has this hash. */
  void isThere(String hash, long seq, String time) {
    Claim wanted = missing.get(hash);
    // Without a key, anybody can make a seal of a removed segment that covers any hash.
    if (wanted == null || wanted.seq().orElse(seq) != seq) {
      return;
    }
    missing.remove(hash);
    if (last == null || last.seq < seq) {
      last = new KeptHead(seq, time);
    }
  }

  /** The last of the heads that were found. */
  Optional<KeptHead> last() {
    return Optional.ofNullable(last);
  }

  /** Reports the heads that are missing in a log of these records, at most one of a kind. */
  void end(long first, long end, Verification.Findings findings) {
    boolean vouched = last != null && last.seq >= first;
    long gone = 0;
    long beyond = 0;
    Claim other = null;
    for (Claim head : missing.values()) {
      long seq = head.seq().orElse(first);
      if (head.seq().isPresent() && seq < first - 1) {
        gone = Math.max(gone, seq);
      } else if (head.seq().isPresent() && seq > end) {
        beyond = Math.max(beyond, seq);
      } else if (other == null || seq < other.seq().orElse(first)) {
        other = head;
      }
    }
    if (other != null) {
      findings.add(
          Kind.FORKED,
          "the log",
          other.seq().isPresent()
              ? "its record %d differs from the given one".formatted(other.seq().getAsLong())
              : "it does not contain the given head: it was cut and continued, or rewritten");
    }
    if (beyond > 0) {
      findings.add(
          Kind.TRUNCATED,
          "the end",
          "the log ends with record %d, and once had record %d".formatted(end, beyond));
    }
    // A later head that is there covers what was removed as well.
    if (gone > 0 && !vouched) {
      findings.add(
          Kind.SEGMENT_MISSING,
          "the beginning",
          "record %d is gone with its segment, and no seal knows it: compare a later head"
              .formatted(gone));
    }
  }
}
