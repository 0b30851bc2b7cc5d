package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.SealedLog.kinds;
import static dev.dbg.audit.verify.SealedLog.seq;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.verify.Verification.Span;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is known of a log of which some records were stamped. */
class StampedSpansTest {
  @TempDir private Path directory;
  private SealedLog log;

  @BeforeEach
  void write() throws Exception {
    log =
        new SealedLog(
            directory, List.of(List.of(denied(), denied()), List.of(denied())), List.of());
  }

  private static RecordBuilder denied() {
    return RecordBuilder.of(Event.DENIED).with("session", "s");
  }

  private static Claim claim(String line) {
    String hash = ParsedRecord.of(line).orElseThrow().path("hash").asText();
    return new Claim(OptionalLong.of(seq(line)), hash);
  }

  private Verification verify(List<Claim> heads, List<Claim> stamped, boolean live)
      throws IOException {
    return new Verifier(log.copied(), new TrustAnchors(Set.of(log.key), heads, stamped, live, true))
        .verify();
  }

  private static List<Long> ends(Verification found) {
    return found.stamped().stream().map(Span::to).toList();
  }

  /** The first record of a log that is written anew may be true. */
  @Test
  void the_earliest_time_since_the_stamp_before_counts_wherever_it_is_said() {
    StampedSpans spans = new StampedSpans();
    spans.record(1, "2026-11-29T10:00:00Z");
    spans.record(2, "2026-03-01T00:00:00.5Z");
    spans.record(3, "2026-03-01T00:00:00Z");
    spans.record(4, "2026-11-29T11:00:00Z");
    spans.end(4, "ab");
    spans.record(5, "2026-11-29T12:00:00Z");
    spans.record(6, "never");
    spans.end(6, "cd");
    assertEquals(
        List.of(new Span(3, "2026-03-01T00:00:00Z", 4, "ab"), new Span(6, "never", 6, "cd")),
        spans.all());
  }

  /** A seal is often both: delivered, and stamped. */
  @Test
  void a_record_that_is_a_head_and_was_stamped_counts_as_both() throws Exception {
    List<Claim> claims = log.lines().stream().map(StampedSpansTest::claim).toList();
    List<Claim> some = List.of(claims.get(1), claims.get(3));
    assertEquals(4, verify(some, some, false).witness().orElseThrow().seq());
    assertEquals(List.of(2L, 4L), ends(verify(some, some, false)));
    assertEquals(List.of(2L, 4L), ends(verify(List.of(), some, false)));
    Claim unnumbered = new Claim(OptionalLong.empty(), claims.get(3).hash());
    assertEquals(4, verify(List.of(unnumbered), some, false).witness().orElseThrow().seq());
  }

  @Test
  void what_was_stamped_must_be_there_and_is_not_looked_for_behind_a_log_that_is_written()
      throws Exception {
    List<String> lines = log.lines();
    Claim last = claim(lines.getLast());
    assertEquals(List.of(last.seq().getAsLong()), ends(verify(List.of(), List.of(last), false)));
    Claim other = new Claim(last.seq(), "ab".repeat(32));
    assertEquals(Set.of(Kind.FORKED), kinds(verify(List.of(), List.of(other), false)));
    Claim later = new Claim(OptionalLong.of(99), last.hash());
    assertEquals(Set.of(Kind.TRUNCATED), kinds(verify(List.of(), List.of(later), false)));
    assertEquals(Set.of(), kinds(verify(List.of(last), List.of(later), true)));
  }
}
