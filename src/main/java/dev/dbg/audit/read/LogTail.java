package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.ChainLink;
import dev.dbg.model.QuotedText.Sha256;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log from a given record on, the oldest first, while this process or another writes it. It
 * follows the log through its segments, compressed or not, and into each new file.
 *
 * <p>Only complete lines are returned. Lines that are not records, as a crash leaves them, are
 * skipped. If records have been removed, reading continues after them, and their numbers are
 * missing.
 *
 * <p>For one thread.
 */
public final class LogTail implements Closeable {
  private final Path directory;
  private ChainHead last;

  /** Whether {@link #last} has been found in the log, or need not be found. */
  private boolean joined;

  private boolean rewound;

  /** Whether what is left of the opened file cannot be read. */
  private boolean damaged;

  private @Nullable LineReader lines;
  private long opened;
  private @Nullable Object key;

  /**
   * The record before the opened file's first one; known once a record of the file has been read.
   */
  private @Nullable ChainHead before;

  private Optional<AuditReader.Read> pending = Optional.empty();

  /** Begins after the record {@code after}; {@link ChainHead#NONE} for the whole log. */
  public LogTail(Path directory, ChainHead after) {
    this.directory = directory;
    this.last = after;
    this.joined = after.seq() == 0;
  }

  /** The last record that was returned. */
  public ChainHead last() {
    return last;
  }

  /**
   * Whether the log does not contain the record after which reading was to begin, or contains
   * another one with its number: the disk lost records in a crash, or somebody cut the log. The
   * file in which the record should be is then read from its beginning.
   */
  public boolean isRewound() {
    return rewound;
  }

  /**
   * The next records: at most {@code most}, about {@code bytes} bytes of lines, and none beyond
   * number {@code until}; empty if there are none yet.
   */
  public List<AuditReader.Read> next(int most, int bytes, long until) throws IOException {
    List<AuditReader.Read> found = new ArrayList<>();
    int size = 0;
    while (found.size() < most && size < bytes) {
      Optional<AuditReader.Read> record = pending.isPresent() ? pending : read();
      pending = Optional.empty();
      if (record.isEmpty()) {
        break;
      }
      JsonNode fields = record.get().fields();
      if (SEQ.number(fields) > until) {
        pending = record;
        break;
      }
      last = ChainHead.of(fields);
      size += record.get().line().length();
      found.add(record.get());
    }
    return found;
  }

  private Optional<AuditReader.Read> read() throws IOException {
    while (lines != null || open()) {
      Optional<AuditReader.Read> record = wantedInFile();
      if (record.isPresent()) {
        return record;
      }
      boolean goesOn = opened == Segment.CURRENT && !hasBeenPutAside();
      if (goesOn && lines != null && !joined && before != null) {
        // The log ends before the record after which reading was to begin.
        rewind();
      } else if (goesOn && lines != null) {
        return Optional.empty();
      } else if (lines != null) {
        // Records that were appended before the file was renamed.
        record = wantedInFile();
        if (record.isPresent()) {
          return record;
        }
        close();
      }
    }
    return Optional.empty();
  }

  /** The next record of the opened file after {@link #last}. */
  private Optional<AuditReader.Read> wantedInFile() throws IOException {
    LineReader in = Objects.requireNonNull(lines);
    while (nextLine(in)) {
      String line = in.text();
      if (before != null && ChainLink.seq(line) < last.seq() && ChainLink.seq(line) > 0) {
        // The number alone decides; the line is not parsed.
        continue;
      }
      Optional<AuditReader.Read> read =
          AuditReader.read(line).filter(r -> SEQ.number(r.fields()) > 0);
      if (read.isEmpty()) {
        continue;
      }
      JsonNode record = read.get().fields();
      ChainHead head = ChainHead.of(record);
      if (before == null) {
        before = new ChainHead(head.seq() - 1, PREV.text(record));
      }
      if (!joined && head.seq() >= last.seq()) {
        boolean follows =
            head.seq() == last.seq()
                ? head.hash().equals(last.hash())
                : head.seq() > last.seq() + 1 || PREV.text(record).equals(last.hash());
        if (!follows) {
          rewind();
          return Optional.empty();
        }
        joined = true;
      }
      if (head.seq() > last.seq()) {
        return read;
      }
    }
    return Optional.empty();
  }

  /** A damaged compressed segment ends where the damage begins. */
  private boolean nextLine(LineReader in) throws IOException {
    try {
      return !damaged && in.nextWhole();
    } catch (ZipException | EOFException e) {
      damaged = true;
      return false;
    }
  }

  /** Restarts at the first record of the file in which {@link #last} should be. */
  private void rewind() throws IOException {
    last = Objects.requireNonNull(before);
    joined = true;
    rewound = true;
    close();
    opened = 0;
  }

  /** Opens the file with the next record, or the first record after it; false if none. */
  private boolean open() throws IOException {
    while (true) {
      List<Segment> segments = Segment.in(directory);
      Optional<Segment> wanted = wanted(segments);
      if (wanted.isEmpty()) {
        return false;
      }
      try {
        key = wanted.get().isCurrent() ? keyOfCurrent() : null;
        LineReader found = new LineReader(wanted.get().open());
        if (isStill(segments, found)) {
          lines = found;
          damaged = false;
          opened = wanted.get().first();
          before = null;
          return true;
        }
      } catch (NoSuchFileException e) {
        // The file was renamed, compressed or removed meanwhile: list the files again.
      }
    }
  }

  /**
   * Whether the opened file still is the one that was listed. If the name now belongs to a newer
   * file, the records of the listed one would be skipped.
   */
  private boolean isStill(List<Segment> segments, LineReader found) throws IOException {
    boolean still = false;
    try {
      still = Segment.in(directory).equals(segments);
    } finally {
      if (!still) {
        found.close();
      }
    }
    return still;
  }

  private Optional<Segment> wanted(List<Segment> segments) throws IOException {
    long next = last.seq() + 1;
    Optional<Segment> wanted = Optional.empty();
    for (Segment segment : segments) {
      boolean isBehind = opened != Segment.CURRENT && segment.first() <= opened;
      if (!isBehind && (wanted.isEmpty() || startsBy(segment, next))) {
        wanted = Optional.of(segment);
      }
    }
    return wanted;
  }

  private static boolean startsBy(Segment segment, long seq) throws IOException {
    if (!segment.isCurrent()) {
      return segment.first() <= seq;
    }
    try (LineReader lines = new LineReader(segment.open())) {
      while (lines.nextWhole()) {
        ChainLink frame = ChainLink.of(lines.bytes(), lines.start(), lines.end(), Sha256.digest());
        if (frame != null) {
          return frame.seq() <= seq;
        }
      }
      return false;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Whether the opened file is no longer the log's current one. */
  private boolean hasBeenPutAside() throws IOException {
    return !Objects.equals(key, keyOfCurrent());
  }

  /** Device and inode of the current file; null if there is none. */
  private @Nullable Object keyOfCurrent() throws IOException {
    try {
      return Files.readAttributes(directory.resolve(Segment.FILE), BasicFileAttributes.class)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    LineReader in = lines;
    lines = null;
    if (in != null) {
      in.close();
    }
  }
}
