package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.Forger.framed;
import static dev.dbg.audit.verify.Forger.renumbered;
import static dev.dbg.audit.verify.Forger.rewritten;
import static dev.dbg.audit.verify.SealedLog.hash;
import static dev.dbg.audit.verify.SealedLog.isSeal;
import static dev.dbg.audit.verify.SealedLog.kinds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A valid chain that is not the original one. An attacker who is root on the host has the key of
 * the current epoch and every earlier seal, computes all hashes again and seals the result. A
 * reader who kept the first verifying key detects this.
 */
class ForgedLogTest {
  private static final int A_SEAL_EVERY = 6;

  @TempDir(factory = InMemory.class)
  private Path directory;

  private SealedLog log;
  private List<String> whole;

  @BeforeEach
  void write() throws Exception {
    List<List<RecordBuilder>> sealed = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      if (i % (A_SEAL_EVERY - 1) == 1) {
        sealed.add(new ArrayList<>());
      }
      sealed.getLast().add(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
    }
    log = new SealedLog(directory, sealed, List.of());
    whole = log.lines();
  }

  @Test
  void whoever_changes_nothing_can_seal_on() throws Exception {
    assertEquals(List.of(), sealedOn(whole, List.of()).findings());
  }

  @Test
  @Tag("whole")
  void a_chain_closed_over_a_record_that_is_gone_is_told_wherever_it_was() throws Exception {
    for (int n = 0; n < whole.size(); n++) {
      assertForged(
          n,
          lines -> lines.remove(0),
          isSeal(whole.get(n)) ? Set.of(Kind.SEAL_BROKEN, Kind.REMOVED) : Set.of(Kind.REMOVED));
    }
  }

  @Test
  @Tag("whole")
  void a_chain_closed_over_any_beginning_that_is_gone_is_told() throws Exception {
    for (int n = 1; n < whole.size(); n++) {
      Verification found = sealedOn(renumbered(whole.subList(n, whole.size())), List.of());
      assertFalse(found.isUnbroken(), "without the first " + n);
    }
  }

  @Test
  void a_chain_closed_over_all_but_the_seals_is_told() throws Exception {
    assertEquals(Set.of(Kind.REMOVED), kinds(sealedOn(renumbered(log.seals()), List.of())));
    // No seal is missing, as the key beside the log proves.
    Path copy = written(renumbered(log.seals()), List.of());
    Files.write(copy.resolve(KeyFile.FILE), log.keys);
    assertEquals(Set.of(Kind.REMOVED), kinds(verified(copy)));
  }

  @Test
  @Tag("whole")
  void a_record_that_is_put_in_anywhere_is_told() throws Exception {
    for (int n = 0; n < whole.size() - 1; n++) {
      assertForged(n, lines -> lines.add(0, record("denied")), Set.of(Kind.EDITED));
    }
  }

  @Test
  @Tag("whole")
  void a_record_that_says_something_else_is_told() throws Exception {
    for (int n = 0; n < whole.size(); n++) {
      if (!isSeal(whole.get(n))) {
        assertEquals(Set.of(Kind.EDITED), kinds(sealedOn(rewritten(whole, n), List.of())));
      }
    }
  }

  @Test
  @Tag("whole")
  void two_that_changed_places_are_told() throws Exception {
    for (int n = 0; n < whole.size() - 1; n++) {
      assertForged(n, lines -> Collections.swap(lines, 0, 1), Set.of(Kind.EDITED, Kind.REMOVED));
    }
  }

  /** A seal refers to a record so far back that the verifier no longer remembers it. */
  @Test
  @Tag("whole")
  void seals_that_are_moved_far_behind_what_they_cover_are_told() throws Exception {
    List<String> lines = new ArrayList<>();
    lines.add(record("denied"));
    for (int n = 0; n < 70_000; n++) {
      lines.add(record(n % 500 == 0 ? "daemon\",\"action\":\"start" : "denied"));
    }
    lines.addAll(whole.subList(1, whole.size()));
    assertFalse(sealedOn(renumbered(lines), List.of()).isUnbroken());
  }

  /** As if the segments of these seals had been removed, so that no record has to match them. */
  @Test
  void seals_that_are_laid_aside_still_hold_for_what_is_there() throws Exception {
    List<String> lines = new ArrayList<>(whole);
    lines.removeIf(SealedLog::isSeal);
    for (int n = 0; n < lines.size(); n += 3) {
      Verification found = sealedOn(rewritten(lines, n), log.seals());
      assertFalse(found.isUnbroken(), lines.get(n));
    }
    assertEquals(
        Set.of(Kind.TRUNCATED, Kind.FORKED),
        kinds(sealedOn(renumbered(lines.subList(0, 9)), log.seals())));
    // A dbgd that was killed may leave the log like this, which is not an error.
    assertEquals(List.of(), sealedOn(whole, log.seals()).findings());
  }

  /**
   * Root may remove old segments if a record announces it. The remaining records have their seals,
   * wherever those are.
   */
  @Test
  @Tag("whole")
  void what_is_left_of_a_log_whose_beginning_was_to_go_is_what_it_was() throws Exception {
    for (int gone = 10; gone < whole.size() - A_SEAL_EVERY; gone++) {
      List<String> old = whole.subList(0, gone);
      List<String> left = whole.subList(gone, whole.size());
      String before = hash(old.getLast());
      List<String> seals = old.stream().filter(SealedLog::isSeal).toList();
      assertEquals(List.of(), leftBehind(old, left, seals).findings(), gone + " are gone");

      List<String> other =
          renumbered(rewritten(left, isSeal(left.get(0)) ? 1 : 0), gone + 1, before);
      assertEquals(Set.of(Kind.EDITED), kinds(leftBehind(old, other, seals)), gone + " are gone");

      List<String> bare = new ArrayList<>(other);
      bare.removeIf(SealedLog::isSeal);
      bare = renumbered(bare, gone + 1, before);
      assertFalse(leftBehind(old, bare, log.seals()).isUnbroken(), gone + " are gone");
    }
  }

  @Test
  void a_beginning_that_was_to_go_ended_as_the_next_seal_knows() throws Exception {
    List<String> old = new ArrayList<>(whole.subList(0, whole.size() - 1));
    List<String> left = List.of(whole.getLast());
    assertTrue(isSeal(left.get(0)));
    List<String> seals = old.stream().filter(SealedLog::isSeal).toList();
    assertEquals(List.of(), leftBehind(old, left, seals).findings());

    old.set(old.size() - 1, rewritten(old, old.size() - 1).getLast());
    left = renumbered(left, old.size() + 1, hash(old.getLast()));
    assertEquals(Set.of(Kind.EDITED), kinds(leftBehind(old, left, seals)));
  }

  private Verification leftBehind(List<String> old, List<String> left, List<String> seals)
      throws Exception {
    RecordBuilder retention =
        RecordBuilder.of(Event.RETENTION)
            .with("last", (long) old.size())
            .with("head", hash(old.getLast()));
    return sealedOn(left, seals, retention);
  }

  /** Like a log after any number of crashes, of which none left a seal. */
  @Test
  void a_log_that_goes_on_without_seals_is_told_however_often_dbgd_starts_in_it() throws Exception {
    List<String> lines = new ArrayList<>(whole);
    for (int n = 0; n < 10_000; n++) {
      lines.add(record(n % 500 == 0 ? "daemon\",\"action\":\"start" : "denied"));
    }
    assertEquals(Set.of(Kind.SEAL_BROKEN), kinds(verified(written(renumbered(lines), List.of()))));
  }

  /** Changes the lines from index {@code from} on, and expects only these kinds of findings. */
  private void assertForged(int from, Consumer<List<String>> done, Set<Kind> kinds)
      throws Exception {
    List<String> lines = new ArrayList<>(whole);
    done.accept(lines.subList(from, lines.size()));
    Verification found = sealedOn(renumbered(lines), List.of());
    assertFalse(found.isUnbroken(), "from " + from);
    assertTrue(kinds.containsAll(kinds(found)), from + ": " + found.findings());
  }

  /** Returns the findings after dbgd continued the log and sealed it with the current key. */
  private Verification sealedOn(List<String> lines, List<String> retired) throws Exception {
    return sealedOn(lines, retired, RecordBuilder.of(Event.DENIED));
  }

  private Verification sealedOn(List<String> lines, List<String> retired, RecordBuilder next)
      throws Exception {
    Path copy = written(lines, retired);
    Files.write(copy.resolve(KeyFile.FILE), log.keys);
    try (AuditLog on = AuditLog.open(Logs.settings(copy), Logs.BOOT, Logs.CLOCK);
        Sealer sealer = Sealer.idle(on, Logs.CLOCK)) {
      on.append(next);
      sealer.seal();
    }
    return verified(copy);
  }

  private Verification verified(Path copy) throws IOException {
    return SealedLog.verify(copy, Set.of(log.key), null);
  }

  private Path written(List<String> lines, List<String> retired) throws IOException {
    Path copy = Files.createTempDirectory(directory, "forged");
    Files.write(copy.resolve(Segment.FILE), lines);
    if (!retired.isEmpty()) {
      Files.write(copy.resolve(RetiredSeals.FILE), retired);
    }
    return copy;
  }

  /** Returns a record that has no place in the chain yet. */
  private static String record(String event) {
    return framed(
        "{\"seq\":0,\"time\":\"2026-11-24T12:00:00.123456Z\",\"event\":\"%s\"".formatted(event),
        "");
  }
}
