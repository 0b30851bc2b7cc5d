package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a whole log, the newest first, through all its segments. A segment is opened
 * when its turn comes.
 */
public final class BackwardLog implements Closeable {
  private final LogFiles files;
  private final List<Segment> left;
  private final LogSearch search;
  private @Nullable BackwardLines lines;
  private boolean torn;

  private BackwardLog(LogFiles files, LogSearch search) {
    this.files = files;
    this.left = new ArrayList<>(files.segments());
    this.search = search;
  }

  /** Opens the log in {@code directory}. A line that a crash left unfinished is returned too. */
  public static BackwardLog of(Path directory) throws IOException {
    return of(directory, LogSearch.ALL);
  }

  /** The same; what {@code search} does not need may be left out. */
  public static BackwardLog of(Path directory, LogSearch search) throws IOException {
    return new BackwardLog(LogFiles.of(directory), search);
  }

  /** Whether the current file ends in an unfinished line; known after the first line. */
  public boolean torn() {
    return torn;
  }

  /** The line before the one returned last; empty at the log's beginning. */
  public Optional<LogLine> next() throws IOException {
    while (true) {
      BackwardLines open = lines;
      if (open == null) {
        if (left.isEmpty()) {
          return Optional.empty();
        }
        Segment segment = left.removeLast();
        try {
          open = new BackwardLines(files.backward(segment, search));
        } catch (NoSuchFileException e) {
          // Retention removed it: the log begins later now.
          continue;
        }
        lines = open;
        if (segment.isCurrent() && open.torn().isPresent()) {
          torn = true;
          return open.torn();
        }
      }
      Optional<LogLine> line = open.next();
      if (line.isPresent()) {
        return line;
      }
      open.close();
      lines = null;
    }
  }

  @Override
  public void close() throws IOException {
    try (files) {
      if (lines != null) {
        lines.close();
      }
    }
  }
}
