package dev.dbg.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The heads that were kept: which of them a log must have, and which of them vouches. */
class HeadCheckTest {
  private static final String ONE = "aa".repeat(32);
  private static final String OTHER = "bb".repeat(32);

  private final Verification.Findings findings = new Verification.Findings();

  private List<Kind> end(HeadCheck heads, long first, long end) {
    heads.end(first, end, findings);
    return findings.kept().stream().map(Verification.Damage::kind).toList();
  }

  private static HeadCheck of(String... heads) {
    return new HeadCheck(List.of(heads).stream().map(Claim::parse).toList());
  }

  @Test
  void the_last_head_that_is_there_vouches() {
    HeadCheck heads = of("7:" + ONE, "3:" + OTHER);
    heads.isThere(ONE, 7, "later");
    heads.isThere(OTHER, 3, "earlier");
    assertEquals(List.of(), end(heads, 1, 9));
    assertEquals(Optional.of(new HeadCheck.KeptHead(7, "later")), heads.last());
  }

  @Test
  void a_hash_with_another_number_is_not_the_head() {
    HeadCheck heads = of("700:" + ONE);
    heads.isThere(ONE, 5, "");
    assertEquals(List.of(Kind.TRUNCATED), end(heads, 6, 20));
    assertTrue(heads.last().isEmpty());
  }

  /** Of lines that others can add to the journal none takes the place of a genuine one. */
  @Test
  void each_of_two_heads_with_one_hash_is_looked_for() {
    HeadCheck heads = of("700:" + ONE, "5:" + ONE);
    heads.isThere(ONE, 5, "");
    assertEquals(List.of(Kind.TRUNCATED), end(heads, 6, 20));
  }

  @Test
  void a_removed_records_head_is_missed_without_a_later_one() {
    assertEquals(List.of(Kind.SEGMENT_MISSING), end(of("3:" + ONE), 10, 20));
    HeadCheck heads = of("3:" + ONE, "12:" + OTHER);
    heads.isThere(OTHER, 12, "");
    assertEquals(1, end(heads, 10, 20).size(), "nothing new");
  }

  @Test
  void many_heads_that_are_missing_are_told_of_once() {
    HeadCheck heads =
        of("5:" + ONE, "50:" + OTHER, "60:" + "cc".repeat(32), "7:" + "dd".repeat(32));
    assertEquals(List.of(Kind.FORKED, Kind.TRUNCATED), end(heads, 1, 20));
    assertTrue(findings.kept().get(0).what().contains("record 5 "));
    assertTrue(findings.kept().get(1).what().contains("record 60"));
  }
}
