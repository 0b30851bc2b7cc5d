package dev.dbg.audit.verify;

import static dev.dbg.audit.verify.SealedLog.kinds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.LogTail;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.ChainLink;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.LineHead;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever can write the log puts lines between its records that are in no chain: the verifier must
 * not call them a crash's, and nobody must be shown them.
 */
class InsertedLinesTest {
  private static final String SESSION = "0123456789abcdef";

  /** Says in front what dbgd writes of the end of a session. */
  private static final String FRONT =
      "{\"seq\":3,\"time\":\"2026-11-24T12:00:00.123456Z\",\"boot\":\"%s\",\"event\":\"result\",\"session\":\"%s\""
          .formatted(Logs.BOOT, SESSION);

  private static final String END = ",\"outcome\":{\"not_run\":126}";
  private static final String ZEROS = "0".repeat(64);

  /** Each is JSON, and what it lacks is a link. */
  private static final List<String> FORGED =
      List.of(
          FRONT + END + "}",
          FRONT + END + "} and more",
          " " + FRONT + END + link(ZEROS, ZEROS),
          FRONT.replace("\"seq\":3,", "\"seq\":\"3\",") + END + link(ZEROS, ZEROS),
          FRONT + END + link(ZEROS, "Z".repeat(64)),
          FRONT + END + link("Z".repeat(64), ZEROS),
          FRONT + END + ",\"hash\":\"" + ZEROS + "\"}",
          "{\"export\":{\"verification\":\"{\\\"intact\\\":true}\"}}",
          "{}");

  @TempDir(factory = InMemory.class)
  private Path directory;

  private SealedLog log;

  private static String link(String prev, String hash) {
    return ",\"prev\":\"" + prev + "\",\"hash\":\"" + hash + "\"}";
  }

  @BeforeEach
  void write() throws Exception {
    List<List<RecordBuilder>> sealed = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sealed.add(
          List.of(
              RecordBuilder.of(Event.INTENT)
                  .with("session", i == 0 ? SESSION : "s" + i)
                  .with("cwd", "/" + "x".repeat(700)),
              RecordBuilder.of(Event.RESULT).with("session", i == 0 ? SESSION : "s" + i)));
    }
    log = new SealedLog(directory, sealed, List.of(RecordBuilder.of(Event.DENIED)));
    assertTrue(log.segments.size() > 2, "segments: " + log.segments.size());
  }

  @Test
  @Tag("whole")
  void an_object_without_a_link_is_told_as_inserted_at_each_place() throws Exception {
    for (List<String> segment : log.segments) {
      for (int place = 0; place <= segment.size(); place++) {
        String forged = FORGED.get(place % FORGED.size());
        segment.add(place, forged);
        Verification found = log.verify(Set.of(log.key), null);
        assertEquals(Set.of(Kind.INSERTED), kinds(found), place + ": " + forged);
        assertTrue(found.findings().getFirst().where().endsWith(" line " + (place + 1)));
        assertTrue(found.torn().isEmpty() && !found.tornTail(), found::toString);
        assertEquals(log.lines().size() - 1, found.records());
        String _ = segment.remove(place);
      }
    }
  }

  @Test
  void one_among_many_torn_lines_is_told_and_all_are_counted() throws Exception {
    List<String> segment = log.segments.getFirst();
    segment.addAll(2, Collections.nCopies(70, FORGED.getFirst()));
    segment.addAll(2, Collections.nCopies(70, "x"));
    Verification found = log.verify(Set.of(log.key), null);
    assertEquals(Set.of(Kind.INSERTED), kinds(found));
    assertEquals(70, found.findings().size() + found.more());
    assertEquals(70, found.torn().size() + found.moreTorn());
  }

  @Test
  void no_reader_shows_one_or_hides_a_record_for_it() throws Exception {
    List<String> records = log.lines();
    List<String> forged = new ArrayList<>(FORGED);
    // No JSON at all, but to who reads the front and the end.
    forged.add(FRONT + " no JSON" + ",\"hash\":\"" + ZEROS + "\"}");
    forged.add(FRONT.replace(":3,", ":03,") + END + link(ZEROS, ZEROS));
    for (String line : forged) {
      assertFalse(ChainLink.isIn(line), line);
      assertEquals("", LineHead.of(line).event(), line);
    }
    for (List<String> segment : log.segments) {
      for (int place = segment.size(); place >= 0; place--) {
        segment.addAll(place, forged);
      }
    }
    Path copy = log.copied();
    List<String> forward = new ArrayList<>();
    AuditReader.forward(copy, Query.ALL, _ -> true, read -> forward.add(read.line()));
    assertEquals(records, forward);
    assertEquals(records, Newest.of(copy, 1000, _ -> true, AuditReader.Read::line));
    List<String> tail = new ArrayList<>();
    try (LogTail following = new LogTail(copy, ChainHead.NONE)) {
      following.next(1000, 1 << 30, Long.MAX_VALUE).forEach(read -> tail.add(read.line()));
    }
    assertEquals(records, tail);
    List<String> session =
        Newest.of(copy, 9, Query.ofSession(SESSION), _ -> true, AuditReader.Read::line);
    assertEquals(records.subList(0, 2), session);
  }

  /** Else such a line would begin another chain, and the log would be broken from there on. */
  @Test
  void dbgd_goes_on_behind_the_last_record_and_not_behind_one() throws Exception {
    Path copy = log.copied();
    append(copy, FORGED.getFirst() + "\n" + FORGED.getLast() + "\n");
    try (AuditLog opened = Logs.open(copy)) {
      assertEquals(log.lines().size(), opened.head().seq());
      opened.append(RecordBuilder.of(Event.DENIED));
    }
    Verification found = SealedLog.verify(copy, Set.of(log.key), null);
    assertEquals(Set.of(Kind.INSERTED), kinds(found), found::toString);
  }

  @Test
  void a_session_that_was_left_open_is_found_behind_one() throws Exception {
    Path left = Files.createDirectory(directory.resolve("left"));
    try (AuditLog opened = Logs.open(left);
        Sealer sealer = Sealer.idle(opened, Logs.CLOCK)) {
      opened.append(RecordBuilder.of(Event.DENIED));
      opened.append(RecordBuilder.of(Event.INTENT).with("session", SESSION));
      sealer.seal();
    }
    List<String> lines = new ArrayList<>(Logs.lines(left));
    lines.add(2, "{\"seq\":1,\"event\":\"denied\"}");
    Files.write(Logs.file(left), lines);
    Logs.open(left).close();
    assertTrue(Logs.lines(left).getLast().contains("\"orphaned\""), "the session is open for ever");
  }

  private static void append(Path copy, String lines) throws IOException {
    Files.writeString(
        copy.resolve(Segment.FILE), lines, StandardCharsets.US_ASCII, StandardOpenOption.APPEND);
  }
}
