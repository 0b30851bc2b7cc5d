package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.Forger.forged;
import static dev.dbg.audit.verify.Forger.renumbered;
import static dev.dbg.audit.verify.Forger.rewritten;
import static dev.dbg.audit.verify.SealedLog.hash;
import static dev.dbg.audit.verify.SealedLog.isSeal;
import static dev.dbg.audit.verify.SealedLog.kinds;
import static dev.dbg.audit.verify.SealedLog.seq;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.SealKey;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each kind of change to a log is detected and named correctly. The log has three segments and a
 * seal after every five records.
 */
class VerifierTest {
  private static final int RECORDS = 40;

  @TempDir(factory = InMemory.class)
  private Path directory;

  private SealedLog log;

  @BeforeEach
  void write() throws Exception {
    List<List<RecordBuilder>> sealed = new ArrayList<>();
    for (int i = 1; i <= RECORDS; i++) {
      if (i % 5 == 1) {
        sealed.add(new ArrayList<>());
      }
      sealed.getLast().add(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
    }
    log =
        new SealedLog(
            directory,
            sealed,
            List.of(
                RecordBuilder.of(Event.DENIED).with("session", "not sealed"),
                RecordBuilder.of(Event.DENIED).with("session", "nor this")));
    assertEquals(3, log.segments.size(), "segments");
  }

  @Test
  @Tag("whole")
  void an_untouched_log_is_unbroken_and_with_a_head_intact() throws Exception {
    Verification found = log.verify(Set.of(), null);
    assertEquals(List.of(), found.findings());
    assertEquals(50, found.records());
    assertEquals(48, found.sealed().orElseThrow().seq() + 1);
    assertEquals(log.key, found.firstKey().orElseThrow());
    assertFalse(found.tornTail());
    for (List<String> segment : log.segments) {
      for (String line : segment) {
        assertTrue(
            log.verify(Set.of(log.key), new TrustAnchors.Claim(OptionalLong.empty(), hash(line)))
                .isIntact());
      }
    }
  }

  /** Covers every class of bytes that a line contains. */
  @Test
  @Tag("whole")
  void a_byte_that_is_flipped_anywhere_is_an_edit_of_that_line() throws Exception {
    List<String> lines = log.segments.get(1);
    int first = lines.indexOf(lines.stream().filter(SealedLog::isSeal).findFirst().orElseThrow());
    for (int n : List.of(first, first + 1)) {
      String line = lines.get(n);
      boolean seal = isSeal(line);
      assertEquals(n == first, seal);
      for (int at = 0; at < line.length(); at += seal ? 9 : 2) {
        char other = (char) (line.charAt(at) ^ 1);
        lines.set(n, line.substring(0, at) + other + line.substring(at + 1));
        Verification found = log.verify(Set.of(), null);
        String what = "byte %d of line %d: %s".formatted(at, n + 1, found.findings());
        assertEquals(Set.of(Kind.EDITED), kinds(found), what);
        assertEquals(log.names.get(1) + " line " + (n + 1), found.findings().get(0).where(), what);
      }
      lines.set(n, line);
    }
  }

  @Test
  @Tag("whole")
  void each_record_that_is_removed_is_missed() throws Exception {
    for (int s = 0; s < log.segments.size(); s++) {
      for (int n = 0; n < log.segments.get(s).size(); n++) {
        String line = log.segments.get(s).remove(n);
        Verification found = log.verify(Set.of(), null);
        boolean lastOfAll = s == 2 && n == log.segments.get(2).size();
        boolean atBorder = n == 0 || n == log.segments.get(s).size();
        Kind kind = atBorder ? Kind.SEGMENT_MISSING : Kind.REMOVED;
        assertEquals(lastOfAll ? Set.of() : Set.of(kind), kinds(found), s + ":" + n);
        log.segments.get(s).add(n, line);
      }
    }
  }

  @Test
  @Tag("whole")
  void each_record_that_is_written_twice_is_an_insertion() throws Exception {
    for (int s = 0; s < log.segments.size(); s++) {
      for (int n = 0; n < log.segments.get(s).size(); n++) {
        log.segments.get(s).add(n, log.segments.get(s).get(n));
        assertEquals(Set.of(Kind.INSERTED), kinds(log.verify(Set.of(), null)), s + ":" + n);
        log.segments.get(s).remove(n);
      }
    }
  }

  @Test
  void a_forged_record_between_two_is_an_insertion_of_that_line() throws Exception {
    for (int n = 1; n < 10; n++) {
      List<String> lines = log.segments.get(1);
      String forged = forged(lines.get(n - 1), seq(lines.get(n)));
      lines.add(n, forged);
      Verification found = log.verify(Set.of(), null);
      assertEquals(Set.of(Kind.INSERTED), kinds(found), found.findings().toString());
      lines.remove(n);
      // A forged record that does not even continue the chain.
      lines.add(n, forged(lines.get(n + 3), seq(lines.get(n))));
      found = log.verify(Set.of(), null);
      assertEquals(Set.of(Kind.INSERTED), kinds(found), found.findings().toString());
      assertEquals(log.names.get(1) + " line " + (n + 1), found.findings().get(0).where());
      lines.remove(n);
    }
  }

  @Test
  void a_record_that_is_exchanged_for_a_forged_one_is_an_edit() throws Exception {
    List<String> lines = log.segments.get(1);
    for (int n = 1; n < 10; n++) {
      String line = lines.get(n);
      lines.set(n, forged(lines.get(n - 1), seq(line)));
      Verification found = log.verify(Set.of(), null);
      assertEquals(Set.of(Kind.EDITED), kinds(found), found.findings().toString());
      lines.set(n, line);
    }
  }

  @Test
  void two_records_that_are_exchanged_are_out_of_order() throws Exception {
    for (int s = 0; s < log.segments.size(); s++) {
      List<String> lines = log.segments.get(s);
      for (int n = 0; n + 2 < lines.size(); n += 3) {
        for (int m : List.of(n + 1, lines.size() - 2)) {
          if (m > n) {
            Collections.swap(lines, n, m);
            assertEquals(
                Set.of(Kind.REORDERED), kinds(log.verify(Set.of(), null)), s + ":" + n + ":" + m);
            Collections.swap(lines, n, m);
          }
        }
      }
    }
  }

  @Test
  void each_segment_that_is_gone_is_missed_and_two_that_are_exchanged_are_out_of_order()
      throws Exception {
    for (int s = 0; s < 2; s++) {
      List<String> lines = List.copyOf(log.segments.get(s));
      log.segments.get(s).clear();
      Verification found = log.verify(Set.of(), null);
      assertTrue(kinds(found).contains(Kind.SEGMENT_MISSING), found.findings().toString());
      assertFalse(kinds(found).contains(Kind.REMOVED), found.findings().toString());
      log.segments.get(s).addAll(lines);
    }
    Collections.swap(log.segments, 0, 1);
    assertEquals(Set.of(Kind.REORDERED), kinds(log.verify(Set.of(), null)));
  }

  /** A cut log is valid in itself, but not for a reader who knows a later head. */
  @Test
  @Tag("whole")
  void a_log_cut_at_any_line_is_short_of_a_head_that_was_kept() throws Exception {
    String end = log.segments.get(2).getLast();
    TrustAnchors.Claim numbered = TrustAnchors.Claim.parse(seq(end) + ":" + hash(end));
    TrustAnchors.Claim bare = TrustAnchors.Claim.parse(hash(end));
    List<String> last = log.segments.get(2);
    while (last.size() > 1) {
      last.removeLast();
      assertEquals(Set.of(), kinds(log.verify(Set.of(log.key), null)));
      assertEquals(Set.of(Kind.TRUNCATED), kinds(log.verify(Set.of(log.key), numbered)));
      assertEquals(Set.of(Kind.FORKED), kinds(log.verify(Set.of(log.key), bare)));
    }
  }

  @Test
  void a_log_that_went_another_way_is_a_fork_of_the_head_that_was_kept() throws Exception {
    TrustAnchors.Claim claim = new TrustAnchors.Claim(OptionalLong.of(20), "ab".repeat(32));
    assertEquals(Set.of(Kind.FORKED), kinds(log.verify(Set.of(log.key), claim)));
  }

  /** An attacker with write access to the log and enough time computes every hash again. */
  @Test
  void a_log_that_is_rewritten_with_all_its_hashes_breaks_the_next_seal() throws Exception {
    List<String> all = log.segments.stream().flatMap(List::stream).toList();
    for (int from = 0; from < 45; from += 3) {
      if (isSeal(all.get(from))) {
        continue;
      }
      List<String> rewritten = rewritten(all, from);
      Verification found = verifyOne(rewritten, Set.of(log.key));
      assertTrue(kinds(found).contains(Kind.EDITED), from + ": " + found.findings());
      assertTrue(
          found.findings().get(0).what().contains("were rewritten"), found.findings().toString());
    }
    // Unsealed records are not protected, and the verifier says how far the seals reach.
    Verification tail = verifyOne(rewritten(all, all.size() - 2), Set.of(log.key));
    assertEquals(List.of(), tail.findings());
    assertNotEquals(tail.head().seq(), tail.sealed().orElseThrow().seq());
  }

  @Test
  void a_log_sealed_anew_with_other_keys_is_not_the_one_that_the_key_verifies() throws Exception {
    String other = SealKey.generate().verifying();
    assertEquals(Set.of(Kind.SEAL_BROKEN), kinds(log.verify(Set.of(other), null)));
    assertEquals(Set.of(), kinds(log.verify(Set.of(other, log.key), null)));
  }

  @Test
  void a_log_without_any_seal_is_not_one_that_a_key_verifies() throws Exception {
    List<String> all =
        log.segments.stream().flatMap(List::stream).filter(line -> !isSeal(line)).toList();
    assertEquals(Set.of(), kinds(verifyOne(renumbered(all), Set.of())));
    assertEquals(Set.of(Kind.SEAL_BROKEN), kinds(verifyOne(renumbered(all), Set.of(log.key))));
  }

  @Test
  void a_key_of_a_later_epoch_than_the_last_seal_tells_that_the_end_was_cut() throws Exception {
    Path copy = Files.createDirectory(directory.resolve("with-key"));
    try (AuditLog log = AuditLog.open(Logs.settings(copy), Logs.BOOT, Logs.CLOCK);
        Sealer sealer = Sealer.idle(log, Logs.CLOCK)) {
      for (int i = 0; i < 4; i++) {
        log.append(RecordBuilder.of(Event.DENIED));
        sealer.seal();
      }
    }
    assertEquals(Set.of(), kinds(new Verifier(copy, KnownAnchors.keys(Set.of())).verify()));
    List<String> lines = Logs.lines(copy);
    for (int left = 1; left < lines.size() - 1; left++) {
      Files.write(Logs.file(copy), lines.subList(0, left));
      assertEquals(
          Set.of(Kind.TRUNCATED),
          kinds(new Verifier(copy, KnownAnchors.keys(Set.of())).verify()),
          left + " lines");
    }
  }

  /** The first record of the next dbgd is not that it has started. */
  @Test
  void a_dbgd_that_died_with_an_open_session_was_not_late_with_its_seal() throws Exception {
    Path copy = Files.createDirectory(directory.resolve("died"));
    String key = KeyFile.setUp(copy);
    try (AuditLog log = AuditLog.open(Logs.settings(copy), Logs.BOOT, Logs.CLOCK)) {
      // Closing it would seal the end.
      Sealer sealer = Sealer.idle(log, Logs.CLOCK);
      log.append(RecordBuilder.of(Event.DENIED));
      sealer.seal();
      log.append(RecordBuilder.of(Event.INTENT).with(RecordField.SESSION, "0000000000000001"));
    }
    Clock nextDay = Clock.offset(Logs.CLOCK, Duration.ofDays(1));
    try (AuditLog log = AuditLog.open(Logs.settings(copy), Logs.BOOT, nextDay);
        Sealer sealer = Sealer.idle(log, nextDay)) {
      log.append(RecordBuilder.of(Event.DAEMON).with(RecordField.ACTION, Event.START));
      sealer.seal();
    }
    assertTrue(Logs.lines(copy).stream().anyMatch(line -> line.contains("\"orphaned\"")));

    Verification found = new Verifier(copy, KnownAnchors.keys(Set.of(key))).verify();

    assertEquals(Set.of(), kinds(found), () -> found.findings().toString());
  }

  /** dbgd waits by a clock that stands still meanwhile. */
  @Test
  void a_host_that_slept_was_not_late_with_its_seal() throws Exception {
    assertEquals(Set.of(), kinds(unsealedAt("slept", Duration.ZERO, Duration.ofDays(1))));
    assertEquals(
        Set.of(),
        kinds(unsealedAt("back", Duration.ofDays(1), Duration.ZERO, Duration.ofMinutes(3))));
  }

  @Test
  void missing_seals_are_found_however_rare_the_records_are() throws Exception {
    Duration[] hourly = new Duration[5];
    Duration[] often = new Duration[9];
    Arrays.setAll(hourly, Duration::ofHours);
    Arrays.setAll(often, i -> Duration.ofSeconds(100L * i));
    assertEquals(Set.of(Kind.SEAL_BROKEN), kinds(unsealedAt("rare", hourly)));
    assertEquals(Set.of(Kind.SEAL_BROKEN), kinds(unsealedAt("often", often)));
  }

  /** A log whose records after a seal are of these times, and are sealed then. */
  private Verification unsealedAt(String name, Duration... times) throws Exception {
    Path copy = Files.createDirectory(directory.resolve(name));
    String key = KeyFile.setUp(copy);
    try (AuditLog log = AuditLog.open(Logs.settings(copy), Logs.BOOT, Logs.CLOCK)) {
      log.append(RecordBuilder.of(Event.DENIED));
      // Closing it would seal the end.
      Sealer.idle(log, Logs.CLOCK).seal();
    }
    for (Duration time : times) {
      Clock then = Clock.offset(Logs.CLOCK, time);
      try (AuditLog log = AuditLog.open(Logs.settings(copy), Logs.BOOT, then)) {
        log.append(RecordBuilder.of(Event.DENIED));
      }
    }
    Clock end = Clock.offset(Logs.CLOCK, times[times.length - 1]);
    try (AuditLog log = AuditLog.open(Logs.settings(copy), Logs.BOOT, end);
        Sealer sealer = Sealer.idle(log, end)) {
      sealer.seal();
    }
    return new Verifier(copy, KnownAnchors.keys(Set.of(key))).verify();
  }

  @Test
  @Tag("whole")
  void a_torn_tail_is_told_from_a_cut_and_from_an_edit() throws Exception {
    String line = log.segments.get(2).removeLast();
    for (int at = 1; at < line.length(); at += 3) {
      Path copy = log.copied();
      Files.writeString(
          copy.resolve(Segment.FILE),
          String.join("\n", log.segments.get(2)) + "\n" + line.substring(0, at));
      Verification found = new Verifier(copy, KnownAnchors.keys(Set.of(log.key))).verify();
      assertTrue(found.isUnbroken() && found.tornTail(), found.toString());
      assertEquals(1, found.torn().size());
    }
    log.segments.get(2).add("{\"seq\":50,\"torn");
    log.segments.get(2).add(line);
    Verification later = log.verify(Set.of(log.key), null);
    assertTrue(later.isUnbroken() && !later.tornTail(), later.findings().toString());
    assertEquals(1, later.torn().size());
  }

  /**
   * An attacker who fills a log with such lines fills neither the verifier's memory nor the screen.
   */
  @Test
  void torn_lines_without_end_are_counted_and_only_some_are_listed() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String line : log.lines()) {
      lines.addAll(List.of("{\"seq\":", "x", line));
    }
    Verification found = verifyOne(lines, Set.of(log.key));
    assertTrue(found.isUnbroken() && !found.tornTail(), found.toString());
    assertEquals(Verification.MOST, found.torn().size());
    assertEquals(2L * log.lines().size() - Verification.MOST, found.moreTorn());
    assertTrue(
        VerificationText.of(found, true).contains("torn: " + found.moreTorn() + " lines more\n"));
  }

  /** For any number of consecutive lines. */
  @Test
  void lines_that_were_records_are_edits_and_those_between_records_are_torn() throws Exception {
    List<RecordBuilder> many = new ArrayList<>();
    for (int i = 0; i < 90; i++) {
      many.add(RecordBuilder.of(Event.DENIED));
    }
    Path large = Files.createDirectory(directory.resolve("large"));
    List<String> lines = new SealedLog(large, List.of(many), List.of()).lines();

    List<String> spoiled = new ArrayList<>(lines);
    Collections.fill(spoiled.subList(10, 80), "x");
    Verification found = verifyOne(spoiled, Set.of());
    assertEquals(Set.of(Kind.EDITED), kinds(found));
    assertEquals(70, found.findings().size() + found.more());
    assertEquals(0, found.torn().size());

    List<String> torn = new ArrayList<>(lines);
    torn.addAll(10, Collections.nCopies(70, "x"));
    found = verifyOne(torn, Set.of());
    assertEquals(List.of(), found.findings());
    assertEquals(70, found.torn().size() + found.moreTorn());
  }

  @Test
  void a_compressed_segment_that_is_cut_or_damaged_is_named() throws Exception {
    Path copy = log.copied();
    Path segment = copy.resolve(log.names.get(0));
    byte[] whole = SealedLog.compressed(log.segments.get(0));
    Files.delete(segment);
    Path gz = copy.resolve(log.names.get(0) + ".gz");
    Files.write(gz, whole);
    assertEquals(Set.of(), kinds(new Verifier(copy, KnownAnchors.keys(Set.of(log.key))).verify()));
    Files.write(gz, Arrays.copyOf(whole, whole.length / 2));
    assertTrue(
        kinds(new Verifier(copy, KnownAnchors.keys(Set.of(log.key))).verify())
            .contains(Kind.UNREADABLE));
    byte[] damaged = whole.clone();
    damaged[whole.length / 2] ^= 1;
    Files.write(gz, damaged);
    assertFalse(new Verifier(copy, KnownAnchors.keys(Set.of(log.key))).verify().isUnbroken());
  }

  /** Whatever a file contains, the verifier gives an answer, and never invents a log. */
  @Test
  @Tag("whole")
  void random_bytes_are_read_or_refused_and_never_anything_else() throws Exception {
    Random random = new Random(5);
    String all = String.join("\n", log.segments.get(1)) + "\n";
    for (int i = 0; i < 150; i++) {
      byte[] bytes = all.getBytes(StandardCharsets.ISO_8859_1);
      for (int n = 1 + random.nextInt(20); n > 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      if (Arrays.equals(bytes, all.getBytes(StandardCharsets.ISO_8859_1))) {
        continue;
      }
      Path copy = log.copied();
      Files.write(copy.resolve(log.names.get(1)), bytes);
      Verification found = new Verifier(copy, KnownAnchors.keys(Set.of(log.key))).verify();
      assertFalse(found.isUnbroken() && found.records() == 50 && found.torn().isEmpty());
    }
  }

  private Verification verifyOne(List<String> lines, Set<String> keys) throws IOException {
    Path copy = Files.createDirectories(directory.resolve("one"));
    Files.write(copy.resolve(Segment.FILE), lines);
    return new Verifier(copy, KnownAnchors.keys(keys)).verify();
  }
}
