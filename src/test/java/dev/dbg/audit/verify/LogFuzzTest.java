package dev.dbg.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.export.EcsForm;
import dev.dbg.audit.export.OcsfForm;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.Chain;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.RetiredSeals;
import dev.dbg.audit.write.AuditFailure;
import dev.dbg.audit.write.AuditLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Reading and verifying always finish with a result, whatever the files of a log contain. */
class LogFuzzTest {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final int FILES_APART = 0xFF;
  private static final Query RARE =
      new Query(
          Optional.empty(),
          Optional.empty(),
          Optional.of("ann"),
          Optional.of("web-*"),
          Optional.empty(),
          false,
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          false,
          Optional.empty(),
          false);

  private static Path directory;

  @BeforeAll
  static void makeDirectory() throws IOException {
    directory =
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "dbg-fuzz")
            : Files.createTempDirectory("dbg-fuzz");
  }

  @AfterAll
  static void removeDirectory() throws IOException {
    empty();
    Files.delete(directory);
  }

  private static void empty() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * The bytes of the files, separated by 0xFF: the current file, a segment, a compressed segment,
   * and retired seals.
   */
  @FuzzTest(maxDuration = "20s")
  void any_files_are_read_verified_and_gone_on_from(byte[] bytes) throws IOException {
    empty();
    List<byte[]> parts = parts(bytes);
    Files.write(directory.resolve(Segment.FILE), parts.get(0));
    if (parts.size() > 1) {
      Files.write(Segment.pathOf(directory, 1), parts.get(1));
    }
    if (parts.size() > 2 && parts.get(2).length > 0) {
      Files.write(directory.resolve("audit-000000000002.jsonl.gz"), compressed(parts.get(2)));
    }
    if (parts.size() > 3) {
      Files.write(directory.resolve(RetiredSeals.FILE), parts.get(3));
    }
    Verification found = verified();
    if (found.isUnbroken() && found.torn().isEmpty() && parts.size() == 1 && found.records() > 0) {
      // If the verifier calls the log intact, so does a reader that shares no code with it.
      assertEquals(found.records(), Logs.verified(Logs.lines(directory)).size());
    }
    isReadOrRefused();
    goOn();
  }

  /**
   * Lines in a valid chain: what records and seals may contain when nobody has tampered with them.
   */
  @FuzzTest(maxDuration = "20s")
  void any_records_in_a_whole_chain_are_read_and_verified(byte[] bytes) throws IOException {
    empty();
    List<String> lines = new ArrayList<>();
    String prev = Chain.START;
    for (String fields : new String(bytes, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      String body = "{\"seq\":%d,%s,\"prev\":\"%s\"}".formatted(lines.size() + 1, fields, prev);
      prev = Logs.sha256(body);
      lines.add(body.substring(0, body.length() - 1) + ",\"hash\":\"" + prev + "\"}");
    }
    String text = String.join("\n", lines) + "\n";
    Files.write(directory.resolve(Segment.FILE), text.getBytes(StandardCharsets.ISO_8859_1));
    Verification found = verified();
    assertEquals(lines.size(), found.records());
    assertEquals(prev, found.head().hash());
    // Only the content of the seals can be wrong.
    found.findings().forEach(f -> assertTrue(SEALS_SAY.contains(f.kind()), f.toString()));
    read();
  }

  private static final Set<Verification.Kind> SEALS_SAY =
      Set.of(
          Verification.Kind.SEAL_BROKEN,
          Verification.Kind.FORKED,
          Verification.Kind.EDITED,
          Verification.Kind.REMOVED);

  /** The bytes are a file that has the name of a compressed segment. */
  @FuzzTest(maxDuration = "15s")
  void any_compressed_segment_is_read_or_refused(byte[] bytes) throws IOException {
    empty();
    Files.write(directory.resolve("audit-000000000001.jsonl.gz"), bytes);
    Verification found = verified();
    assertTrue(found.records() == 0 || found.first() > 0);
    isReadOrRefused();
  }

  /**
   * Only a compressed segment can be so damaged that it cannot be read at all; the error names it.
   */
  private static void isReadOrRefused() throws IOException {
    try {
      read();
    } catch (ZipException | EOFException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("audit-00"), e.toString());
    }
  }

  private static Verification verified() throws IOException {
    Verification found = new Verifier(directory, KnownAnchors.keys(Set.of())).verify();
    assertFalse(VerificationText.of(found, false).isEmpty());
    assertTrue(found.findings().size() <= Verification.MOST);
    return found;
  }

  private static void read() throws IOException {
    for (Query query : List.of(Query.ALL, RARE)) {
      List<String> newest = Newest.of(directory, 1000, query, _ -> true, AuditReader.Read::line);
      int[] forward = new int[1];
      AuditReader.forward(
          directory,
          query,
          _ -> true,
          read -> {
            forward[0]++;
            assertFalse(EcsForm.line(read.fields()).isEmpty());
            assertFalse(OcsfForm.line(read.fields(), "1").isEmpty());
            return true;
          });
      if (query.equals(Query.ALL)) {
        assertTrue(newest.size() <= forward[0], newest + " backward, forward " + forward[0]);
      }
    }
  }

  /** dbgd starts with these files, and appends its first record. */
  private static void goOn() throws IOException {
    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DAEMON).with("action", "start"));
    } catch (AuditFailure e) {
      assertFalse(e.message().isEmpty());
      return;
    }
    List<String> lines = Logs.lines(directory);
    assertTrue(lines.getLast().contains("\"action\":\"start\""), lines.getLast());
  }

  private static byte[] compressed(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GzipBlocks.write(new ByteArrayInputStream(plain), out);
    return out.toByteArray();
  }

  private static List<byte[]> parts(byte[] bytes) {
    List<byte[]> parts = new ArrayList<>();
    int start = 0;
    for (int at = 0; at <= bytes.length; at++) {
      if (at == bytes.length || Byte.toUnsignedInt(bytes[at]) == FILES_APART) {
        parts.add(Arrays.copyOfRange(bytes, start, at));
        start = at + 1;
      }
    }
    return parts;
  }
}
