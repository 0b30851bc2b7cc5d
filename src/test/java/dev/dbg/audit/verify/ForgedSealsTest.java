package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.Forger.framed;
import static dev.dbg.audit.verify.Forger.renumbered;
import static dev.dbg.audit.verify.SealedLog.hash;
import static dev.dbg.audit.verify.SealedLog.kinds;
import static dev.dbg.audit.verify.SealedLog.seq;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.seal.Seal;
import dev.dbg.audit.seal.SealKey;
import dev.dbg.audit.verify.TrustAnchors.Claim;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever can write the log's directory writes {@code seals.jsonl} too: with keys of their own, as
 * of any epoch and record, and beside genuine seals.
 */
class ForgedSealsTest {
  private static final int LEFT = 15;

  @TempDir(factory = InMemory.class)
  private Path directory;

  private final JsonMapper json = new JsonMapper();
  private final SealKey one = SealKey.generate();
  private final SealKey other = SealKey.generate();

  private SealedLog log;
  private List<String> whole;
  private Claim head;

  @BeforeEach
  void write() throws Exception {
    List<List<RecordBuilder>> sealed = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      sealed.add(new ArrayList<>());
      for (int n = 0; n < 5; n++) {
        sealed.getLast().add(RecordBuilder.of(Event.DENIED));
      }
    }
    log = new SealedLog(directory, sealed, List.of(RecordBuilder.of(Event.DENIED)));
    whole = log.lines();
    head = Claim.parse(seq(whole.getLast()) + ":" + hash(whole.getLast()));
  }

  @Test
  void no_seal_stands_for_a_record_that_was_cut_off() throws Exception {
    List<String> left = whole.subList(0, LEFT);
    for (long epoch : List.of(-2L, 0L, 7L, Long.MAX_VALUE - 1)) {
      String covers = forged(epoch, one, head.seq().orElseThrow(), head.hash(), other);
      String hides = forged(epoch + 1, other, 5, hash(whole.get(4)), one);
      for (List<String> seals : List.of(List.of(covers), List.of(covers, hides))) {
        for (Set<String> keys : List.of(Set.<String>of(), Set.of(log.key))) {
          for (boolean live : List.of(false, true)) {
            Verification found = verified(written(left, seals), keys, head, live);
            String what = "%s %s %s: %s".formatted(seals, keys, live, found.findings());
            assertTrue(kinds(found).contains(Kind.TRUNCATED), what);
            assertTrue(found.witness().isEmpty(), what);
          }
        }
      }
    }
  }

  /** A seal says itself of which record it is, and a head without a number does not contradict. */
  @Test
  void no_seal_stands_for_a_head_without_a_number() throws Exception {
    Claim bare = Claim.parse(head.hash());
    for (long seq : List.of(-1L, 0L, 1L, 5L, head.seq().orElseThrow())) {
      for (long epoch : List.of(-1L, 0L)) {
        String covers = forged(epoch, one, seq, head.hash(), other);
        for (Set<String> keys : List.of(Set.<String>of(), Set.of(log.key))) {
          Verification found =
              verified(written(whole.subList(0, LEFT), List.of(covers)), keys, bare, false);
          assertTrue(
              kinds(found).contains(Kind.FORKED), covers + " " + keys + ": " + found.findings());
        }
      }
    }
  }

  /** The beginning was to go, so that only seals can know what it was. */
  @Test
  void with_a_key_only_its_own_seals_know_what_was_removed() throws Exception {
    int gone = 20;
    List<String> genuine = whole.subList(0, gone).stream().filter(SealedLog::isSeal).toList();
    Path copy = written(whole.subList(gone, whole.size()), genuine);
    Files.write(copy.resolve(KeyFile.FILE), log.keys);
    try (AuditLog on = AuditLog.open(Logs.settings(copy), Logs.BOOT, Logs.CLOCK);
        Sealer sealer = Sealer.idle(on, Logs.CLOCK)) {
      on.append(
          RecordBuilder.of(Event.RETENTION)
              .with("last", (long) gone)
              .with("head", hash(whole.get(gone - 1))));
      sealer.seal();
    }
    Claim known = Claim.parse("5:" + hash(whole.get(4)));
    assertEquals(List.of(), verified(copy, Set.of(log.key), known, false).findings());

    Claim another = Claim.parse("4:" + "ab".repeat(32));
    List<String> seals = new ArrayList<>(genuine);
    seals.addFirst(forged(0, one, 4, another.hash(), other));
    Files.write(copy.resolve(RetiredSeals.FILE), seals);
    Verification found = verified(copy, Set.of(log.key), another, false);
    assertEquals(Set.of(Kind.SEGMENT_MISSING), kinds(found), found.findings().toString());
  }

  /** Root has the key of the current epoch. */
  @Test
  void a_later_seal_of_an_earlier_record_does_not_hide_that_the_end_is_gone() throws Exception {
    Path made = Files.createDirectory(directory.resolve("keys"));
    Files.write(made.resolve(KeyFile.FILE), log.keys);
    List<String> seals = new ArrayList<>(log.seals());
    try (KeyFile keys = KeyFile.open(made).orElseThrow()) {
      seals.add(forged(keys.epoch(), keys.current(), 5, hash(whole.get(4)), keys.next()));
    }
    // Up to behind the first seal, so that no other contradicts.
    Path copy = written(whole.subList(0, 8), seals);
    Verification found = SealedLog.verify(copy, Set.of(log.key), null);
    assertEquals(Set.of(Kind.FORKED), kinds(found), found.findings().toString());

    Files.write(copy.resolve(RetiredSeals.FILE), log.seals());
    Files.write(copy.resolve(KeyFile.FILE), log.keys);
    found = SealedLog.verify(copy, Set.of(log.key), null);
    assertEquals(Set.of(Kind.TRUNCATED), kinds(found));
    assertTrue(found.witness().isEmpty(), "of no record that is not there");
  }

  /** Root has no key of an earlier epoch, and so makes one. */
  @Test
  void a_seal_with_a_key_that_the_one_before_does_not_name_is_told() throws Exception {
    Path made = Files.createDirectory(directory.resolve("keys"));
    Files.write(made.resolve(KeyFile.FILE), log.keys);
    try (KeyFile keys = KeyFile.open(made).orElseThrow()) {
      for (SealKey key : List.of(keys.current(), one)) {
        List<String> seals = new ArrayList<>(log.seals());
        seals.add(forged(keys.epoch(), key, seq(whole.getLast()), hash(whole.getLast()), other));
        Verification found = SealedLog.verify(written(whole, seals), Set.of(log.key), null);
        assertEquals(
            key == one, kinds(found).contains(Kind.SEAL_BROKEN), found.findings()::toString);
      }
    }
  }

  @Test
  void a_seal_of_an_epoch_or_a_record_below_zero_is_told() throws Exception {
    for (String seal :
        List.of(
            forged(-1, one, 3, hash(whole.get(2)), other),
            forged(0, one, -1, hash(whole.get(2)), other))) {
      Verification found = SealedLog.verify(written(whole, List.of(seal)), Set.of(log.key), null);
      assertEquals(Set.of(Kind.SEAL_BROKEN), kinds(found), seal);
    }
  }

  @Test
  void a_seal_of_another_record_with_the_hash_of_one_that_is_there_is_told() throws Exception {
    List<String> bare = new ArrayList<>(whole);
    bare.removeIf(SealedLog::isSeal);
    bare = renumbered(bare, 1, Chain.START);
    String seal = forged(0, one, 7, hash(bare.get(4)), other);
    Verification found = SealedLog.verify(written(bare, List.of(seal)), Set.of(), null);
    assertEquals(Set.of(Kind.EDITED), kinds(found), found.findings().toString());
  }

  private String forged(long epoch, SealKey key, long seq, String hash, SealKey next) {
    Seal seal =
        new Seal(
            epoch, key.verifying(), seq, hash, "2026-11-24T12:00:00Z", 1000, 300, next.verifying());
    ObjectNode signed = json.<ObjectNode>valueToTree(seal).put("signature", key.sign(seal.text()));
    return framed("{\"seq\":1,\"event\":\"seal\",\"seal\":" + signed, Chain.START);
  }

  private Path written(List<String> lines, List<String> seals) throws IOException {
    Path copy = Files.createTempDirectory(directory, "forged");
    Files.write(copy.resolve(Segment.FILE), lines);
    Files.write(copy.resolve(RetiredSeals.FILE), seals);
    return copy;
  }

  private static Verification verified(Path copy, Set<String> keys, Claim head, boolean live)
      throws IOException {
    return new Verifier(copy, KnownAnchors.of(keys, List.of(head), live, true)).verify();
  }
}
