package dev.dbg.audit.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dbg.audit.InMemory;
import dev.dbg.audit.Logs;
import dev.dbg.audit.Newest;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.read.AuditReader;
import dev.dbg.audit.read.Query;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.write.AuditLog;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Log files that a disk error, a crash or an attacker has damaged beyond recognition. */
class DamagedFilesTest {
  private static List<String> lines = List.of();

  @TempDir(factory = InMemory.class)
  private Path directory;

  /** Once: each record is synced. */
  @BeforeAll
  static void write(@TempDir(factory = InMemory.class) Path once) throws Exception {
    try (AuditLog log = Logs.open(once)) {
      for (int i = 0; i < 3000; i++) {
        log.append(RecordBuilder.of(Event.DENIED).with("reason", "x".repeat(200)));
      }
    }
    lines = Logs.lines(once);
  }

  @BeforeEach
  void lay() throws Exception {
    Files.write(Logs.file(directory), lines);
  }

  @Test
  void a_record_that_stands_there_three_times_is_named_twice() throws Exception {
    Files.write(Logs.file(directory), List.of(lines.get(0), lines.get(0), lines.get(0)));
    assertEquals(
        List.of(Kind.INSERTED, Kind.INSERTED),
        verified().findings().stream().map(Verification.Damage::kind).toList());
  }

  /** Who collects logs copies what root of each host made there. */
  @Test
  void irregular_files_are_not_opened() throws Exception {
    for (String name :
        List.of("audit-000000000001.jsonl", "audit.jsonl", "seals.jsonl", "seal.key")) {
      Path file = directory.resolve(name);
      Files.deleteIfExists(file);
      assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
      assertRefused(name);
      Files.delete(file);
      Path _ = Files.createSymbolicLink(file, Path.of("/dev/zero"));
      assertRefused(name);
      Files.delete(file);
      lay();
      assertTrue(verified().isUnbroken());
    }
  }

  private void assertRefused(String name) {
    IOException refused =
        assertTimeoutPreemptively(
            Duration.ofSeconds(30), () -> assertThrows(IOException.class, this::verified));
    assertTrue(
        String.valueOf(refused.getMessage()).startsWith(name + " is not a regular file"), name);
  }

  @Test
  void an_empty_compressed_segment_is_unreadable_for_verifier_and_readers() throws Exception {
    Path segment = Files.createFile(directory.resolve("audit-000000000001.jsonl.gz"));
    assertEquals(Kind.UNREADABLE, verified().findings().get(0).kind());
    assertEquals(segment.getFileName().toString(), verified().findings().get(0).where());
    for (ZipException e :
        List.of(
            assertThrows(ZipException.class, this::readForward),
            assertThrows(ZipException.class, this::readBackward))) {
      assertTrue(String.valueOf(e.getMessage()).contains(segment.toString()), e.toString());
    }
  }

  /** {@code GZIPInputStream} would report the end of the file there, and no error. */
  @Test
  void a_block_whose_header_is_damaged_ends_no_reading_without_a_word() throws Exception {
    byte[] compressed = compressed();
    int second = headerAfter(compressed, 0);
    assertTrue(second > 0, "there are two blocks");
    compressed[second] ^= 1;
    moveAside(compressed);
    assertTrue(
        verified().findings().stream().anyMatch(finding -> finding.kind() == Kind.UNREADABLE));
    assertThrows(ZipException.class, this::readForward);
    assertThrows(ZipException.class, this::readBackward);
  }

  @Test
  @Tag("whole")
  void a_bit_in_any_part_of_a_block_is_noticed() throws Exception {
    byte[] whole = compressed();
    for (int at = 0; at < whole.length; at += Math.max(1, whole.length / 97)) {
      // The time and operating system fields of a header have no effect.
      if (at >= 4 && at < 10) {
        continue;
      }
      byte[] damaged = whole.clone();
      damaged[at] ^= 4;
      moveAside(damaged);
      assertThrows(ZipException.class, this::readBackward, "byte " + at);
    }
  }

  /** Otherwise a few bytes in a file could exhaust dbgd's memory and end it. */
  @Test
  void a_block_that_says_it_is_larger_than_blocks_are_takes_no_memory() throws Exception {
    byte[] compressed = compressed();
    int end = compressed.length;
    compressed[end - 2] = (byte) 0x80;
    moveAside(compressed);
    assertTrue(
        String.valueOf(assertThrows(ZipException.class, this::readBackward).getMessage())
            .contains("is cut off or damaged"));
  }

  /** Each of thirty bytes became twenty of memory, which a segment of 100 MB filled. */
  @Test
  void a_segment_of_more_blocks_than_dbgd_writes_is_not_read() throws Exception {
    ByteBuffer empty = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
    empty.putInt(0x04088b1f).putInt(0).putShort((short) 0xff00).putShort((short) 8);
    empty.put((byte) 'D').put((byte) 'B').putShort((short) 4).putInt(30).put((byte) 3);
    byte[] blocks = new byte[30 * ((1 << 18) + 1)];
    for (int at = 0; at < blocks.length; at += 30) {
      System.arraycopy(empty.array(), 0, blocks, at, 30);
    }
    Files.delete(Logs.file(directory));
    Path segment = directory.resolve("audit-000000000001.jsonl.gz");
    Files.write(segment, blocks);
    assertTooMany("has more than 262144 gzip blocks", this::verified);
    assertTooMany("has more than 262144 gzip blocks", this::readBackward);
    Files.write(segment, Arrays.copyOf(blocks, blocks.length - 30));
    assertTrue(verified().isUnbroken());
  }

  /** Root of one host could keep the logs of all others from being verified. */
  @Test
  void a_log_of_too_many_files_or_of_one_too_large_is_not_listed() throws Exception {
    try (RandomAccessFile sparse = new RandomAccessFile(Logs.file(directory).toFile(), "rw")) {
      sparse.setLength((1L << 40) + 1);
    }
    assertTooMany("the log has more than 50000 files", this::verified);
    lay();
    for (int i = 1; i <= 50_000; i++) {
      Path _ = Files.createFile(directory.resolve("audit-%012d.jsonl".formatted(i)));
    }
    assertTooMany("the log has more than 50000 files", this::verified);
  }

  private static void assertTooMany(String why, Executable read) {
    IOException refused = assertThrows(IOException.class, read);
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused.toString());
  }

  /** A crash can leave allocated space that was never written: zeros without a newline. */
  @Test
  @Tag("whole")
  void a_line_longer_than_any_record_is_passed_over_and_not_held() throws Exception {
    long size = 2000L * LineReader.LONGEST;
    try (OutputStream file = Files.newOutputStream(Logs.file(directory))) {
      file.write((lines.get(0) + "\n").getBytes(StandardCharsets.US_ASCII));
      byte[] zeros = new byte[1 << 20];
      for (long written = 0; written < size; written += zeros.length) {
        file.write(zeros);
      }
    }
    assertEquals(Optional.of(lines.get(0)), lastOf(1));
    Verification found = verified();
    assertTrue(found.isUnbroken() && found.tornTail(), found.toString());

    try (AuditLog log = Logs.open(directory)) {
      log.append(RecordBuilder.of(Event.DENIED).with("reason", "after it"));
    }
    assertTrue(lastOf(1).orElseThrow().contains("after it"));
    assertEquals(2, verified().records());
    assertTrue(verified().isUnbroken(), verified().toString());
  }

  private Optional<String> lastOf(int count) throws IOException {
    return Newest.of(directory, count, _ -> true, AuditReader.Read::line).stream().findFirst();
  }

  private Verification verified() throws IOException {
    return new Verifier(directory, KnownAnchors.keys(Set.of())).verify();
  }

  private void readForward() throws IOException {
    AuditReader.forward(directory, Query.ALL, _ -> true, _ -> true);
  }

  private void readBackward() throws IOException {
    AuditReader.backward(directory, Query.ALL, _ -> true, _ -> true);
  }

  /** Makes these bytes the only segment of the log. */
  private void moveAside(byte[] compressed) throws IOException {
    Files.write(directory.resolve("audit-000000000001.jsonl.gz"), compressed);
    Files.deleteIfExists(Logs.file(directory));
  }

  private byte[] compressed() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GzipBlocks.write(
        new ByteArrayInputStream(
            (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII)),
        out);
    return out.toByteArray();
  }

  /** Returns the offset of the next block, or 0 if there is none. */
  private static int headerAfter(byte[] bytes, int from) {
    byte[] header = Arrays.copyOf(bytes, 10);
    for (int at = from + 1; at + header.length <= bytes.length; at++) {
      if (Arrays.equals(header, 0, header.length, bytes, at, at + header.length)) {
        return at;
      }
    }
    return 0;
  }
}
