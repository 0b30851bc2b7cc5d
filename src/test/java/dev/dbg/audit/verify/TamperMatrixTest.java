package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.SealedLog.hash;
import static dev.dbg.audit.verify.SealedLog.kinds;
import static dev.dbg.audit.verify.SealedLog.seq;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dbg.audit.EveryEvent;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.seal.Seal;
import dev.dbg.audit.verify.Verification.Damage;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.nativetests.scene.measure.Whole;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every change to a log that takes one step, at every place: the verifier names each one correctly
 * and reports nothing else. The log has a record of every event and a seal after every twelve
 * records.
 */
class TamperMatrixTest {
  private static final int A_SEAL_EVERY = 12;

  @TempDir(factory = InMemory.class)
  private Path directory;

  private SealedLog log;

  /** For each line its segment and its index there. */
  private final List<int[]> places = new ArrayList<>();

  @BeforeEach
  void write() throws Exception {
    List<RecordBuilder> drafts = new ArrayList<>();
    for (Event event : Event.values()) {
      if (event != Event.SEAL) {
        drafts.addAll(EveryEvent.drafts(event));
      }
    }
    List<List<RecordBuilder>> sealed = new ArrayList<>();
    int last = (drafts.size() - 1) / A_SEAL_EVERY * A_SEAL_EVERY;
    for (int at = 0; at < last; at += A_SEAL_EVERY) {
      sealed.add(drafts.subList(at, at + A_SEAL_EVERY));
    }
    log = new SealedLog(directory, sealed, drafts.subList(last, drafts.size()));
    for (int s = 0; s < log.segments.size(); s++) {
      for (int n = 0; n < log.segments.get(s).size(); n++) {
        places.add(new int[] {s, n});
      }
    }
    assertTrue(log.segments.size() >= 3, "segments: " + log.segments.size());
    assertTrue(drafts.size() > last, "something is not sealed");
    assertEquals(List.of(), log.verify(Set.of(log.key), null).findings());
    assertEquals(places.size(), verify().records());
    assertEquals(List.of(), SealedLog.verify(log.copied(true), Set.of(), null).findings());
  }

  /** The matrices of all pairs of records are tried for every fifth one in each build. */
  private List<Integer> everyFew() {
    return Whole.orEvery(5, IntStream.range(0, places.size()).boxed().toList());
  }

  /** The role of a byte in a line. */
  private enum ByteClass {
    BRACE,
    BRACKET,
    COMMA,
    COLON,
    QUOTE,
    ESCAPE,
    DIGIT,
    LETTER,
    OTHER,
    PREV,
    HASH,
    END
  }

  private static Map<ByteClass, List<Integer>> classes(String line) {
    Map<ByteClass, List<Integer>> classes = new EnumMap<>(ByteClass.class);
    int hash = line.length() - 66;
    int prev = hash - 10 - 64;
    for (int at = 0; at <= line.length(); at++) {
      ByteClass found =
          at == line.length()
              ? ByteClass.END
              : at >= hash && at < hash + 64
                  ? ByteClass.HASH
                  : at >= prev && at < prev + 64
                      ? ByteClass.PREV
                      : switch (line.charAt(at)) {
                        case '{', '}' -> ByteClass.BRACE;
                        case '[', ']' -> ByteClass.BRACKET;
                        case ',' -> ByteClass.COMMA;
                        case ':' -> ByteClass.COLON;
                        case '"' -> ByteClass.QUOTE;
                        case '\\' -> ByteClass.ESCAPE;
                        default ->
                            Character.isDigit(line.charAt(at))
                                ? ByteClass.DIGIT
                                : Character.isLetter(line.charAt(at))
                                    ? ByteClass.LETTER
                                    : ByteClass.OTHER;
                      };
      classes.computeIfAbsent(found, c -> new ArrayList<>()).add(at);
    }
    return classes;
  }

  /** In every record: the first byte of each class, one in the middle and the last. */
  @Test
  @Tag("whole")
  void a_byte_of_any_class_that_is_flipped_in_any_record_is_an_edit_of_that_record()
      throws Exception {
    Set<ByteClass> seen = new TreeSet<>();
    for (int[] place : places) {
      String line = line(place);
      for (Map.Entry<ByteClass, List<Integer>> one : classes(line).entrySet()) {
        List<Integer> where = one.getValue();
        seen.add(one.getKey());
        for (int at :
            Set.copyOf(List.of(where.getFirst(), where.get(where.size() / 2), where.getLast()))) {
          if (at < line.length()) {
            set(place, flipped(line, at, 1));
            if (place == places.getLast() && mayBeNone(verify())) {
              continue;
            }
            assertTold(Kind.EDITED, place, one.getKey() + " at " + at);
          }
        }
      }
      set(place, line);
    }
    seen.add(ByteClass.ESCAPE); // in an argument
    assertEquals(Set.of(ByteClass.values()), seen);
  }

  /**
   * At the very end the verifier cannot know that a line was a record: one that is not JSON may be
   * the result of a crash, and one that is may have been put there.
   */
  private static boolean mayBeNone(Verification found) {
    return kinds(found).equals(found.tornTail() ? Set.of() : Set.of(Kind.INSERTED));
  }

  /** The byte becomes a newline, a NUL or a byte outside ASCII. */
  @Test
  @Tag("whole")
  void a_byte_that_becomes_a_line_s_end_or_a_strange_one_spoils_that_record_alone()
      throws Exception {
    for (int[] place : places) {
      String line = line(place);
      boolean last = place == places.getLast();
      for (int at : new int[] {0, 1, line.length() / 3, line.length() / 2, line.length() - 1}) {
        for (char other : new char[] {'\n', '\0', '\u0080'}) {
          set(place, line.substring(0, at) + other + line.substring(at + 1));
          Verification found = verify();
          String what =
              "%d at %d of %s: %s".formatted((int) other, at, Arrays.toString(place), found);
          // At the very end the verifier cannot know that the line was a record: it may be the
          // result of a crash.
          assertTrue(
              kinds(found).equals(Set.of(Kind.EDITED))
                  || kinds(found)
                      .equals(Set.of(atBorder(place) ? Kind.SEGMENT_MISSING : Kind.REMOVED))
                  || (last && found.isUnbroken() && found.tornTail()),
              what);
        }
      }
      set(place, line);
    }
  }

  /** The two lines become one: the first is unreadable, and the second is changed. */
  @Test
  void a_line_s_end_that_is_flipped_is_told_where_it_was() throws Exception {
    for (int[] place : places) {
      List<String> lines = log.segments.get(place[0]);
      if (place[1] == lines.size() - 1) {
        continue;
      }
      List<String> whole = List.copyOf(lines);
      lines.set(place[1], lines.get(place[1]) + "\u000b" + lines.remove(place[1] + 1));
      Verification found = verify();
      assertTrue(kinds(found).contains(Kind.EDITED), found.toString());
      assertTrue(
          found.findings().stream().allMatch(f -> isNear(f, place)), found.findings().toString());
      lines.clear();
      lines.addAll(whole);
    }
  }

  @Test
  void each_record_that_is_removed_is_missed_compressed_or_not() throws Exception {
    for (int[] place : places) {
      List<String> lines = log.segments.get(place[0]);
      boolean border = atBorder(place);
      String line = lines.remove(place[1]);
      Set<Kind> expected =
          place == places.getLast()
              ? Set.of()
              : Set.of(border ? Kind.SEGMENT_MISSING : Kind.REMOVED);
      for (boolean compressed : new boolean[] {false, true}) {
        Verification found = SealedLog.verify(log.copied(compressed), Set.of(), null);
        assertEquals(expected, kinds(found), found.findings().toString());
        if (!expected.isEmpty()) {
          assertEquals(1, found.findings().size(), found.findings().toString());
          assertEquals(
              "record %d, which preceded it, is missing".formatted(seq(line)),
              found.findings().getFirst().what());
        }
      }
      lines.add(place[1], line);
    }
  }

  @Test
  @Tag("whole")
  void a_copy_of_any_record_at_any_place_is_an_insertion_there() throws Exception {
    for (int from : everyFew()) {
      String line = line(places.get(from));
      for (int to = 0; to <= places.size(); to++) {
        int[] place =
            to < places.size()
                ? places.get(to)
                : new int[] {log.segments.size() - 1, log.segments.getLast().size()};
        log.segments.get(place[0]).add(place[1], line);
        Verification found = verify();
        String what = "record %d before %d: %s".formatted(from + 1, to + 1, found.findings());
        assertEquals(Set.of(Kind.INSERTED), kinds(found), what);
        assertEquals(1, found.findings().size(), what);
        // Of two adjacent copies nobody can know which one is the original.
        if (to != from && to != from + 1) {
          assertEquals(at(place), found.findings().getFirst().where(), what);
        }
        log.segments.get(place[0]).remove(place[1]);
      }
    }
  }

  @Test
  @Tag("whole")
  void any_record_that_is_moved_to_any_place_is_out_of_order_there() throws Exception {
    for (int from : everyFew()) {
      for (int to = 0; to < places.size(); to++) {
        if (to == from) {
          continue;
        }
        List<List<String>> whole = copyOfSegments();
        String line = log.segments.get(places.get(from)[0]).remove(places.get(from)[1]);
        int[] place = places.get(to);
        List<String> lines = log.segments.get(place[0]);
        lines.add(Math.min(place[1], lines.size()), line);
        Verification found = verify();
        String what = "record %d to %d: %s".formatted(from + 1, to + 1, found.findings());
        // A move across the border of two segments may leave the order of all records unchanged.
        if (log.lines().equals(whole.stream().flatMap(List::stream).toList())) {
          assertEquals(Set.of(), kinds(found), what);
        } else {
          assertEquals(Set.of(Kind.REORDERED), kinds(found), what);
          assertEquals(1, found.findings().size(), what);
        }
        assertEquals(places.size(), found.records(), what);
        restore(whole);
      }
    }
  }

  @Test
  void any_two_records_that_are_exchanged_are_out_of_order() throws Exception {
    for (int one : everyFew()) {
      for (int other = one + 1; other < places.size(); other++) {
        exchange(places.get(one), places.get(other));
        Verification found = verify();
        String what = "%d and %d: %s".formatted(one + 1, other + 1, found.findings());
        assertEquals(Set.of(Kind.REORDERED), kinds(found), what);
        assertTrue(found.findings().size() <= 2, what);
        exchange(places.get(one), places.get(other));
      }
    }
  }

  @Test
  void each_segment_that_is_gone_is_missed_and_each_that_is_there_twice_is_a_copy()
      throws Exception {
    for (int s = 0; s < log.segments.size(); s++) {
      List<String> lines = List.copyOf(log.segments.get(s));
      boolean last = s == log.segments.size() - 1;
      log.segments.get(s).clear();
      Verification found = verify();
      assertEquals(
          last ? Set.of() : Set.of(Kind.SEGMENT_MISSING),
          kinds(found),
          found.findings().toString());
      assertTrue(found.findings().size() <= 1, found.findings().toString());
      log.segments.get(s).addAll(lines);

      for (int beside = s; beside < log.segments.size(); beside++) {
        Path copy = log.copied();
        // The copy gets a name that sorts after that of another segment.
        long name = seq(log.segments.get(beside).getLast());
        Files.write(Segment.pathOf(copy, name), lines);
        found = SealedLog.verify(copy, Set.of(), null);
        assertEquals(
            Set.of(Kind.INSERTED), kinds(found), s + " behind " + beside + found.findings());
        assertEquals(places.size(), found.records());
      }
    }
  }

  @Test
  void any_two_segments_that_are_exchanged_are_out_of_order() throws Exception {
    for (int s = 0; s < log.segments.size(); s++) {
      for (int t = s + 1; t < log.segments.size(); t++) {
        Collections.swap(log.segments, s, t);
        Verification found = verify();
        assertEquals(Set.of(Kind.REORDERED), kinds(found), found.findings().toString());
        assertTrue(found.findings().size() <= log.segments.size(), found.findings().toString());
        Collections.swap(log.segments, s, t);
      }
    }
  }

  /** Cuts all segments down to the first line, so the cut is at every distance from a seal. */
  @Test
  void a_log_cut_behind_any_record_is_short_of_what_is_known_beside_it() throws Exception {
    String end = places.isEmpty() ? "" : line(places.getLast());
    TrustAnchors.Claim numbered = TrustAnchors.Claim.parse(seq(end) + ":" + hash(end));
    TrustAnchors.Claim bare = TrustAnchors.Claim.parse(hash(end));
    long sealed = verify().sealed().orElseThrow().epoch();
    for (int left = places.size() - 1; left > 0; left--) {
      int[] gone = places.get(left);
      List<String> lines = log.segments.get(gone[0]);
      String _ = lines.removeLast();
      Verification found = verify();
      assertEquals(Set.of(), kinds(found), "nothing else is known: " + found.findings());
      assertEquals(left, found.records());
      assertEquals(Set.of(Kind.TRUNCATED), kinds(log.verify(Set.of(), numbered)));
      assertEquals(Set.of(Kind.FORKED), kinds(log.verify(Set.of(), bare)));
      // The file of sealing keys beside the log knows of each missing seal.
      Path copy = log.copied();
      Files.write(copy.resolve(KeyFile.FILE), log.keys);
      long known = found.sealed().map(seal -> seal.epoch()).orElse(-1L);
      assertEquals(
          known < sealed ? Set.of(Kind.TRUNCATED) : Set.of(),
          kinds(SealedLog.verify(copy, Set.of(), null)),
          left + " records");
    }
  }

  /**
   * The copy that dbg-audit(5) recommends has no sealing keys. What is left of a log that was cut
   * is as it was written, so only what was kept elsewhere can tell.
   */
  @Test
  void a_log_cut_at_any_seal_is_not_called_intact_beyond_what_something_vouches_for()
      throws Exception {
    List<String> seals = log.seals();
    TrustAnchors.Claim last = sealed(seals.getLast());
    for (int kept = seals.size() - 1; kept > 0; kept--) {
      cutBehind(seals.get(kept - 1));
      TrustAnchors.Claim here = sealed(seals.get(kept - 1));
      Verification found = log.verify(Set.of(log.key), null);
      assertEquals(List.of(), found.findings());
      assertFalse(found.isIntact());
      String text = VerificationText.of(found, true);
      assertTrue(text.startsWith("unbroken: ") && !text.contains("intact"), text);
      assertEquals(false, VerificationText.facts(found).get("intact"));

      // A head vouches up to itself.
      found = log.verify(Set.of(log.key), here);
      assertTrue(found.isIntact());
      assertEquals(here.seq().orElseThrow(), found.witness().orElseThrow().seq());
      text = VerificationText.of(found, true);
      assertTrue(text.contains("\nunbroken: 1 record, "), text);
      assertEquals(Set.of(Kind.TRUNCATED), kinds(log.verify(Set.of(log.key), last)));

      // And so does a file of sealing keys. Who has one from then can have cut the log since: it
      // is named as the one who says so, and it does not outweigh a head.
      Path copy = log.copied();
      Files.write(copy.resolve(KeyFile.FILE), log.keysAt.get(kept - 1));
      found = SealedLog.verify(copy, Set.of(log.key), null);
      assertEquals("seal.key", found.witness().orElseThrow().by().word());
      assertFalse(SealedLog.verify(copy, Set.of(), null).isIntact(), "whoever made that key");
      assertEquals(Set.of(Kind.TRUNCATED), kinds(SealedLog.verify(copy, Set.of(log.key), last)));
      Files.write(copy.resolve(KeyFile.FILE), log.keysAt.get(kept));
      found = SealedLog.verify(copy, Set.of(log.key), null);
      assertEquals(Set.of(Kind.TRUNCATED), kinds(found));
    }
  }

  private static TrustAnchors.Claim sealed(String seal) throws IOException {
    Seal one = Seal.of(new JsonMapper().readTree(seal)).orElseThrow().seal();
    return TrustAnchors.Claim.parse(one.seq() + ":" + one.hash());
  }

  private void cutBehind(String line) {
    while (!log.segments.getLast().contains(line)) {
      log.segments.removeLast();
    }
    List<String> lines = log.segments.getLast();
    lines.subList(lines.indexOf(line) + 1, lines.size()).clear();
  }

  /**
   * A crash can end a log anywhere. The verifier reports the rest of the line as torn, and as
   * harmless.
   */
  @Test
  @Tag("whole")
  void a_log_cut_within_any_record_is_torn_there_and_short_of_a_head() throws Exception {
    String end = line(places.getLast());
    TrustAnchors.Claim numbered = TrustAnchors.Claim.parse(seq(end) + ":" + hash(end));
    for (int left = places.size() - 1; left > 0; left--) {
      int[] gone = places.get(left);
      String line = log.segments.get(gone[0]).removeLast();
      for (int length : new int[] {1, line.length() / 2, line.length() - 1}) {
        Path copy = log.copied();
        Path file = copy.resolve(log.names.get(gone[0]));
        byte[] rest = line.substring(0, length).getBytes(StandardCharsets.US_ASCII);
        byte[] whole = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        Files.write(file, joined(whole, rest));
        Verification found = SealedLog.verify(copy, Set.of(), null);
        assertTrue(found.isUnbroken() && found.tornTail(), found.toString());
        assertEquals(1, found.torn().size(), found.torn().toString());
        assertEquals(left, found.records());
        assertEquals(Set.of(Kind.TRUNCATED), kinds(SealedLog.verify(copy, Set.of(), numbered)));
      }
    }
  }

  /** A finding must be readable among a page of others. */
  @Test
  void the_finding_says_where_it_is_and_what_it_is_in_one_line() throws Exception {
    String line = log.segments.get(1).remove(3);
    Damage found = verify().findings().getFirst();
    assertEquals(at(new int[] {1, 3}), found.where());
    assertEquals("record %d, which preceded it, is missing".formatted(seq(line)), found.what());
    assertFalse(found.what().contains("\n"));
  }

  private Verification verify() throws Exception {
    return log.verify(Set.of(), null);
  }

  private String line(int[] place) {
    return log.segments.get(place[0]).get(place[1]);
  }

  private void set(int[] place, String line) {
    String _ = log.segments.get(place[0]).set(place[1], line);
  }

  private void exchange(int[] one, int[] other) {
    String line = line(one);
    set(one, line(other));
    set(other, line);
  }

  private boolean atBorder(int[] place) {
    int last = log.segments.get(place[0]).size() - 1;
    return place[1] == 0 || place[1] == last;
  }

  private String at(int[] place) {
    return log.names.get(place[0]) + " line " + (place[1] + 1);
  }

  private boolean isNear(Damage finding, int[] place) {
    return IntStream.rangeClosed(place[1], place[1] + 1)
            .anyMatch(n -> finding.where().equals(at(new int[] {place[0], n})))
        || finding.where().equals(at(new int[] {Math.min(place[0] + 1, log.names.size() - 1), 0}));
  }

  private void assertTold(Kind kind, int[] place, String what) throws Exception {
    Verification found = verify();
    assertEquals(Set.of(kind), kinds(found), what + ": " + found.findings());
    assertEquals(at(place), found.findings().getFirst().where(), what);
    assertEquals(1, found.findings().size(), what + ": " + found.findings());
  }

  private List<List<String>> copyOfSegments() {
    return log.segments.stream().map(List::copyOf).toList();
  }

  private void restore(List<List<String>> whole) {
    for (int s = 0; s < whole.size(); s++) {
      log.segments.get(s).clear();
      log.segments.get(s).addAll(whole.get(s));
    }
  }

  private static String flipped(String line, int at, int bits) {
    return line.substring(0, at) + (char) (line.charAt(at) ^ bits) + line.substring(at + 1);
  }

  private static byte[] joined(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
