package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.SealedLog.hash;
import static dev.dbg.audit.verify.SealedLog.kinds;
import static dev.dbg.audit.verify.SealedLog.seq;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.ManualPage;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.verify.Verification.Witness;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The rows of "If somebody becomes root" in dbg-audit(5): somebody becomes root when record 8 has
 * been written, and all records to there have been delivered. Records 3 and 6 are seals.
 */
class RootAtRecordTest {
  @TempDir(factory = InMemory.class)
  private Path directory;

  private SealedLog log;
  private List<String> lines = List.of();
  private List<Claim> delivered = List.of();

  @BeforeEach
  void write() throws Exception {
    log =
        new SealedLog(
            directory, List.of(records("s1", "s2"), records("s4", "s5")), records("s7", "s8"));
    lines = log.lines();
    delivered = lines.stream().map(RootAtRecordTest::claim).toList();
    assertEquals(List.of(3L, 6L), log.seals().stream().map(SealedLog::seq).toList());
    assertTrue(verify(left(lines, log.keys), delivered).isIntact());
  }

  private static List<RecordBuilder> records(String... sessions) {
    return Arrays.stream(sessions)
        .map(session -> RecordBuilder.of(Event.DENIED).with("session", session))
        .toList();
  }

  private static Claim claim(String line) {
    return new Claim(OptionalLong.of(seq(line)), hash(line));
  }

  /** The log as they leave it, with a file of sealing keys. */
  private Path left(List<String> all, byte[] keys) throws IOException {
    Path left = Files.createTempDirectory(directory, "left");
    Files.write(Logs.file(left), all);
    Files.write(left.resolve(KeyFile.FILE), keys);
    return left;
  }

  /** What dbgd, or they in its place, record and seal later, with the keys that are there. */
  private static void goOn(Path left, Clock clock, boolean seal, RecordBuilder... records)
      throws Exception {
    try (AuditLog open = AuditLog.open(Logs.settings(left), Logs.BOOT, clock);
        Sealer sealer = Sealer.idle(open, clock)) {
      for (RecordBuilder record : records) {
        open.append(record);
      }
      if (seal) {
        sealer.seal();
      }
    }
  }

  private Verification verify(Path left, List<Claim> heads) throws IOException {
    return new Verifier(left, KnownAnchors.of(Set.of(log.key), heads, false, true)).verify();
  }

  private Set<Kind> found(Path left, List<Claim> heads) throws IOException {
    return kinds(verify(left, heads));
  }

  @Test
  void changes_a_record() throws Exception {
    List<String> changed = new ArrayList<>(lines);
    changed.set(1, changed.get(1).replace("\"s2\"", "\"x2\""));
    assertEquals(Set.of(Kind.EDITED), found(left(changed, log.keys), List.of()));
  }

  @Test
  void changes_a_sealed_record_and_all_hashes_after_it() throws Exception {
    Path left = left(Forger.rewritten(lines, 1), log.keys);
    assertEquals(Set.of(Kind.EDITED), found(left, List.of()));
  }

  @Test
  void puts_a_line_between_records() throws Exception {
    List<String> more = new ArrayList<>(lines);
    more.add(2, "{\"seq\":3,\"event\":\"result\",\"session\":\"s2\"}");
    Verification found = verify(left(more, log.keys), delivered);
    assertEquals(Set.of(Kind.INSERTED), kinds(found));
    assertEquals("audit.jsonl line 3", found.findings().getFirst().where());
  }

  @Test
  void makes_the_log_anew_with_keys_of_their_own() throws Exception {
    Path left = Files.createDirectory(directory.resolve("anew"));
    String other = KeyFile.setUp(left);
    goOn(left, Logs.CLOCK, true, RecordBuilder.of(Event.DENIED).with("session", "x1"));
    assertEquals(Set.of(Kind.SEAL_BROKEN), found(left, List.of()));
    Verification unknown =
        new Verifier(left, KnownAnchors.of(Set.of(), List.of(), false, true)).verify();
    assertTrue(unknown.isUnbroken() && !unknown.isIntact(), other);
  }

  @Test
  void changes_what_is_not_sealed_yet_and_has_it_sealed() throws Exception {
    Path left = left(Forger.rewritten(lines, 6), log.keys);
    goOn(left, Logs.CLOCK, true);
    assertEquals(Set.of(), found(left, List.of()));
    assertEquals(Set.of(Kind.FORKED), found(left, delivered));
  }

  @Test
  void cuts_off_what_is_not_sealed_yet() throws Exception {
    Path left = left(lines.subList(0, 6), log.keys);
    assertEquals(Set.of(), found(left, List.of()));
    assertEquals(Set.of(Kind.TRUNCATED), found(left, delivered));
    // Going on behind it shows it no less.
    goOn(left, Logs.CLOCK, true, records("x7", "x8").toArray(new RecordBuilder[0]));
    assertEquals(Set.of(), found(left, List.of()));
    assertEquals(Set.of(Kind.FORKED), found(left, delivered));
  }

  @Test
  void cuts_it_at_an_older_seal() throws Exception {
    assertEquals(Set.of(Kind.TRUNCATED), found(left(lines.subList(0, 3), log.keys), List.of()));
  }

  @Test
  void cuts_it_at_an_older_seal_with_the_keys_of_then() throws Exception {
    Path left = left(lines.subList(0, 3), log.keysAt.get(0));
    assertEquals(Witness.By.SEAL_KEY, verify(left, List.of()).witness().orElseThrow().by());
    assertEquals(Set.of(Kind.TRUNCATED), found(left, delivered));
    Files.delete(left.resolve(KeyFile.FILE));
    assertFalse(verify(left, List.of()).isIntact());
  }

  /** Records 3 and 6 are what the cluster was told of the seals; root has the node's token. */
  @Test
  void cuts_it_on_a_node_of_a_cluster_and_raises_its_DebugLogHead() throws Exception {
    Path left = left(lines.subList(0, 3), log.keysAt.get(0));
    List<Claim> told = List.of(delivered.get(4));
    assertEquals(Set.of(Kind.TRUNCATED), found(left, told));
    goOn(left, Logs.CLOCK, true, records("x4", "x5", "x6", "x7").toArray(new RecordBuilder[0]));
    assertEquals(Set.of(Kind.FORKED), found(left, told));
    List<Claim> raised = List.of(claim(Files.readAllLines(Logs.file(left)).get(6)));
    assertTrue(verify(left, raised).isUnbroken());
    List<Claim> printedBefore = List.of(told.getFirst(), raised.getFirst());
    assertEquals(Set.of(Kind.FORKED), found(left, printedBefore));
  }

  @Test
  void removes_the_beginning() throws Exception {
    assertTrue(
        found(left(lines.subList(3, 8), log.keys), List.of()).contains(Kind.SEGMENT_MISSING));
  }

  @Test
  void has_dbgd_announce_that_the_beginning_is_removed() throws Exception {
    Path left = left(lines, log.keys);
    RecordBuilder removal =
        RecordBuilder.of(Event.RETENTION)
            .with("first", 1)
            .with("last", 3)
            .with("head", hash(lines.get(2)));
    goOn(left, Logs.CLOCK, true, removal);
    List<String> all = Files.readAllLines(Logs.file(left));
    Files.write(Logs.file(left), all.subList(3, all.size()));
    Files.writeString(left.resolve("seals.jsonl"), lines.get(2) + "\n");
    assertTrue(verify(left, delivered).isIntact());
    assertEquals(4, verify(left, delivered).first());
    assertTrue(all.get(8).contains("\"event\":\"retention\""), all.get(8));
  }

  @Test
  void removes_or_changes_a_recording() throws Exception {
    Path left = left(lines, log.keys);
    goOn(
        left,
        Logs.CLOCK,
        false,
        RecordBuilder.of(Event.RESULT)
            .with("session", "00000000000000aa")
            .with("recording", Map.of("bytes", 3, "sha256", "ab", "timing_sha256", "cd")));
    assertEquals(Set.of(Kind.RECORDING_MISSING), found(left, delivered));
    Path recordings = Files.createDirectory(left.resolve("recordings"));
    Files.writeString(recordings.resolve("00000000000000aa.out"), "x");
    Files.writeString(recordings.resolve("00000000000000aa.timing"), "x");
    assertEquals(Set.of(Kind.RECORDING_EDITED), found(left, delivered));
  }

  @Test
  void keeps_dbgd_from_sealing() throws Exception {
    Path left = left(lines, log.keys);
    for (int i = 1; i <= 4; i++) {
      assertEquals(Set.of(), found(left, delivered), "so does a log of a host that sleeps look");
      Clock later = Clock.offset(Logs.CLOCK, Duration.ofMinutes(20L * i));
      try (AuditLog open = AuditLog.open(Logs.settings(left), Logs.BOOT, later)) {
        open.append(RecordBuilder.of(Event.DENIED).with("session", "s" + (8 + i)));
      }
    }
    assertEquals(Set.of(Kind.SEAL_BROKEN), found(left, delivered));
  }

  @Test
  void keeps_dbgd_from_delivering() throws Exception {
    Path left = left(lines, log.keys);
    goOn(left, Logs.CLOCK, true, records("x9", "x10").toArray(new RecordBuilder[0]));
    Files.delete(left.resolve(KeyFile.FILE));
    Verification found = verify(left, delivered);
    assertEquals(Set.of(), kinds(found));
    assertEquals(8, found.witness().orElseThrow().seq());
    assertEquals(11, found.head().seq());
  }

  @Test
  void takes_heads_away_where_they_are_kept() throws Exception {
    Path left = left(lines, log.keys);
    for (String session : List.of("s9", "s11")) {
      goOn(left, Logs.CLOCK, true, RecordBuilder.of(Event.DENIED).with("session", session));
    }
    List<String> kept = new ArrayList<>(Files.readAllLines(Logs.file(left)));
    kept.removeIf(line -> line.contains("\"epoch\":1"));
    Path heads = directory.resolve("heads");
    Files.write(heads, kept);
    assertEquals(List.of("1 to 1"), KeptHeads.together(KeptHeads.read(heads, List.of())).gaps());
  }

  /** What they have dbgd record from then on is theirs. */
  @Test
  void records_what_has_not_happened() throws Exception {
    Path left = left(lines, log.keys);
    goOn(left, Logs.CLOCK, true, RecordBuilder.of(Event.DENIED).with("session", "x9"));
    List<Claim> all =
        Files.readAllLines(Logs.file(left)).stream().map(RootAtRecordTest::claim).toList();
    assertTrue(verify(left, all).isIntact());
  }

  @Test
  void each_row_of_the_manual_has_a_test() throws IOException {
    List<String> tests =
        Arrays.stream(RootAtRecordTest.class.getDeclaredMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .map(method -> method.getName().replace('_', ' '))
            .filter(name -> !name.startsWith("each row"))
            .sorted()
            .toList();
    String rows = ManualPage.read("dbg-audit.5").section("If somebody becomes root");
    assertEquals(
        tests,
        rows.lines()
            .filter(line -> line.startsWith(".It "))
            .map(line -> line.substring(".It ".length()))
            .sorted()
            .toList());
  }
}
