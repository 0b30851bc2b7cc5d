package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.InMemory;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.index.IndexWriter;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.FittedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.nativetests.scene.measure.Whole;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A filter's answer is the same with indexes and without, whatever is in them. */
class IndexedReadingTest {
  private static final int HEADER = 64;
  private static final int ROW = 1064;
  private static final List<String> USERS = List.of("ann", "ben", "cy", "1001");
  private static final List<String> CONTAINERS =
      List.of("web-1", "web-2", "db-1", "adguard-server-1", "a", "\u00fc\ud83d\ude00-1");
  private static final List<String> TOOLS = List.of("ss", "ls", "tcpdump");

  private static final ReadPermission ALL =
      new ReadPermission() {
        @Override
        public boolean alone(JsonNode record) {
          return true;
        }

        @Override
        public boolean isForAll() {
          return true;
        }
      };

  @TempDir(factory = InMemory.class)
  private Path directory;

  private final List<String> sessions = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-24T12:00:00.5Z");

  @Test
  @Tag("whole")
  void every_answer_is_that_of_the_whole_log() throws Exception {
    for (int seed : Whole.seeds(8, 2)) {
      Random random = new Random(seed);
      sessions.clear();
      write(random);
      List<Query> queries = new ArrayList<>();
      List<ReadPermission> readers = new ArrayList<>();
      List<List<List<String>>> whole = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        queries.add(query(random));
        readers.add(reader(random));
        whole.add(answers(queries.get(i), readers.get(i)));
      }
      index();
      for (int i = 0; i < queries.size(); i++) {
        assertEquals(
            whole.get(i),
            answers(queries.get(i), readers.get(i)),
            "seed " + seed + ": " + queries.get(i));
      }
      damageIndexes(random);
      for (int i = 0; i < queries.size(); i++) {
        assertEquals(
            whole.get(i),
            answers(queries.get(i), readers.get(i)),
            "seed " + seed + ": " + queries.get(i));
      }
    }
  }

  @Test
  void a_block_without_the_word_is_not_read() throws Exception {
    write(new Random(1));
    Query rare = operator("rare");
    assertEquals(4, answers(rare, ALL).getFirst().size());
    index();
    for (Segment segment : Segment.in(directory)) {
      damageAllBlocksBut(segment, "\"rare\"");
    }
    // The blocks' lengths and CRCs are as they were, so the indexes still fit.
    assertEquals(4, answers(rare, ALL).getFirst().size());
    assertThrows(ZipException.class, () -> answers(Query.ALL, ALL));
    for (Segment segment : Segment.in(directory)) {
      Files.delete(segment.index());
    }
    assertThrows(ZipException.class, () -> answers(rare, ALL));
  }

  /** Only the reader's own records decide what is read: the time tells nothing about others. */
  @Test
  void which_blocks_are_read_tells_no_one_what_they_may_not_read() throws Exception {
    write(new Random(1));
    index();
    Optional<String> hidden = Optional.of("rare-*");
    Query some = query(Optional.empty(), hidden, Optional.empty(), Optional.empty());
    ReadPermission own = reader("1001");
    ReadPermission limited = record -> TARGET_NAME.text(record).startsWith("web-");
    damageAllBlocksBut(Segment.in(directory).getFirst(), "rare");
    answers(some, ALL);
    assertThrows(ZipException.class, () -> answers(some, own));
    assertThrows(ZipException.class, () -> answers(some, limited));
  }

  /** Whose beginnings retention has removed; they are more than what is held. */
  @Test
  void the_end_of_a_session_is_found_behind_many_ends_of_others() throws Exception {
    Chain chain = new Chain("boot", ChainHead.NONE);
    String session = "%016x".formatted(-1);
    List<RecordBuilder> all = new ArrayList<>();
    all.add(about(Event.INTENT, session, "ann").with(TARGET_NAME, "rare-1"));
    for (int other = 0; other < 3000; other++) {
      all.add(about(Event.RESULT, "%016x".formatted(other), "ben").with(REASON, "r".repeat(2000)));
    }
    all.add(about(Event.RESULT, session, "ann"));
    StringBuilder text = new StringBuilder();
    for (RecordBuilder draft : all) {
      text.append(chain.line(FittedRecord.of(draft), now)).append('\n');
    }
    compress(1, text.toString());
    Query rare = query(Optional.empty(), Optional.of("rare-1"), Optional.empty(), Optional.empty());

    assertEquals(2, answers(rare, ALL).getFirst().size());
    index();
    assertEquals(2, answers(rare, ALL).getFirst().size());
    ReadPermission ofBen = record -> OPERATOR_USER.text(record).equals("ben");
    assertEquals(List.of(), answers(rare, ofBen).getFirst());
  }

  @Test
  void an_index_that_denies_all_is_believed_only_if_it_is_whole() throws Exception {
    write(new Random(2));
    index();
    Segment segment = Segment.in(directory).getFirst();
    List<List<String>> whole = answers(operator("rare"), ALL);
    byte[] index = Files.readAllBytes(segment.index());
    byte[] empty = index.clone();
    for (int at = HEADER; at < index.length; at += ROW) {
      Arrays.fill(empty, at + 40, at + ROW, (byte) 0);
    }
    Files.write(segment.index(), empty);
    assertEquals(whole, answers(operator("rare"), ALL));

    // This is what the sum is for.
    CRC32 crc = new CRC32();
    crc.update(empty, 0, HEADER - 4);
    crc.update(empty, HEADER, empty.length - HEADER);
    ByteBuffer.wrap(empty).putInt(HEADER - 4, (int) crc.getValue());
    Files.write(segment.index(), empty);
    assertNotEquals(whole, answers(operator("rare"), ALL));

    // The same with what makes the whole index none.
    Files.write(segment.index(), Arrays.copyOf(empty, empty.length - ROW));
    assertEquals(whole, answers(operator("rare"), ALL));
    Files.write(segment.index(), Arrays.copyOf(empty, empty.length + 1));
    assertEquals(whole, answers(operator("rare"), ALL));
    Files.write(segment.index(), empty);
    Files.setPosixFilePermissions(segment.index(), PosixFilePermissions.fromString("rw-rw----"));
    assertEquals(whole, answers(operator("rare"), ALL));
    Path elsewhere = Files.write(directory.resolve("elsewhere"), empty);
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rw-------"));
    Files.delete(segment.index());
    Files.createSymbolicLink(segment.index(), elsewhere);
    assertEquals(whole, answers(operator("rare"), ALL));
  }

  @Test
  void an_index_of_another_text_is_none() throws Exception {
    write(new Random(3));
    index();
    List<Segment> segments = Segment.in(directory);
    byte[] first = Files.readAllBytes(segments.get(0).index());
    Files.write(segments.get(0).index(), Files.readAllBytes(segments.get(1).index()));
    Files.write(segments.get(1).index(), first);
    List<List<String>> with = answers(operator("rare"), ALL);
    for (Segment segment : segments) {
      Files.delete(segment.index());
    }
    assertEquals(answers(operator("rare"), ALL), with);
  }

  @Test
  void its_size_depends_on_nothing_that_is_typed() throws Exception {
    Chain chain = new Chain("boot", ChainHead.NONE);
    Random random = new Random(4);
    StringBuilder text = new StringBuilder();
    while (text.length() < 3 * GzipBlocks.BLOCK - 20_000) {
      byte[] name = new byte[200];
      random.nextBytes(name);
      RecordBuilder draft =
          about(Event.DENIED, "%016x".formatted(random.nextLong()), "ann")
              .with(TARGET_ASKED, new String(name, StandardCharsets.ISO_8859_1))
              .with(TOOL_NAME, "t" + random.nextLong());
      text.append(chain.line(FittedRecord.of(draft), now)).append('\n');
    }
    compress(1, text.toString());
    index();
    assertEquals(HEADER + 3 * ROW, Files.size(Segment.in(directory).getFirst().index()));
    // A flood of names does not fill what finds operators and sessions.
    damageAllBlocksBut(Segment.in(directory).getFirst(), "nothing");
    assertEquals(List.of(), answers(operator("ben"), ALL).getFirst());
  }

  private static Query operator(String name) {
    return query(Optional.of(name), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Query query(
      Optional<String> operator,
      Optional<String> container,
      Optional<String> tool,
      Optional<String> session) {
    return new Query(
        Optional.empty(),
        Optional.empty(),
        operator,
        container,
        tool,
        false,
        false,
        session,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        false);
  }

  private Query query(Random random) {
    return new Query(
        maybe(random, 5, now.minusSeconds(random.nextInt(4000))),
        maybe(random, 5, now.minusSeconds(random.nextInt(4000))),
        maybe(random, 3, random.nextInt(3) == 0 ? "rare" : one(random, USERS)),
        maybe(random, 3, glob(random)),
        maybe(random, 4, one(random, TOOLS)),
        random.nextInt(6) == 0,
        random.nextInt(6) == 0,
        maybe(random, 6, begin(random, one(random, sessions))),
        maybe(random, 8, begin(random, "1000-" + random.nextInt(50))),
        Optional.empty(),
        false,
        Optional.empty(),
        random.nextInt(2) == 0);
  }

  private static String glob(Random random) {
    String name = one(random, CONTAINERS);
    return switch (random.nextInt(6)) {
      case 0 -> name.substring(0, random.nextInt(name.length())) + "*";
      case 1 -> "*" + name.substring(random.nextInt(name.length()));
      case 2 -> name.replace('-', '?');
      case 3 -> random.nextBoolean() ? "*" : "none";
      case 4 -> "rare-?*";
      default -> name;
    };
  }

  private static String begin(Random random, String text) {
    return random.nextBoolean() ? text : text.substring(0, 1 + random.nextInt(text.length()));
  }

  private static <T> Optional<T> maybe(Random random, int oneIn, T value) {
    return random.nextInt(oneIn) == 0 ? Optional.of(value) : Optional.empty();
  }

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** A reader of all records, of their own, or of those of one container. */
  private static ReadPermission reader(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> ALL;
      case 1 -> reader("1001");
      default ->
          new ReadPermission() {
            @Override
            public boolean alone(JsonNode record) {
              return TARGET_NAME.text(record).startsWith("web-");
            }

            @Override
            public boolean withBeginning(JsonNode end) {
              return true;
            }
          };
    };
  }

  /** A reader of their own records. */
  private static ReadPermission reader(String uid) {
    return new ReadPermission() {
      @Override
      public boolean alone(JsonNode record) {
        return OPERATOR_UID.text(record).equals(uid);
      }

      @Override
      public Optional<String> onlyOperator() {
        return Optional.of(uid);
      }
    };
  }

  /** What is read backwards and forwards, and the newest as they are shown. */
  private List<List<String>> answers(Query query, ReadPermission readable) throws IOException {
    List<String> backward = new ArrayList<>();
    AuditReader.backward(directory, query, readable, read -> backward.add(read.line()));
    List<String> forward = new ArrayList<>();
    AuditReader.forward(directory, query, readable, read -> forward.add(read.line()));
    List<String> newest = new ArrayList<>();
    NewestRecords.of(directory, 300, query, readable, () -> true)
        .give(read -> newest.add(read.line()));
    return List.of(backward, forward, newest);
  }

  private void index() throws IOException {
    for (Segment segment : Segment.in(directory)) {
      IndexWriter.write(segment);
    }
  }

  private void damageIndexes(Random random) throws IOException {
    for (Segment segment : Segment.in(directory)) {
      byte[] index = Files.readAllBytes(segment.index());
      for (int i = random.nextInt(4); i >= 0; i--) {
        index[random.nextInt(index.length)] ^= (byte) (1 << random.nextInt(8));
      }
      int length = random.nextInt(4) == 0 ? random.nextInt(index.length) : index.length;
      Files.write(segment.index(), Arrays.copyOf(index, length));
    }
  }

  /** Overwrites the deflated bytes of blocks, and leaves their headers and trailers. */
  private static void damageAllBlocksBut(Segment segment, String word) throws IOException {
    byte[] file = Files.readAllBytes(segment.path());
    List<Long> offsets;
    try (GzipBlocks blocks = GzipBlocks.open(segment.path())) {
      offsets = blocks.offsets();
    }
    String text;
    try (var in = segment.open()) {
      text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    for (int block = 0; block < offsets.size(); block++) {
      int from = block * GzipBlocks.BLOCK;
      // A word in the first or last line may be wanted with the neighbouring block.
      int begin = text.lastIndexOf('\n', Math.max(0, from - 2)) + 1;
      int next = text.indexOf('\n', Math.min(text.length() - 1, from + GzipBlocks.BLOCK - 1));
      if (!text.substring(begin, next < 0 ? text.length() : next).contains(word)) {
        int end = (int) (block + 1 < offsets.size() ? offsets.get(block + 1) : file.length);
        Arrays.fill(file, (int) (offsets.get(block) + 20), end - 8, (byte) 0x55);
      }
    }
    Files.write(segment.path(), file);
  }

  /** Writes three compressed segments of several blocks, in which some lines are no records. */
  private void write(Random random) throws IOException {
    Chain chain = new Chain("boot", ChainHead.NONE);
    List<RecordBuilder> ends = new ArrayList<>();
    for (int part = 0; part < 3; part++) {
      long first = chain.head().seq() + 1;
      StringBuilder text = new StringBuilder();
      int size = (2 + random.nextInt(3)) * GzipBlocks.BLOCK + random.nextInt(GzipBlocks.BLOCK);
      boolean rare = false;
      while (text.length() < size) {
        now = now.plusMillis(random.nextInt(100) == 0 ? -5000 : random.nextInt(4000));
        boolean isRare = !rare && part < 2 && text.length() > size / 2;
        rare |= isRare;
        text.append(oddLine(random));
        for (RecordBuilder draft : session(random, isRare, ends)) {
          text.append(chain.line(FittedRecord.of(draft), now)).append('\n');
        }
        if (!ends.isEmpty() && random.nextInt(4) == 0) {
          RecordBuilder end = ends.remove(random.nextInt(ends.size()));
          text.append(chain.line(FittedRecord.of(end), now)).append('\n');
        }
      }
      compress(first, text.toString());
    }
  }

  private static String oddLine(Random random) {
    return switch (random.nextInt(150)) {
      case 0 -> "{\"seq\":7,\"time\":\"2026\n";
      case 1 -> "\n";
      case 2 -> "x".repeat(random.nextInt(300_000)) + "\n";
      case 3 -> "{\"session\":\"" + "y".repeat(70_000) + "\",\"event\":\"denied\"}\n";
      case 4 -> "[1]\n";
      default -> "";
    };
  }

  private List<RecordBuilder> session(Random random, boolean rare, List<RecordBuilder> ends) {
    String user = rare ? "rare" : one(random, USERS);
    String number = "%016x".formatted(random.nextLong());
    sessions.add(number);
    int kind = rare ? 9 : random.nextInt(10);
    if (kind < 3) {
      Event event = kind == 0 ? Event.MISTYPED : Event.DENIED;
      return List.of(
          padded(random, about(event, number, user))
              .with(TARGET_ASKED, kind == 1 ? null : one(random, CONTAINERS))
              .with(TOOL_NAME, one(random, TOOLS))
              .with(DECISION_KIND, random.nextBoolean() ? "rule" : "failed"));
    }
    RecordBuilder intent =
        padded(random, about(Event.INTENT, number, user))
            .with(SHELL, random.nextInt(5) == 0 ? "1000-" + random.nextInt(50) : null)
            .with(TARGET_ID, "c0ffee")
            .with(TARGET_NAME, rare ? "rare-1" : one(random, CONTAINERS))
            .with(TOOL_NAME, one(random, TOOLS));
    RecordBuilder end = about(Event.RESULT, number, user).with(OUTCOME_EXIT, 0);
    if (kind < 5) {
      ends.add(end);
      return List.of(intent);
    }
    return List.of(intent, end);
  }

  private static RecordBuilder about(Event event, String session, String user) {
    return RecordBuilder.of(event)
        .with(SESSION, session)
        .with(OPERATOR_UID, 1000 + Math.max(0, USERS.indexOf(user)))
        .with(OPERATOR_USER, user);
  }

  private static RecordBuilder padded(Random random, RecordBuilder draft) {
    return draft.with(REASON, "r".repeat(random.nextInt(random.nextInt(9) == 0 ? 9000 : 2500)));
  }

  private void compress(long first, String text) throws IOException {
    Path gz = Path.of(Segment.pathOf(directory, first) + ".gz");
    try (OutputStream out = Files.newOutputStream(gz)) {
      GzipBlocks.write(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)), out);
    }
    assertTrue(Files.exists(gz));
  }
}
