package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.Forger.framed;
import static dev.dbg.audit.verify.Forger.renumbered;
import static dev.dbg.audit.verify.SealedLog.hash;
import static dev.dbg.audit.verify.SealedLog.isSeal;
import static dev.dbg.audit.verify.SealedLog.seq;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.seal.Seal;
import dev.dbg.nativetests.scene.measure.Whole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An attacker who is root on the host makes random changes to its log, with all earlier seals and
 * the key of the current epoch. If verify calls the result intact and sealed up to a record, then
 * all remaining records up to there must be the original ones, as far as seals of past epochs
 * reach.
 */
class RandomForgeryTest {
  private static final List<Integer> SEEDS = Whole.seeds(500, 100);

  @TempDir(factory = InMemory.class)
  private Path directory;

  private final Map<Long, String> written = new TreeMap<>();
  private final JsonMapper json = new JsonMapper();

  private SealedLog log;
  private List<String> whole;
  private List<String> seals;

  @BeforeEach
  void write() throws Exception {
    List<List<RecordBuilder>> sealed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      sealed.add(new ArrayList<>());
      for (int n = 0; n < 1 + i % 3; n++) {
        sealed.getLast().add(RecordBuilder.of(Event.DENIED).with("session", "s" + i));
      }
    }
    log = new SealedLog(directory, sealed, List.of(RecordBuilder.of(Event.DENIED)));
    whole = log.lines();
    seals = log.seals();
    whole.forEach(line -> written.put(seq(line), line));
  }

  @Test
  @Tag("whole")
  void what_is_called_intact_is_what_was_written() throws Exception {
    Path copy = Files.createDirectory(directory.resolve("forged"));
    try (KeyFile keys = keys()) {
      int intact = 0;
      int forgedAndIntact = 0;
      for (int seed : SEEDS) {
        Forgery forgery = new Forgery(new Random(seed), keys);
        forgery.make();
        forgery.write(copy);
        Seal kept = sealOf(seals.get(seed % seals.size()));
        TrustAnchors.Claim head = new TrustAnchors.Claim(OptionalLong.of(kept.seq()), kept.hash());
        if (SealedLog.verify(copy, Set.of(log.key), head).isUnbroken()) {
          assertReaches(forgery, kept, "seed " + seed);
        }
        Verification found = SealedLog.verify(copy, Set.of(log.key), null);
        if (found.isUnbroken()) {
          intact++;
          forgedAndIntact += assertAsWritten(forgery, found, "seed " + seed) ? 0 : 1;
        }
      }
      // Otherwise the test would have proved nothing.
      assertTrue(intact > SEEDS.size() / 100, intact + " intact");
      assertTrue(
          forgedAndIntact > SEEDS.size() / 200, forgedAndIntact + " forged behind the seals");
    }
  }

  /** Returns whether nothing is forged. Only records after the last seal of a past epoch may be. */
  private boolean assertAsWritten(Forgery forgery, Verification found, String seed) {
    long sealed =
        found
            .sealed()
            .map(seal -> seal.epoch() < seals.size() ? seal.seq() : sealOf(seals.getLast()).seq())
            .orElse(0L);
    boolean same = true;
    for (String line : forgery.lines) {
      if (line.startsWith("{\"seq\":")) {
        boolean asWritten = line.equals(written.get(seq(line)));
        assertTrue(
            asWritten || seq(line) > sealed,
            () ->
                seed + ": " + forgery.done + " " + found + "\n" + String.join("\n", forgery.lines));
        same &= asWritten;
      }
    }
    return same;
  }

  /** A log that contains a head has the original records up to it, or begins after it. */
  private void assertReaches(Forgery forgery, Seal head, String seed) {
    long first = seq(forgery.lines.getFirst());
    for (long seq = first; seq <= head.seq(); seq++) {
      assertTrue(
          forgery.lines.contains(written.get(seq)),
          seed + ": " + forgery.done + " " + head + "\n" + String.join("\n", forgery.lines));
    }
  }

  private KeyFile keys() throws IOException {
    Path made = Files.createDirectory(directory.resolve("keys"));
    Files.write(made.resolve(KeyFile.FILE), log.keys);
    KeyFile keys = KeyFile.open(made).orElseThrow();
    assertEquals(seals.size(), keys.epoch());
    return keys;
  }

  private Seal sealOf(String line) {
    try {
      return Seal.of(json.readTree(line)).orElseThrow().seal();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A log that an attacker made from the original one. */
  private final class Forgery {
    private final Random random;
    private final KeyFile keys;
    private final List<String> done = new ArrayList<>();

    private List<String> lines = new ArrayList<>(whole);
    private List<String> retired = new ArrayList<>();
    private long first = 1;
    private String before = Chain.START;

    Forgery(Random random, KeyFile keys) {
      this.random = random;
      this.keys = keys;
    }

    void make() {
      for (int n = random.nextInt(3); n > 0 && !lines.isEmpty(); n--) {
        change();
      }
      if (random.nextInt(3) == 0) {
        layAside();
      }
      if (!lines.isEmpty() && random.nextInt(3) == 0) {
        dropBeginning();
      }
      if (random.nextInt(8) != 0) {
        done.add("closed");
        lines = renumbered(lines, first, before);
      }
      if (random.nextInt(4) != 0) {
        sealOn();
      }
    }

    private void change() {
      int at = random.nextInt(lines.size());
      int other = random.nextInt(lines.size());
      int what = random.nextInt(9);
      done.add(what + "@" + at + "," + other);
      switch (what) {
        case 0 -> lines.remove(at);
        case 1 -> lines.subList(Math.min(at, other), Math.max(at, other)).clear();
        case 2 -> lines.add(at, anything());
        case 3 -> lines.set(at, anything());
        case 4 -> Collections.swap(lines, at, other);
        case 5 -> lines.add(other, lines.remove(at));
        case 6 -> lines.add(other, lines.get(at));
        case 7 -> lines.removeIf(line -> isSeal(line) && random.nextBoolean());
        default -> lines.removeIf(line -> !isSeal(line) && random.nextInt(4) == 0);
      }
    }

    private String anything() {
      String event =
          switch (random.nextInt(4)) {
            case 0 -> "\"event\":\"daemon\",\"action\":\"start\"";
            case 1 ->
                "\"event\":\"retention\",\"last\":%d,\"head\":\"%s\"".formatted(last(), any());
            case 2 -> "\"event\":\"intent\",\"session\":\"00\"";
            default -> "\"event\":\"denied\"";
          };
      return framed("{\"seq\":1,\"time\":\"2026-11-24T12:00:00.5Z\"," + event, any());
    }

    private long last() {
      return random.nextInt(whole.size());
    }

    private String any() {
      return hash(whole.get(random.nextInt(whole.size())));
    }

    /**
     * The seals are in the file for seals of removed segments, and either still in the log or not.
     */
    private void layAside() {
      done.add("aside");
      retired = new ArrayList<>(seals.subList(0, random.nextInt(seals.size() + 1)));
      if (random.nextInt(5) == 0) {
        Collections.shuffle(retired, random);
      }
      if (random.nextBoolean()) {
        Set<String> gone = Set.copyOf(retired);
        lines.removeIf(gone::contains);
      }
    }

    /** The beginning was removed, and a record sealed with the current key announces that. */
    private void dropBeginning() {
      int gone = Math.min(random.nextInt(whole.size() - 1) + 1, lines.size());
      if (random.nextBoolean()) {
        lines.subList(0, gone).clear();
      }
      first = random.nextInt(4) == 0 ? 1000 + random.nextInt(1000) : gone + 1;
      before = random.nextInt(4) == 0 ? any() : hash(whole.get(gone - 1));
      done.add("begins at " + first);
      lines.add(
          framed(
              "{\"seq\":%d,\"event\":\"retention\",\"last\":%d,\"head\":\"%s\""
                  .formatted(first, first - 1, before),
              before));
    }

    private void sealOn() {
      done.add("sealed on");
      long seq = lines.isEmpty() ? first - 1 : seq(lines.getLast());
      String head = lines.isEmpty() ? before : hash(lines.getLast());
      Seal seal =
          new Seal(
              keys.epoch(),
              keys.current().verifying(),
              seq,
              head,
              "2026-11-24T12:00:00Z",
              1000,
              300,
              keys.next().verifying());
      lines.add(
          framed(
              "{\"seq\":%d,\"event\":\"seal\",\"seal\":%s"
                  .formatted(
                      seq + 1,
                      json.<ObjectNode>valueToTree(seal)
                          .put("signature", keys.current().sign(seal.text()))),
              head));
    }

    void write(Path copy) throws IOException {
      try (Stream<Path> old = Files.list(copy)) {
        for (Path file : old.toList()) {
          Files.delete(file);
        }
      }
      int cut = random.nextInt(lines.size() + 1);
      if (cut > 0 && random.nextBoolean()) {
        file(copy.resolve("audit-%012d.jsonl".formatted(seq(lines.get(0)))), lines.subList(0, cut));
        file(copy.resolve(Segment.FILE), lines.subList(cut, lines.size()));
      } else {
        file(copy.resolve(Segment.FILE), lines);
      }
      if (!retired.isEmpty()) {
        file(copy.resolve(RetiredSeals.FILE), retired);
      }
    }

    private void file(Path path, List<String> lines) throws IOException {
      Files.write(path, lines, StandardCharsets.ISO_8859_1);
    }
  }
}
