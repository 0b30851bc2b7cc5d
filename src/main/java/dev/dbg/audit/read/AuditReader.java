package dev.dbg.audit.read;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.file.BackwardLog;
import dev.dbg.audit.file.Lines;
import dev.dbg.audit.file.LogFiles;
import dev.dbg.audit.file.Segment;
import dev.dbg.audit.record.Parsed;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads a log, while it is written, the newest records first. */
public final class AuditReader {
  /** Sessions whose end has been seen and whose beginning has not: no more can be going on. */
  private static final int MOST_ENDS = 20_000;

  private AuditReader() {}

  /**
   * A record.
   *
   * @param line its bytes in the log, without the line's end
   * @param fields the same, parsed
   */
  public record Read(String line, JsonNode fields) {}

  /**
   * The newest records that {@code wanted} holds for, at most {@code count}, the newest last.
   *
   * @param shown what to keep of each: a whole record takes ten times its line
   */
  public static <T> List<T> newest(
      Path directory, int count, Permitted wanted, Function<Read, T> shown) throws IOException {
    return newest(directory, count, Query.ALL, wanted, shown);
  }

  /** The same of those that a query asks for. */
  public static <T> List<T> newest(
      Path directory, int count, Query query, Permitted readable, Function<Read, T> shown)
      throws IOException {
    List<T> found = new ArrayList<>();
    if (count > 0) {
      backward(
          directory,
          query,
          readable,
          read -> {
            found.add(shown.apply(read));
            return found.size() < count;
          });
    }
    return found.reversed();
  }

  /**
   * Gives each record that is asked for and may be read to {@code taker}, the newest first, until
   * it has enough. The end of a session is given right before its beginning where the query asks
   * for what only the beginning knows.
   *
   * @param taker answers whether it wants more
   */
  public static void backward(
      Path directory, Query query, Permitted readable, Predicate<Read> taker) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    Map<String, Read> ends = new HashMap<>();
    try (BackwardLog lines = BackwardLog.of(directory, query.needle())) {
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        String text = line.get();
        if (!query.mayHold(text)) {
          continue;
        }
        Optional<JsonNode> parsed = Parsed.of(text);
        if (parsed.isEmpty()) {
          continue;
        }
        JsonNode record = parsed.get();
        if (query.isOver(record)) {
          return;
        }
        if (!query.matchesAnyEvent(record)) {
          continue;
        }
        Read read = new Read(text, record);
        String session = record.path("session").asText();
        if (Selection.isEnd(record)) {
          boolean alone = readable.alone(record);
          if (query.looksAtIntents() || !alone) {
            if ((alone || readable.withBeginning(record)) && ends.size() < MOST_ENDS) {
              ends.put(session, read);
            }
            continue;
          }
        }
        if (!query.matchesLine(record) || !readable.alone(record)) {
          ends.remove(session);
          continue;
        }
        Read end = ends.remove(session);
        if ((end != null && !taker.test(end)) || !taker.test(read)) {
          return;
        }
      }
    }
  }

  /** Gives every record beyond {@code seq} to {@code taker}, the newest first. */
  public static void since(Path directory, long seq, Consumer<Read> taker) throws IOException {
    try (BackwardLog lines = BackwardLog.of(directory)) {
      for (Optional<String> line = lines.next(); line.isPresent(); line = lines.next()) {
        Optional<JsonNode> record = Parsed.of(line.get());
        if (record.isPresent()) {
          if (record.get().path("seq").asLong() <= seq) {
            return;
          }
          taker.accept(new Read(line.get(), record.get()));
        }
      }
    }
  }

  /**
   * Gives each record that is asked for and may be read to {@code taker}, the oldest first, line by
   * line, until it has enough: for what is too much to hold.
   *
   * @param taker answers whether it wants more
   */
  public static void forward(Path directory, Query query, Permitted readable, Predicate<Read> taker)
      throws IOException {
    Selection selection = new Selection(query);
    Predicate<String> line =
        text ->
            !query.mayHold(text)
                || Parsed.of(text)
                    .filter(record -> selection.picks(record, readable))
                    .map(record -> taker.test(new Read(text, record)))
                    .orElse(true);
    try (LogFiles files = LogFiles.of(directory)) {
      boolean wanted = true;
      for (Segment segment : files.segments()) {
        wanted = wanted && forward(files, segment, line);
      }
    }
  }

  /** One that was removed meanwhile, for its age or size, is passed over. */
  private static boolean forward(LogFiles files, Segment segment, Predicate<String> taker)
      throws IOException {
    InputStream opened;
    try {
      opened = files.open(segment);
    } catch (NoSuchFileException e) {
      return true;
    }
    boolean wanted = true;
    try (Lines lines = new Lines(opened)) {
      while (wanted && lines.next()) {
        wanted = taker.test(lines.text());
      }
    }
    return wanted;
  }
}
