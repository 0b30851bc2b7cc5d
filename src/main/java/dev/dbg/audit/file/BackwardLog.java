package dev.dbg.audit.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a whole log, the newest first, through all its segments. A segment is opened
 * when its turn comes.
 */
public final class BackwardLog implements Closeable {
  private final LogFiles files;
  private final List<Segment> left;
  private @Nullable BackwardLines lines;
  private boolean torn;

  private BackwardLog(LogFiles files) {
    this.files = files;
    this.left = new ArrayList<>(files.segments());
  }

  /** Opens the log in {@code directory}. A line that a crash left unfinished is returned too. */
  public static BackwardLog of(Path directory) throws IOException {
    return new BackwardLog(LogFiles.of(directory));
  }

  /** Whether the current file ends in an unfinished line; known after the first line. */
  public boolean torn() {
    return torn;
  }

  /** How many segments are older than that of the line returned last. */
  public int older() {
    return left.size();
  }

  /** The line before the one returned last; null at the log's beginning. */
  public @Nullable String next() throws IOException {
    while (true) {
      BackwardLines open = lines;
      if (open == null) {
        if (left.isEmpty()) {
          return null;
        }
        Segment segment = left.removeLast();
        try {
          open = new BackwardLines(files.walk(segment, BlockWalk.BACKWARD));
        } catch (NoSuchFileException e) {
          // Retention removed it: the log begins later now.
          continue;
        }
        lines = open;
        if (segment.isCurrent() && open.torn().isPresent()) {
          torn = true;
          return open.torn().get();
        }
      }
      String line = open.next();
      if (line != null) {
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
