package dev.dbg.audit.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLog;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.LogFiles;
import dev.dbg.audit.file.LogLine;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log that may be written meanwhile. Memory does not grow with the log, nor with the length
 * of a record.
 */
public final class AuditReader {
  private AuditReader() {}

  /**
   * A record: its line in the log, without the newline, and the same parsed. If the line is too
   * long, both are a shorter record in its place, {@link RecordField#TOO_LONG}.
   */
  public record Read(String line, JsonNode fields) {}

  /** Parses a line, which may be too long to be held complete; empty if it is not a record. */
  static Optional<Read> read(LogLine line) {
    return ParsedRecord.of(line.text(), line.length(), line.tail())
        .map(
            record ->
                new Read(
                    RecordField.TOO_LONG.isIn(record) ? ParsedRecord.line(record) : line.text(),
                    record));
  }

  /**
   * Passes each wanted and readable record to {@code taker}, the newest first, while it returns
   * true. If the query or the permission needs what only an INTENT contains, such as the container,
   * the end of a session is passed right before its INTENT.
   */
  public static void backward(
      Path directory, Query query, ReadPermission readable, Predicate<Read> taker)
      throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Ends ends = new Ends();
    try (BackwardLog lines = BackwardLog.of(directory, query.prefilter())) {
      for (Optional<LogLine> line = lines.next(); line.isPresent(); line = lines.next()) {
        if (!query.mayHold(line.get())) {
          continue;
        }
        Optional<Read> parsed = read(line.get());
        if (parsed.isEmpty()) {
          continue;
        }
        Read read = parsed.get();
        JsonNode record = read.fields();
        if (query.isOver(record)) {
          return;
        }
        if (!query.matchesAnyEvent(record)) {
          continue;
        }
        String session = RecordField.SESSION.text(record);
        if (Event.isEnd(record)) {
          boolean alone = readable.alone(record);
          if (query.looksAtIntents() || !alone) {
            if (alone || readable.withBeginning(record)) {
              ends.put(session, read.line());
            }
            continue;
          }
        }
        Optional<Read> end = ends.take(session);
        if (query.matchesLine(record)
            && readable.alone(record)
            && ((end.isPresent() && !taker.test(end.get())) || !taker.test(read))) {
          return;
        }
      }
    }
  }

  /** The lines of sessions' ends whose INTENT has not been read yet, in bounded memory. */
  private static final class Ends {
    /** Enough for the ends, which are short, of all sessions that can run at once. */
    private static final int MOST_HELD = 1 << 20;

    private final Map<String, String> lines = new LinkedHashMap<>();
    private int held;

    void put(String session, String line) {
      if (session.length() > Selection.LONGEST_SESSION) {
        return;
      }
      forget(lines.put(session, line));
      held += line.length();
      // An INTENT is not so far from its end: that of the oldest has been passed, or is missing.
      while (held > MOST_HELD || lines.size() > Selection.MOST_OPEN) {
        forget(lines.remove(lines.keySet().iterator().next()));
      }
    }

    private void forget(@Nullable String line) {
      held -= line == null ? 0 : line.length();
    }

    Optional<Read> take(String session) {
      String line = lines.remove(session);
      forget(line);
      return Optional.ofNullable(line)
          .flatMap(text -> ParsedRecord.of(text).map(record -> new Read(text, record)));
    }
  }

  /**
   * Passes each wanted and readable record to {@code taker}, the oldest first, while it returns
   * true. Holds one line at a time.
   */
  public static void forward(
      Path directory, Query query, ReadPermission readable, Predicate<Read> taker)
      throws IOException {
    Selection selection = new Selection(query);
    Predicate<LogLine> line =
        text ->
            !query.mayHold(text)
                || read(text)
                    .filter(read -> selection.picks(read.fields(), readable))
                    .map(taker::test)
                    .orElse(true);
    forward(directory, 0, line);
  }

  /** Passes the lines of the files with records from number {@code from} on, the oldest first. */
  static void forward(Path directory, long from, Predicate<LogLine> taker) throws IOException {
    try (LogFiles files = LogFiles.of(directory)) {
      List<Segment> segments = files.segments();
      boolean wanted = true;
      for (int i = 0; i < segments.size() && wanted; i++) {
        boolean isBefore =
            i + 1 < segments.size()
                && !segments.get(i + 1).isCurrent()
                && segments.get(i + 1).first() <= from;
        wanted = isBefore || forward(files, segments.get(i), taker);
      }
    }
  }

  /** A segment that retention removed meanwhile is skipped. */
  private static boolean forward(LogFiles files, Segment segment, Predicate<LogLine> taker)
      throws IOException {
    InputStream opened;
    try {
      opened = files.open(segment);
    } catch (NoSuchFileException e) {
      return true;
    }
    boolean wanted = true;
    try (LineReader lines = new LineReader(opened)) {
      while (wanted && lines.next()) {
        wanted = taker.test(lines.line());
      }
    }
    return wanted;
  }
}
