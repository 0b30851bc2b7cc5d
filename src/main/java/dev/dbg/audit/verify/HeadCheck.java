package dev.dbg.audit.verify;

import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for the heads that were kept. A head is a hash, which covers all records before its own. So
 * the last one that is found vouches for everything up to it.
 *
 * <p>For one thread.
 */
final class HeadCheck {
  /** Those that were not found yet; a million take a quarter of a gigabyte. */
  private final Set<Claim> missing;

  /** Those that a seal of a removed segment covers. */
  private final Set<Claim> covered = new HashSet<>();

  private @Nullable KeptHead last;

  /** A head that is a record of the log. */
  record KeptHead(long seq, String time) {}

  HeadCheck(List<Claim> heads) {
    missing = new LinkedHashSet<>(heads);
  }

  boolean isSought(String hash, long seq) {
    return missing.contains(new Claim(OptionalLong.of(seq), hash))
        || missing.contains(new Claim(OptionalLong.empty(), hash));
  }

  /** Notes that a record has this hash. */
  void isThere(String hash, long seq, String time) {
    boolean isHead = missing.remove(new Claim(OptionalLong.of(seq), hash));
    isHead |= missing.remove(new Claim(OptionalLong.empty(), hash));
    if (isHead && (last == null || last.seq < seq)) {
      last = new KeptHead(seq, time);
    }
  }

  /**
   * Notes that a seal of a removed segment covers this record. Whoever can write beside the log can
   * add such seals, so this says only that a record before the log's first is no surprise; it
   * neither vouches for anything nor stands for a record that should be there.
   */
  void isCovered(String hash, long seq) {
    if (isSought(hash, seq)) {
      covered.add(new Claim(OptionalLong.of(seq), hash));
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
    for (Claim head : missing) {
      long seq = head.seq().orElse(first);
      if (head.seq().isPresent() && seq < first - 1) {
        gone = covered.contains(head) ? gone : Math.max(gone, seq);
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
              : "it does not contain the given head: it was cut and continued, or rewritten; of a removed record give the number too");
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
