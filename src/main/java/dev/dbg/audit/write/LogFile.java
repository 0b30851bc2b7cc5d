package dev.dbg.audit.write;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.PrivateFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import dev.dbg.kernel.Fd;
import dev.dbg.kernel.KernelException;
import dev.dbg.trace.Stage;
import dev.dbg.trace.Trace;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Optional;

/**
 * The log's current file, {@code audit.jsonl}. A large or old one is renamed to a segment and a new
 * one begun; both names are synced before its first record. The new one has its room before it
 * takes the name, as {@code audit.jsonl.new}, and is empty until then. For one thread at a time.
 */
final class LogFile implements Closeable {
  private static final int STEPS = 3;

  private final AuditSettings settings;
  private final Path path;
  private final DiskReserve room;
  private FileChannel file;
  private long size;
  // The size to which space is reserved.
  private long kept;
  // The number and time of its first record; 0 while it has none.
  private long first;
  private Instant begun = Instant.MAX;

  private LogFile(AuditSettings settings, Path path, FileChannel file, DiskReserve room) {
    this.settings = settings;
    this.room = room;
    this.path = path;
    this.file = file;
  }

  static LogFile open(AuditSettings settings, DiskReserve room) throws IOException {
    Path path = settings.directory().resolve(Segment.FILE);
    Path next = next(path);
    if (!Files.exists(path) && Files.exists(next)) {
      // A crash came between the two renames.
      Files.move(next, path);
    }
    Files.deleteIfExists(next);
    LogFile log =
        new LogFile(
            settings,
            path,
            PrivateFiles.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            room);
    PrivateFiles.sync(settings.directory());
    log.size = log.file.size();
    if (log.size > 0) {
      log.readFirst();
    }
    return log;
  }

  private static Path next(Path path) {
    return path.resolveSibling(Segment.FILE + ".new");
  }

  private void readFirst() throws IOException {
    try (InputStream in = Files.newInputStream(path);
        LineReader lines = new LineReader(in)) {
      while (first == 0 && lines.next()) {
        Optional<JsonNode> record = ParsedRecord.of(lines.text());
        if (record.isPresent()) {
          first = RecordField.SEQ.number(record.get());
          begun = record.map(RecordField.TIME::of).flatMap(RecordField::time).orElse(Instant.MAX);
        }
      }
    }
  }

  /** Whether a new file is due. */
  boolean isDue(Instant now) {
    return first > 0
        && (size >= settings.segmentBytes()
            || begun.isBefore(now.minusMillis(settings.segmentAge().toMillis())));
  }

  /**
   * Renames the file to a segment and begins a new one, if there is room for one with {@code bytes}
   * and the reserve. The room of this file cannot be taken along: on a full disk it is all that is
   * left for the ends of sessions, so the file grows on.
   */
  void rotateIfRoomFor(int bytes) throws IOException {
    Path next = next(path);
    if (!isMade(next, bytes + settings.reserve())) {
      Files.deleteIfExists(next);
      return;
    }
    file.force(true);
    Files.move(path, Segment.pathOf(settings.directory(), first));
    // Otherwise a file system could carry out the next rename without this one.
    PrivateFiles.sync(settings.directory());
    Files.move(next, path);
    PrivateFiles.sync(settings.directory());
    file.close();
    file = PrivateFiles.open(path, StandardOpenOption.APPEND);
    size = 0;
    kept = 0;
    first = 0;
    begun = Instant.MAX;
  }

  /** Makes an empty file with room to grow to {@code wanted} bytes; false if the disk is full. */
  private boolean isMade(Path next, long wanted) throws IOException {
    Files.deleteIfExists(next);
    try (Fd _ = Fd.create(next)) {
      return settings.reserve() == 0 || room.keep(next, 0, wanted);
    } catch (KernelException e) {
      if (e.isNoSpace()) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Whether there is room for {@code bytes} and the reserve. Space is reserved in larger steps, so
   * that this rarely needs a system call.
   */
  boolean hasRoomFor(int bytes) throws IOException {
    long needed = size + bytes + settings.reserve();
    if (settings.reserve() == 0 || needed <= kept) {
      return true;
    }
    for (long wanted : new long[] {needed + STEPS * settings.reserve(), needed}) {
      if (room.keep(path, size, wanted)) {
        kept = wanted;
        return true;
      }
    }
    return false;
  }

  /**
   * Appends whole lines and waits until they are on the disk. The first record among them has the
   * number {@code seq} and was written at {@code now}.
   */
  void write(byte[] lines, long seq, Instant now) throws IOException {
    PrivateFiles.write(file, lines);
    try (Stage _ = Trace.stage("fdatasync")) {
      file.force(false);
    }
    size += lines.length;
    if (first == 0) {
      first = seq;
      begun = now;
    }
  }

  /** Ends a line that a crash left unfinished. */
  void endLine() throws IOException {
    PrivateFiles.write(file, new byte[] {'\n'});
    file.force(false);
    size++;
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
