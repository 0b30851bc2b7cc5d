package dev.dbg.audit.read;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.LogLine;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.ChainHead;
import dev.dbg.audit.record.ChainLink;
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
 * Reads a log from some record on, the oldest first, while it is written, by this process or by
 * another: through its segments, compressed or not, and on into whatever file is begun next.
 *
 * <p>Given are whole lines only. What stands in a record's place and is none, as a crash leaves it,
 * is passed over. Records that are no more there are passed over as well: their numbers are
 * missing.
 *
 * <p>For one thread.
 */
public final class LogTail implements Closeable {
  private final Path directory;
  private ChainHead last;

  /** Whether {@link #last} has been found in the log, or need not be. */
  private boolean joined;

  private boolean rewound;

  private @Nullable LineReader lines;
  private long opened;
  private @Nullable Object key;

  /** What stands before the opened file, once a record of it is known. */
  private @Nullable ChainHead before;

  private Optional<AuditReader.Read> pending = Optional.empty();

  /**
   * @param after the last record that is not wanted; {@link ChainHead#NONE} for the whole log
   */
  public LogTail(Path directory, ChainHead after) {
    this.directory = directory;
    this.last = after;
    this.joined = after.seq() == 0;
  }

  /** The last record that was given. */
  public ChainHead last() {
    return last;
  }

  /**
   * Whether the record after which this was to begin is not, or not so, in the log, as after a
   * crash that the disk did not survive, or when somebody cut it. Then what the file has that
   * should hold it is given from its beginning.
   */
  public boolean isRewound() {
    return rewound;
  }

  /**
   * The records that follow, at most {@code most} and none beyond {@code until}; none when there
   * are none yet.
   *
   * @param bytes where to stop, though there are more: lines of about so many bytes have been read
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
        // The log ends before the record that was to be in it.
        rewind();
      } else if (goesOn && lines != null) {
        return Optional.empty();
      } else if (lines != null) {
        // What was appended before the file was put aside.
        record = wantedInFile();
        if (record.isPresent()) {
          return record;
        }
        close();
      }
    }
    return Optional.empty();
  }

  /** The next record of the opened file that is beyond the last one. */
  private Optional<AuditReader.Read> wantedInFile() throws IOException {
    LineReader in = Objects.requireNonNull(lines);
    while (nextLine(in)) {
      LogLine line = in.line();
      if (before != null
          && ChainLink.seq(line.text()) < last.seq()
          && ChainLink.seq(line.text()) > 0) {
        // Told from its number alone.
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

  /** A compressed segment that is damaged ends where the damage begins. */
  private static boolean nextLine(LineReader in) throws IOException {
    try {
      return in.nextWhole();
    } catch (ZipException | EOFException e) {
      return false;
    }
  }

  /** Begins anew before the first record of the file that should have held the last one. */
  private void rewind() throws IOException {
    last = Objects.requireNonNull(before);
    joined = true;
    rewound = true;
    close();
    opened = 0;
  }

  /** Opens the file that holds the next record, or the first beyond it; false if there is none. */
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
          opened = wanted.get().first();
          before = null;
          return true;
        }
      } catch (NoSuchFileException e) {
        // It was put aside, compressed or removed: it has another name now, or another has its.
      }
    }
  }

  /** Another file may have the name by now, and what had it before would be passed over. */
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
        ChainLink frame =
            ChainLink.of(lines.bytes(), lines.start(), lines.end(), ChainLink.sha256());
        if (frame != null) {
          return frame.seq() <= seq;
        }
      }
      return false;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Whether the file that is read is no longer the one that is written. */
  private boolean hasBeenPutAside() throws IOException {
    return !Objects.equals(key, keyOfCurrent());
  }

  /** Device and inode of the current file; null while there is none. */
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
