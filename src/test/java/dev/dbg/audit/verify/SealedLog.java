package dev.dbg.audit.verify;

import dev.dbg.audit.Logs;
import dev.dbg.audit.file.GzipBlocks;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.RecordBuilder;
import dev.dbg.audit.seal.KeyFile;
import dev.dbg.audit.verify.Verification.Damage;
import dev.dbg.audit.verify.Verification.Kind;
import dev.dbg.audit.write.AuditLog;
import dev.dbg.audit.write.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log of several segments with seals, as lines that a test can change. Its host has the longest
 * name. Each verification uses a new copy made of the current lines.
 */
final class SealedLog {
  /** The verifying key that somebody kept. */
  final String key;

  /** The names of the uncompressed files, the oldest first. */
  final List<String> names = new ArrayList<>();

  /** The lines of each file. */
  final List<List<String>> segments = new ArrayList<>();

  /** The file of sealing keys as the writer left it. */
  final byte[] keys;

  /** The same file as it was after each seal. */
  final List<byte[]> keysAt = new ArrayList<>();

  private final Path copy;

  /**
   * Writes the log.
   *
   * @param sealed the records, each list followed by a seal
   * @param unsealed the records after the last seal
   */
  SealedLog(Path directory, List<List<RecordBuilder>> sealed, List<RecordBuilder> unsealed)
      throws Exception {
    Path made = Files.createDirectory(directory.resolve("made"));
    copy = Files.createDirectory(directory.resolve("copy"));
    key = KeyFile.setUp(made);
    try (AuditLog log = AuditLog.open(Logs.settings(made, 13_000), Logs.BOOT, Logs.CLOCK);
        Sealer sealer = Sealer.idle(log, Logs.CLOCK)) {
      log.writtenOn(Logs.LONGEST_HOST);
      for (List<RecordBuilder> drafts : sealed) {
        for (RecordBuilder draft : drafts) {
          log.append(draft);
        }
        sealer.seal();
        keysAt.add(Files.readAllBytes(made.resolve(KeyFile.FILE)));
      }
      for (RecordBuilder draft : unsealed) {
        log.append(draft);
      }
      keys = Files.readAllBytes(made.resolve(KeyFile.FILE));
      for (Segment segment : Segment.in(made)) {
        names.add(segment.name());
        segments.add(new ArrayList<>(Files.readAllLines(segment.path())));
      }
    }
  }

  /** Returns the lines of all segments. */
  List<String> lines() {
    return segments.stream().flatMap(List::stream).toList();
  }

  /** Returns the lines that are seals. */
  List<String> seals() {
    return lines().stream().filter(SealedLog::isSeal).toList();
  }

  static boolean isSeal(String line) {
    return line.contains("\"event\":\"seal\"");
  }

  /** Writes the lines as files; a segment without lines gets no file. */
  Path copied() throws IOException {
    return copied(false);
  }

  /**
   * Writes the lines as files.
   *
   * @param compressed whether all but the last are compressed, as dbgd would do
   */
  Path copied(boolean compressed) throws IOException {
    try (Stream<Path> old = Files.list(copy)) {
      for (Path file : old.toList()) {
        Files.delete(file);
      }
    }
    for (int s = 0; s < segments.size(); s++) {
      if (!segments.get(s).isEmpty()) {
        if (compressed && s < segments.size() - 1) {
          Files.write(copy.resolve(names.get(s) + ".gz"), compressed(segments.get(s)));
        } else {
          Files.write(copy.resolve(names.get(s)), segments.get(s), StandardCharsets.ISO_8859_1);
        }
      }
    }
    return copy;
  }

  static byte[] compressed(List<String> lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    GzipBlocks.write(
        new ByteArrayInputStream(
            (String.join("\n", lines) + "\n").getBytes(StandardCharsets.ISO_8859_1)),
        out);
    return out.toByteArray();
  }

  Verification verify(Set<String> keys, TrustAnchors.@Nullable Claim claim) throws IOException {
    return verify(copied(), keys, claim);
  }

  static Verification verify(Path directory, Set<String> keys, TrustAnchors.@Nullable Claim claim)
      throws IOException {
    return new Verifier(
            directory,
            KnownAnchors.of(keys, claim == null ? List.of() : List.of(claim), false, true))
        .verify();
  }

  static Set<Kind> kinds(Verification found) {
    Set<Kind> kinds = new TreeSet<>();
    for (Damage finding : found.findings()) {
      kinds.add(finding.kind());
    }
    return kinds;
  }

  static long seq(String line) {
    return Long.parseLong(line.substring("{\"seq\":".length(), line.indexOf(',')));
  }

  static String hash(String line) {
    return line.substring(line.length() - 66, line.length() - 2);
  }
}
