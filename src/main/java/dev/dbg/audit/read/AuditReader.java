package dev.dbg.audit.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLog;
import dev.dbg.audit.file.LineReader;
import dev.dbg.audit.file.LogFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.LineHead;
import dev.dbg.audit.record.ParsedRecord;
import dev.dbg.audit.record.RecordField;
import dev.dbg.audit.record.TextSearch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a log, also while it is written, in constant memory. */
public final class AuditReader {
  private AuditReader() {}

  /** A record: its line in the log, without the newline, and the same parsed. */
  public record Read(String line, JsonNode fields) {}

  /** Takes records, and returns whether it wants another one. */
  public interface RecordTaker extends Predicate<Read> {
    /** Whether it wants any; asked at each line, of which there may be many between two records. */
    default boolean isThere() {
      return true;
    }

    static RecordTaker of(Predicate<Read> taker, BooleanSupplier isThere) {
      return new RecordTaker() {
        @Override
        public boolean test(Read read) {
          return taker.test(read);
        }

        @Override
        public boolean isThere() {
          return isThere.getAsBoolean();
        }
      };
    }
  }

  /** Parses a line; empty if it is not a record. */
  public static Optional<Read> read(String line) {
    return ParsedRecord.of(line).map(record -> new Read(line, record));
  }

  /**
   * Passes each wanted and readable record to {@code taker}, the newest first, while it wants one.
   * Reading ends before a segment of which each record is older than the query's {@code since}: a
   * single one says nothing, as a clock may have been set back. If the query is of sessions, or it
   * or the permission needs what only an INTENT contains, such as the container, the end of a
   * session is passed right before its INTENT.
   */
  public static void backward(
      Path directory, Query query, ReadPermission readable, RecordTaker taker) throws IOException {
    if (!Segment.isThere(directory)) {
      return;
    }
    LineFilter filter = new LineFilter(query, readable);
    Ends ends = new Ends(directory);
    Age age = new Age(query);
    try (BackwardLog lines = BackwardLog.of(directory)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        LineHead head = LineHead.of(line);
        if (age.isOver(lines.older(), head) || !taker.isThere()) {
          return;
        }
        if (query.isOver(head) || query.isTooNew(head.time())) {
          continue;
        }
        if (!filter.passes(line, head)) {
          if (head.is(Event.INTENT)) {
            ends.forget(head.session());
          }
          continue;
        }
        if (query.joinsEnds() && head.isEnd()) {
          ends.put(head.session(), line);
          continue;
        }
        Optional<Read> parsed = read(line);
        if (parsed.isEmpty()) {
          continue;
        }
        Read read = parsed.get();
        JsonNode record = read.fields();
        if (!query.matchesAnyEvent(record)) {
          continue;
        }
        String session = RecordField.SESSION.text(record);
        if (Event.isEnd(record) && (query.joinsEnds() || !readable.alone(record))) {
          ends.put(session, read.line());
          continue;
        }
        if (!query.matchesLine(record) || !readable.alone(record)) {
          ends.forget(session);
          continue;
        }
        Optional<Read> end =
            ends.take(read, taker).filter(found -> isWanted(found.fields(), query, readable));
        if ((end.isPresent() && !taker.test(end.get())) || !taker.test(read)) {
          return;
        }
      }
    }
  }

  /**
   * Passes each line that is not older than the query's {@code since} with its head, the newest
   * first, while {@code taker} returns true. For who reads everything and parses little.
   */
  public static void lines(Path directory, Query query, BiPredicate<String, LineHead> taker)
      throws IOException {
    if (!Segment.isThere(directory)) {
      return;
    }
    Age age = new Age(query);
    try (BackwardLog lines = BackwardLog.of(directory)) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        LineHead head = LineHead.of(line);
        if (age.isOver(lines.older(), head) || (!query.isOver(head) && !taker.test(line, head))) {
          return;
        }
      }
    }
  }

  /** Whether reading backwards has passed all that is not too old. */
  private static final class Age {
    private final Query query;
    private int segment = -1;
    private boolean isOld;
    private boolean isYoung;

    Age(Query query) {
      this.query = query;
    }

    /** Takes the next line; whether each record of the segment after its own is too old. */
    boolean isOver(int older, LineHead head) {
      if (older != segment) {
        if (isOld && !isYoung) {
          return true;
        }
        segment = older;
        isOld = false;
        isYoung = false;
      }
      if (!head.time().isEmpty()) {
        boolean isOver = query.isOver(head);
        isOld |= isOver;
        isYoung |= !isOver;
      }
      return false;
    }
  }

  /** Whether the end of a session is wanted if its INTENT is. */
  private static boolean isWanted(JsonNode end, Query query, ReadPermission readable) {
    return query.matchesAnyEvent(end) && (readable.alone(end) || readable.withBeginning(end));
  }

  /**
   * The lines of sessions' ends whose INTENT has not been read yet, in bounded memory. A line that
   * had to be dropped is looked for again.
   */
  private static final class Ends {
    /** Enough for the ends, which are short, of all sessions that can run at once. */
    private static final int MOST_HELD = 4 << 20;

    private final Path directory;
    private final Map<String, String> lines = new LinkedHashMap<>();
    private int held;
    private boolean areAll = true;

    Ends(Path directory) {
      this.directory = directory;
    }

    void put(String session, String line) {
      if (session.length() > Selection.LONGEST_SESSION) {
        return;
      }
      drop(lines.put(session, line));
      held += line.length();
      while (held > MOST_HELD || lines.size() > Selection.MOST_OPEN) {
        areAll = false;
        forget(lines.keySet().iterator().next());
      }
    }

    void forget(String session) {
      drop(lines.remove(session));
    }

    private void drop(@Nullable String line) {
      held -= line == null ? 0 : line.length();
    }

    /** Takes the end of the session of a record that is wanted. */
    Optional<Read> take(Read beginning, RecordTaker taker) throws IOException {
      String line = lines.remove(RecordField.SESSION.text(beginning.fields()));
      drop(line);
      return line != null || areAll || !Event.INTENT.is(beginning.fields())
          ? Optional.ofNullable(line).flatMap(AuditReader::read)
          : again(beginning, taker);
    }

    private Optional<Read> again(Read beginning, RecordTaker taker) throws IOException {
      String session = RecordField.SESSION.text(beginning.fields());
      List<Read> found = new ArrayList<>();
      forward(
          directory,
          RecordField.SEQ.number(beginning.fields()),
          line -> {
            LineHead head = LineHead.of(line);
            return taker.isThere()
                && (!head.isEnd()
                    || !head.session().equals(session)
                    || read(line).map(end -> !found.add(end)).orElse(true));
          });
      return found.stream().findFirst();
    }
  }

  /**
   * Passes each wanted and readable record to {@code taker}, the oldest first, while it wants one.
   * Holds one line at a time.
   */
  public static void forward(
      Path directory, Query query, ReadPermission readable, RecordTaker taker) throws IOException {
    Selection selection = new Selection(query);
    LineFilter filter = new LineFilter(query, readable);
    Predicate<String> line =
        text -> {
          LineHead head = LineHead.of(text);
          return taker.isThere()
              && (!filter.passes(text, head)
                  || selection.isPassedOver(head)
                  || read(text)
                      .filter(read -> selection.picks(read.fields(), readable))
                      .map(taker::test)
                      .orElse(true));
        };
    forward(directory, 0, line);
  }

  /** Passes the lines of the files with records from number {@code from} on, the oldest first. */
  static void forward(Path directory, long from, Predicate<String> taker) throws IOException {
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
  private static boolean forward(LogFiles files, Segment segment, Predicate<String> taker)
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
        wanted = taker.test(lines.text());
      }
    }
    return wanted;
  }

  /**
   * Which lines may be wanted records, judging by their text; most are not, and are never parsed.
   * Only texts that a record contains unescaped are searched for.
   */
  private static final class LineFilter {
    /** What the lines of records of what was not run contain. */
    private static final List<TextSearch> DENIALS =
        Stream.of(Event.DENIED, Event.MISTYPED, Event.MALFORMED)
            .map(event -> new TextSearch(event.member()))
            .toList();

    private final boolean denied;

    /** What each wanted line contains. */
    private final List<TextSearch> always;

    /**
     * What it contains unless it is a session's end. Only for a reader of all records: how long
     * others wait must not depend on containers of which they may not know.
     */
    private final List<TextSearch> inBeginnings;

    LineFilter(Query query, ReadPermission readable) {
      denied = query.denied();
      always = needles(Stream.of(readable.onlyOperator(), query.session(), query.operator()));
      inBeginnings =
          readable.isForAll()
              ? needles(
                  Stream.of(
                      query.tool(),
                      query.shell(),
                      query.reason(),
                      query.container().map(LineFilter::part),
                      query.from().map(LineFilter::part),
                      Optional.of(RecordField.RECORDED.word()).filter(_ -> query.recorded())))
              : List.of();
    }

    private static List<TextSearch> needles(Stream<Optional<String>> texts) {
      return texts.flatMap(Optional::stream).filter(Query::isPlain).map(TextSearch::new).toList();
    }

    /** The longest part of a glob. */
    private static String part(String glob) {
      return Arrays.stream(glob.split("[*?]", -1))
          .reduce("", (one, other) -> other.length() > one.length() ? other : one);
    }

    boolean passes(String line, LineHead head) {
      return (!denied || DENIALS.stream().anyMatch(denial -> denial.isIn(line)))
          && always.stream().allMatch(text -> text.isIn(line))
          && (inBeginnings.isEmpty()
              || head.event().isEmpty()
              || head.isEnd()
              || inBeginnings.stream().allMatch(text -> text.isIn(line)));
    }
  }
}
