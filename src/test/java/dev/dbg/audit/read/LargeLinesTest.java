package dev.dbg.audit.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.LogLine;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.verify.TrustAnchors;
import dev.dbg.audit.verify.Verification;
import dev.dbg.audit.verify.Verifier;
import dev.dbg.audit.write.AuditLog;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of an older dbgd, which did not limit the length of a line. */
class LargeLinesTest {
  private static final int RECORDS = 40;

  @TempDir private Path directory;

  private final List<String> lines = new ArrayList<>();

  /** Every third record is long. One in ten begins a session, and the next one ends it. */
  @BeforeEach
  void write() throws Exception {
    String before = "0".repeat(64);
    for (int seq = 1; seq <= RECORDS; seq++) {
      String event = seq % 10 == 3 ? "intent" : seq % 10 == 6 ? "result" : "denied";
      String words = "\\u0001".repeat(seq % 3 == 0 ? 60_000 + 1000 * seq : 5);
      String body =
          """
          {"seq":%d,"time":"2026-11-01T10:00:00.%06dZ","boot":"%s","event":"%s","session":"%016x",\
          "operator":{"uid":1000,"user":"ann","groups":["ops"]},"target":{"name":"web"},\
          "tool":{"name":"ss","argv_typed":["%s"]},"recording":{"bytes":3,"sha256":"x","timing_sha256":"y"},\
          "prev":"%s"}"""
              .formatted(
                  seq,
                  seq,
                  Logs.BOOT,
                  event,
                  event.equals("result") ? seq - 3 : seq,
                  words,
                  before);
      before = Logs.sha256(body);
      lines.add(body.substring(0, body.length() - 1) + ",\"hash\":\"" + before + "\"}");
    }
    Files.writeString(Logs.file(directory), String.join("\n", lines) + "\n");
  }

  private void compress() throws Exception {
    Path gz = directory.resolve("audit-000000000001.jsonl.gz");
    byte[] all = Files.readAllBytes(Logs.file(directory));
    try (OutputStream out = Files.newOutputStream(gz)) {
      GzipBlocks.write(new ByteArrayInputStream(all), out);
    }
    Files.delete(Logs.file(directory));
  }

  private static boolean isLong(int seq) {
    return seq % 3 == 0;
  }

  private void assertIsRecord(int seq, AuditReader.Read read) {
    JsonNode fields = read.fields();
    String line = lines.get(seq - 1);
    assertEquals(seq, fields.path("seq").asInt());
    assertEquals(isLong(seq), fields.has(RecordField.TOO_LONG.word()));
    assertEquals("ann", fields.at("/operator/user").asText());
    assertTrue(
        line.contains(fields.path("hash").asText())
            && line.contains("\"time\":\"" + fields.path("time").asText()));
    if (isLong(seq)) {
      assertEquals(line.length(), fields.path(RecordField.TOO_LONG.word()).asInt());
      assertTrue(read.line().length() < 2000, read.line());
      assertEquals("web", fields.at("/target/name").asText());
      assertFalse(fields.has("tool"));
      assertEquals(3, fields.at("/recording/bytes").asInt());
      assertEquals(fields.toString(), ParsedRecord.of(read.line()).orElseThrow().toString());
    } else {
      assertEquals(line, read.line());
    }
  }

  @Test
  void every_reader_tells_of_each_of_them_in_turn() throws Exception {
    for (boolean compressed : List.of(false, true)) {
      if (compressed) {
        compress();
      }
      List<AuditReader.Read> newest = Newest.of(directory, 1000, r -> true, read -> read);
      List<AuditReader.Read> forward = new ArrayList<>();
      AuditReader.forward(directory, Query.ALL, r -> true, forward::add);
      List<AuditReader.Read> tail = new ArrayList<>();
      try (LogTail log = new LogTail(directory, ChainHead.NONE)) {
        List<AuditReader.Read> batch = log.next(7, 64 * 1024, Long.MAX_VALUE);
        while (!batch.isEmpty()) {
          tail.addAll(batch);
          batch = log.next(7, 64 * 1024, Long.MAX_VALUE);
        }
      }
      for (List<AuditReader.Read> all : List.of(newest, forward, tail)) {
        assertEquals(RECORDS, all.size());
        for (int i = 0; i < RECORDS; i++) {
          assertIsRecord(i + 1, all.get(i));
        }
      }
      assertEquals(
          List.of(39L, 40L),
          Newest.of(directory, 2, r -> true, read -> read.fields().path("seq").asLong()));
    }
  }

  /**
   * A query may ask for a field in the part of the line that is not kept; such a record still
   * matches.
   */
  @Test
  void what_cannot_be_told_of_them_does_not_leave_them_out() throws Exception {
    Query tool =
        new Query(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of("other"),
            false,
            false,
            Optional.empty(),
            Optional.empty());
    List<Integer> found =
        Newest.of(directory, 1000, tool, r -> true, read -> read.fields().path("seq").asInt());
    assertTrue(found.contains(9) && !found.contains(10), found::toString);
  }

  @Test
  void what_is_more_than_can_be_held_is_read_once_more() throws Exception {
    StringBuilder log = new StringBuilder();
    for (int seq = 1; seq <= 500; seq++) {
      log.append(
          "{\"seq\":%d,\"event\":\"denied\",\"session\":\"s%d\",\"reason\":\"%s\"}\n"
              .formatted(seq, seq, "x".repeat(2000)));
    }
    Files.writeString(Logs.file(directory), log);
    List<Integer> found =
        Newest.of(
            directory,
            300,
            record -> record.path("seq").asInt() % 2 == 0,
            read -> read.fields().path("seq").asInt());
    assertEquals(250, found.size());
    for (int i = 0; i < 250; i++) {
      assertEquals(2 * (i + 1), found.get(i));
    }
  }

  @Test
  void such_a_log_is_verified_and_gone_on_with() throws Exception {
    Verification found = new Verifier(directory, TrustAnchors.keys(Set.of())).verify();
    assertEquals(RECORDS, found.records());
    try (AuditLog log = Logs.open(directory)) {
      assertTrue(log.head().seq() >= RECORDS);
      log.append(RecordBuilder.of(Event.DENIED).with("reason", "after it"));
    }
    Verification after = new Verifier(directory, TrustAnchors.keys(Set.of())).verify();
    assertTrue(after.findings().stream().noneMatch(f -> !f.kind().word().startsWith("recording")));
  }

  /** A forged line does not make the reader use more memory. */
  @Test
  void what_is_forged_is_no_record_or_is_not_held() throws Exception {
    for (String forged :
        List.of(
            "{\"seq\":1,\"x\":[" + "{},".repeat(1 << 20) + "{}]}",
            "[".repeat(1 << 20),
            "{\"seq\":1,\"session\":\"" + "s".repeat(1 << 20) + "\"}")) {
      Files.writeString(
          Logs.file(directory), forged + "\n" + lines.getFirst() + "\n", StandardCharsets.US_ASCII);
      List<String> read = Newest.of(directory, 9, r -> true, AuditReader.Read::line);
      assertEquals(List.of(lines.getFirst()), read);
    }
    assertTrue(LogLine.LONGEST < 1 << 20);
  }
}
