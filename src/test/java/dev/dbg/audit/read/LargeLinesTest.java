package dev.dbg.audit.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.verify.KnownAnchors;
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
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lines that are longer than any that dbgd writes, as a forger may write them. */
class LargeLinesTest {
  private static final int RECORDS = 40;

  @TempDir(factory = InMemory.class)
  private Path directory;

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

  @Test
  void every_reader_passes_over_them_and_tells_of_the_others_in_turn() throws Exception {
    List<String> others = new ArrayList<>();
    for (int seq = 1; seq <= RECORDS; seq++) {
      if (!isLong(seq)) {
        others.add(lines.get(seq - 1));
      }
    }
    for (boolean compressed : List.of(false, true)) {
      if (compressed) {
        compress();
      }
      List<String> newest = Newest.of(directory, 1000, r -> true, AuditReader.Read::line);
      List<String> forward = new ArrayList<>();
      AuditReader.forward(directory, Query.ALL, r -> true, read -> forward.add(read.line()));
      List<String> tail = new ArrayList<>();
      try (LogTail log = new LogTail(directory, ChainHead.NONE)) {
        List<AuditReader.Read> batch = log.next(7, 64 * 1024, Long.MAX_VALUE);
        while (!batch.isEmpty()) {
          batch.forEach(read -> tail.add(read.line()));
          batch = log.next(7, 64 * 1024, Long.MAX_VALUE);
        }
      }
      assertEquals(others, newest);
      assertEquals(others, forward);
      assertEquals(others, tail);
    }
  }

  @Test
  void what_is_more_than_can_be_held_is_read_once_more() throws Exception {
    StringBuilder log = new StringBuilder();
    for (int seq = 1; seq <= 500; seq++) {
      log.append(
          "{\"seq\":%d,\"event\":\"denied\",\"session\":\"s%d\",\"reason\":\"%s\",\"prev\":\"%s\",\"hash\":\"%s\"}\n"
              .formatted(seq, seq, "x".repeat(2000), "0".repeat(64), "0".repeat(64)));
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
  void such_a_log_is_not_intact_and_is_gone_on_with() throws Exception {
    Verification found = new Verifier(directory, KnownAnchors.keys(Set.of())).verify();
    assertEquals(
        RECORDS / 3,
        found.findings().stream().filter(f -> f.kind() == Verification.Kind.EDITED).count());
    try (AuditLog log = Logs.open(directory)) {
      assertTrue(log.head().seq() >= RECORDS);
      log.append(RecordBuilder.of(Event.DENIED).with("reason", "after it"));
    }
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
    assertTrue(LineReader.LONGEST < 1 << 20);
  }
}
